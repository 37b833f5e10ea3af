package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.local.EmbeddedAws;
import io.selfheal.settings.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@ExtendWith(EmbeddedAws.class)
class WorkQueueTest {
  @Test
  void isFoundByNameArnAndUrl(EmbeddedAws aws) {
    SqsClient sqs = aws.sqs();
    String name = aws.newQueue(3);
    String url = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
    String arn =
        sqs.getQueueAttributes(
                get -> get.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);

    assertThat(arn).startsWith("arn:");
    assertThat(new WorkQueue(sqs).url(name)).isEqualTo(url);
    assertThat(new WorkQueue(sqs).url(arn)).isEqualTo(url);
    assertThat(new WorkQueue(sqs).url(url)).isEqualTo(url);
  }

  @Test
  void aQueueThatIsNotThereIsNamed(EmbeddedAws aws) {
    assertThatThrownBy(() -> new WorkQueue(aws.sqs()).url("no-such-queue"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.work.queue = no-such-queue");
  }
}
