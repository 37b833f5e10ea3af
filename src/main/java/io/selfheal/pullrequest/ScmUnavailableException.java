package io.selfheal.pullrequest;

import io.selfheal.issue.RetryAfter;
import java.time.Duration;
import java.util.Optional;

/** The SCM cannot be reached or has no room now; a later try finds what an earlier one has made. */
public class ScmUnavailableException extends RuntimeException implements RetryAfter {
  private final Duration retryAfter;

  /**
   * @param retryAfter how long the SCM asks to wait; null where it does not say
   */
  public ScmUnavailableException(String message, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /** How long the SCM asks to wait; empty where it does not say. */
  @Override
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
