package io.selfheal.pullrequest;

import io.selfheal.queue.TryLaterException;
import java.time.Duration;

/** The SCM cannot be reached or has no room now; a later try may succeed. */
public class ScmUnavailableException extends TryLaterException {
  /**
   * @param retryAfter how long the SCM asks to wait; null where it does not say
   */
  public ScmUnavailableException(String message, Duration retryAfter, Throwable cause) {
    super(message, retryAfter, cause);
  }
}
