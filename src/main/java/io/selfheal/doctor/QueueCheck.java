package io.selfheal.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Whether the work queue is there, and moves a message to a dead-letter queue in time. */
public final class QueueCheck {
  private final SqsClient sqs;
  private final Supplier<String> url;
  private final int maxAttempts;

  /**
   * @param url finds the queue
   * @param maxAttempts {@code selfheal.heal.max-attempts}
   */
  public QueueCheck(SqsClient sqs, Supplier<String> url, int maxAttempts) {
    this.sqs = sqs;
    this.url = url;
    this.maxAttempts = maxAttempts;
  }

  public Finding look() throws JsonProcessingException {
    try {
      return look(url.get());
    } catch (SqsException e) {
      if (isMissing(e)) {
        return Finding.fail(
            "there is no such queue in this account and region",
            "create it (README, AWS), or name another in selfheal.work.queue");
      }
      throw e;
    }
  }

  private Finding look(String queue) throws JsonProcessingException {
    String name = queue.substring(queue.lastIndexOf('/') + 1);
    Map<QueueAttributeName, String> attributes;
    try {
      attributes =
          sqs.getQueueAttributes(
                  get -> get.queueUrl(queue).attributeNames(QueueAttributeName.REDRIVE_POLICY))
              .attributes();
    } catch (SqsException e) {
      if (Failures.isDenied(e)) {
        return Finding.warn(
            name + " is there; its redrive policy cannot be looked at",
            "allow sqs:GetQueueAttributes, which only doctor needs");
      }
      throw e;
    }
    String policy = attributes.getOrDefault(QueueAttributeName.REDRIVE_POLICY, "");
    if (policy.isBlank()) {
      return Finding.warn(
          name + " has no dead-letter queue",
          "add a redrive policy with maxReceiveCount "
              + maxAttempts
              + " (README, AWS); without it failed repairs come back until they expire");
    }
    JsonNode redrive = JsonMapper.builder().build().readTree(policy);
    int receives = redrive.path("maxReceiveCount").asInt();
    String arn = redrive.path("deadLetterTargetArn").asText();
    String deadLetters = arn.substring(arn.lastIndexOf(':') + 1);
    if (receives != maxAttempts) {
      return Finding.warn(
          "%s moves a message to %s after %d receives, and selfheal.heal.max-attempts is %d"
              .formatted(name, deadLetters, receives, maxAttempts),
          "set maxReceiveCount to "
              + maxAttempts
              + (receives < maxAttempts
                  ? "; now the last tries never come"
                  : "; now failed repairs are received for nothing"));
    }
    return deadLetters(name, deadLetters, receives);
  }

  private Finding deadLetters(String name, String deadLetters, int receives) {
    String text = "%s, dead letters to %s after %d receives".formatted(name, deadLetters, receives);
    try {
      String dead = sqs.getQueueUrl(get -> get.queueName(deadLetters)).queueUrl();
      String waiting =
          sqs.getQueueAttributes(
                  get ->
                      get.queueUrl(dead)
                          .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
              .attributes()
              .getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0");
      return waiting.equals("0")
          ? Finding.ok(text)
          : Finding.warn(
              text + "; it holds " + waiting,
              "'issues --status FAILED' says why; 'issues retry' sends one again");
    } catch (SqsException e) {
      if (isMissing(e)) {
        return Finding.fail(
            name + " sends dead letters to " + deadLetters + ", which does not exist",
            "create it, or change the redrive policy");
      }
      if (Failures.isDenied(e)) {
        return Finding.ok(text);
      }
      throw e;
    }
  }

  /** Emulators answer in the older protocol's words. */
  private static boolean isMissing(SqsException failure) {
    return failure instanceof QueueDoesNotExistException
        || failure.awsErrorDetails() != null
            && String.valueOf(failure.awsErrorDetails().errorCode()).contains("NonExistentQueue");
  }
}
