package io.selfheal.queue;

import io.selfheal.issue.RetryAfter;
import io.selfheal.workspace.GitFailure;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * Decides whether what got no answer is asked again within the same try. That is for the last steps
 * only: what comes before them is paid for by then, and another try would pay it again.
 */
public final class RetrySoon {
  /** The exchange property that counts the questions so far. */
  public static final String ASKED = "asked";

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Duration first;
  private final int most;

  /**
   * @param first wait after the first question; four times as long each time
   * @param most questions
   */
  public RetrySoon(Duration first, int most) {
    this.first = first;
    this.most = most;
  }

  /**
   * @return milliseconds to wait before the next question
   * @throws Exception the failure, when the other side has refused, asks to wait for longer than a
   *     minute, or did not answer the last question either
   */
  public long pause(
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, Exchange exchange)
      throws Exception {
    int asked = exchange.getProperty(ASKED, 0, Integer.class) + 1;
    Duration grown = first.multipliedBy(1L << 2 * (asked - 1));
    Duration wait = RetryAfter.of(failure).filter(told -> told.compareTo(grown) > 0).orElse(grown);
    if (!isOutage(failure) || asked >= most || wait.compareTo(LONGEST_WAIT) > 0) {
      throw failure;
    }
    exchange.setProperty(ASKED, asked);
    return wait.toMillis();
  }

  private static boolean isOutage(Exception failure) {
    return failure instanceof TryLaterException
        || GitFailure.of(failure)
            .filter(git -> git.kind() == GitFailure.Kind.UNREACHABLE)
            .isPresent();
  }
}
