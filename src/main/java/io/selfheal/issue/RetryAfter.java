package io.selfheal.issue;

import java.time.Duration;
import java.util.Optional;

/** A failure that says when the next try makes sense. */
public interface RetryAfter {

  /** How long to wait, as the server said; empty where it did not say. */
  Optional<Duration> retryAfter();

  /** What the failure or one of its causes says. */
  static Optional<Duration> of(Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth++ < 20; cause = cause.getCause()) {
      if (cause instanceof RetryAfter told && told.retryAfter().isPresent()) {
        return told.retryAfter();
      }
    }
    return Optional.empty();
  }
}
