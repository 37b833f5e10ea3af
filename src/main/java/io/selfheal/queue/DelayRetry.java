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
 * invisible until its visibility timeout ends, whatever the reason. The message of an outage is
 * replaced by a new one: the queue counts deliveries, and would move it to the dead-letter queue
 * when an outage lasts.
 */
public final class DelayRetry {
  /** The exchange property that keeps the message's receipt handle. */
  public static final String RECEIPT_HANDLE = "receiptHandle";

  /** The exchange property that keeps the message's text. */
  public static final String MESSAGE = "queueMessage";

  /** The exchange property that says how long an outage waits, where the failure is one. */
  public static final String OUTAGE = "outageWait";

  private static final Logger LOG = LoggerFactory.getLogger(DelayRetry.class);

  /** SQS's 12 hours, in seconds, less what the try itself may have taken of them. */
  private static final long LONGEST = 43_200 - 3_600;

  /** What SQS keeps a new message back for, in seconds. */
  private static final long LONGEST_DELAY = 900;

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

  /**
   * @param message as it was received
   * @param outage how long an outage waits; null when the failure is none
   * @param failure as thrown; what it asks to wait counts when it is longer than the delay
   */
  public void delay(
      @ExchangeProperty(RECEIPT_HANDLE) String receiptHandle,
      @ExchangeProperty(MESSAGE) String message,
      @ExchangeProperty(OUTAGE) Duration outage,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    if (receiptHandle == null) {
      return;
    }
    if (outage != null && message != null) {
      replace(receiptHandle, message, outage);
      return;
    }
    Duration wait = wait(failure);
    try {
      sqs.changeMessageVisibility(
          change ->
              change
                  .queueUrl(queueUrl)
                  .receiptHandle(receiptHandle)
                  .visibilityTimeout((int) Math.min(LONGEST, wait.plusMillis(999).toSeconds())));
    } catch (SdkException e) {
      // the message comes back anyway, when its visibility timeout ends
      LOG.warn("The next try could not be set to {} from now: {}", wait, e.getMessage());
    }
  }

  private void replace(String receiptHandle, String message, Duration wait) {
    try {
      int seconds = (int) Math.min(LONGEST_DELAY, wait.plusMillis(999).toSeconds());
      // Killed in between, there are two: whoever comes second finds nothing to do
      sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody(message).delaySeconds(seconds));
      sqs.deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(receiptHandle));
    } catch (SdkException e) {
      // the old one comes back when its visibility timeout ends, or the sweep sends one
      LOG.warn("The next try could not be set to {} from now: {}", wait, e.getMessage());
    }
  }

  private Duration wait(Exception failure) {
    return RetryAfter.of(failure).filter(asked -> asked.compareTo(delay) > 0).orElse(delay);
  }
}
