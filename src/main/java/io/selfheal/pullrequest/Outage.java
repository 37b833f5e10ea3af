package io.selfheal.pullrequest;

import io.selfheal.queue.TryLaterException;
import io.selfheal.workspace.GitFailure;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.retry.RetryUtils;

/**
 * A failure of something outside that ends without anybody changing the issue or the settings: no
 * network, no answer, no room, credentials that are being renewed.
 */
final class Outage {
  /** What a message can be kept back for when it is sent, at most. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId");

  private Outage() {}

  /** Whether the failure, or one of its causes, is one. */
  static boolean is(Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth++ < 20; cause = cause.getCause()) {
      if (cause instanceof TryLaterException
          || cause instanceof SocketException
          || cause instanceof SocketTimeoutException
          || cause instanceof HttpTimeoutException
          || cause instanceof UnknownHostException
          || cause instanceof SdkClientException
          || cause instanceof SdkServiceException service && isOfTheService(service)) {
        return true;
      }
    }
    return GitFailure.of(failure)
        .filter(git -> git.kind() == GitFailure.Kind.UNREACHABLE)
        .isPresent();
  }

  private static boolean isOfTheService(SdkServiceException failure) {
    return failure.statusCode() >= 500
        || RetryUtils.isThrottlingException(failure)
        || failure instanceof AwsServiceException aws
            && aws.awsErrorDetails() != null
            && EXPIRED.contains(aws.awsErrorDetails().errorCode());
  }

  /**
   * How long to wait: twice as long each time, up to {@link #LONGEST_WAIT}.
   *
   * @param outages in a row before this one
   * @param first wait after the first one
   */
  static Duration wait(int outages, Duration first) {
    Duration wait = first.multipliedBy(1L << Math.min(20, outages));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }
}
