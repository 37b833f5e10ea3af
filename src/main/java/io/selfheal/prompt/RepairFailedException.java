package io.selfheal.prompt;

/** A repair that cannot go on. The message becomes the reason. */
public class RepairFailedException extends RuntimeException {
  public RepairFailedException(String message) {
    super(message);
  }

  public RepairFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
