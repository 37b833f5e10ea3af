package io.selfheal.queue;

import io.selfheal.issue.RetryAfter;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Tells the queue when a failed message may be delivered again. Camel's consumer leaves it
 * invisible until its visibility timeout ends, whatever the reason.
 */
public final class DelayRetry {
  /** The exchange property that keeps the message's receipt handle. */
  public static final String RECEIPT_HANDLE = "receiptHandle";

  private static final Logger LOG = LoggerFactory.getLogger(DelayRetry.class);

  /** SQS keeps no message back for longer than 12 hours after it was received. */
  private static final long MAX_SECONDS = 43_200 - 3_600;

  private final SqsClient sqs;
  private final String queueUrl;
  private final Duration delay;

  /**
   * @param delay up to SQS's 12 hours
   */
  public DelayRetry(SqsClient sqs, String queueUrl, Duration delay) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.delay = delay;
  }

  /** Waits as long as the key says, or longer where the failure asks for it. */
  public void delay(
      @ExchangeProperty(RECEIPT_HANDLE) String receiptHandle,
      // As thrown: @ExchangeException would give its deepest cause.
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    if (receiptHandle == null) {
      return;
    }
    Duration asked = RetryAfter.of(failure).orElse(Duration.ZERO);
    Duration wait = asked.compareTo(delay) > 0 ? asked : delay;
    try {
      sqs.changeMessageVisibility(
          change ->
              change
                  .queueUrl(queueUrl)
                  .receiptHandle(receiptHandle)
                  .visibilityTimeout(
                      (int) Math.min(MAX_SECONDS, wait.plusMillis(999).toSeconds())));
    } catch (SdkException e) {
      // the message comes back anyway, when its visibility timeout ends
      LOG.warn("The next try could not be set to {} from now: {}", wait, e.getMessage());
    }
  }
}
