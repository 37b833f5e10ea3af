package io.selfheal.model;

import io.selfheal.queue.TryLaterException;
import java.time.Duration;

/** The model cannot be reached or has no room now; a later try may succeed. */
public class ModelUnavailableException extends TryLaterException {
  /**
   * @param retryAfter how long the server asks to wait; null where it does not say
   */
  public ModelUnavailableException(String message, Duration retryAfter, Throwable cause) {
    super(message, retryAfter, cause);
  }
}
