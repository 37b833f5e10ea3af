package io.selfheal.model;

import io.selfheal.issue.RetryAfter;
import java.time.Duration;
import java.util.Optional;

/** The model cannot be reached or has no room now; a later try may succeed. */
public class ModelUnavailableException extends RuntimeException implements RetryAfter {
  private final Duration retryAfter;

  /**
   * @param retryAfter how long the server asks to wait; null where it does not say
   */
  public ModelUnavailableException(String message, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /** How long the server asks to wait; empty where it does not say. */
  @Override
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
