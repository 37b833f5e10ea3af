package io.selfheal.queue;

import io.selfheal.issue.RetryAfter;
import java.time.Duration;
import java.util.Optional;

/** Something outside has no room now or cannot be reached; a later try may succeed. */
public abstract class TryLaterException extends RuntimeException implements RetryAfter {
  private final transient Duration retryAfter;

  /**
   * @param retryAfter how long the other side asks to wait; null where it does not say
   */
  protected TryLaterException(String message, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /** How long the other side asks to wait; empty where it does not say. */
  @Override
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
