package io.selfheal;

import io.selfheal.settings.ConfigurationException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Finds the work queue, which a key names in one of three ways. */
final class WorkQueue {
  private final SqsClient sqs;

  WorkQueue(SqsClient sqs) {
    this.sqs = sqs;
  }

  /**
   * @param queue name, ARN ({@code arn:aws:sqs:<region>:<account>:<name>}) or URL
   * @throws ConfigurationException when there is no such queue
   */
  String url(String queue) {
    if (queue.startsWith("http://") || queue.startsWith("https://")) {
      return queue;
    }
    String[] parts = queue.split(":");
    try {
      if (queue.startsWith("arn:") && parts.length == 6) {
        return sqs.getQueueUrl(get -> get.queueName(parts[5]).queueOwnerAWSAccountId(parts[4]))
            .queueUrl();
      }
      return sqs.getQueueUrl(get -> get.queueName(queue)).queueUrl();
    } catch (QueueDoesNotExistException e) {
      throw new ConfigurationException(
          "selfheal.work.queue",
          queue,
          "there is no such SQS queue in this account and region; create it or name another");
    }
  }
}
