package io.selfheal.model;

/**
 * A repair that would use more tokens than {@code selfheal.heal.max-tokens-per-repair} allows;
 * nothing was asked.
 */
public class TokenLimitException extends RuntimeException {
  public TokenLimitException(String message) {
    super(message);
  }
}
