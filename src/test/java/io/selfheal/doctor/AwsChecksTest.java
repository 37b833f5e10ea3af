package io.selfheal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.IssueTable;
import io.selfheal.local.EmbeddedAws;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.sqs.SqsClient;

@ExtendWith(EmbeddedAws.class)
class AwsChecksTest {
  @Test
  void theTableIsFine(EmbeddedAws aws) {
    assertThat(table(aws, aws.newTable()).level()).isEqualTo(Finding.Level.OK);
  }

  @Test
  void aMissingTableIsTold(EmbeddedAws aws) {
    Finding found = table(aws, "no-such-table");
    assertThat(found.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(found.text()).contains("no table no-such-table");
    assertThat(found.whatToDo()).contains("selfheal.issues.table");
  }

  @Test
  void aTableWithoutStreamFailsAndWithoutIndexWarns(EmbeddedAws aws) {
    Finding noStream = table(aws, plain(aws, null));
    assertThat(noStream.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(noStream.text()).contains("no stream");

    Finding wrongView = table(aws, plain(aws, StreamViewType.KEYS_ONLY));
    assertThat(wrongView.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(wrongView.text()).contains("KEYS_ONLY");

    Finding noIndex = table(aws, plain(aws, StreamViewType.NEW_AND_OLD_IMAGES));
    assertThat(noIndex.level()).isEqualTo(Finding.Level.WARN);
    assertThat(noIndex.text()).contains("no index unfinished");
  }

  @Test
  void theQueuesReceivesAreComparedWithTheTries(EmbeddedAws aws) {
    SqsClient sqs = aws.sqs();
    String name = aws.newQueue(3);

    assertThat(queue(sqs, name, 3).level()).isEqualTo(Finding.Level.OK);
    Finding fewer = queue(sqs, name, 5);
    assertThat(fewer.level()).isEqualTo(Finding.Level.WARN);
    assertThat(fewer.text()).contains("after 3 receives", "selfheal.heal.max-attempts is 5");
    assertThat(fewer.whatToDo()).contains("maxReceiveCount to 5", "never come");
    assertThat(queue(sqs, name, 2).whatToDo()).contains("for nothing");
  }

  @Test
  void aQueueWithoutDeadLettersWarns(EmbeddedAws aws) {
    SqsClient sqs = aws.sqs();
    String name = "plain-" + UUID.randomUUID();
    sqs.createQueue(create -> create.queueName(name));
    Finding found = queue(sqs, name, 3);
    assertThat(found.level()).isEqualTo(Finding.Level.WARN);
    assertThat(found.text()).contains("no dead-letter queue");
  }

  @Test
  void waitingDeadLettersAreTold(EmbeddedAws aws) {
    SqsClient sqs = aws.sqs();
    String name = aws.newQueue(3);
    String arn = queue(sqs, name, 3).text().replaceFirst(".*dead letters to (\\S+) after.*", "$1");
    sqs.sendMessage(
        send ->
            send.queueUrl(sqs.getQueueUrl(get -> get.queueName(arn)).queueUrl()).messageBody("x"));
    Finding found = queue(sqs, name, 3);
    assertThat(found.level()).isEqualTo(Finding.Level.WARN);
    assertThat(found.text()).endsWith("it holds 1");
  }

  private static Finding table(EmbeddedAws aws, String name) {
    return new TableCheck(new IssueTable(aws.dynamoDb(), name, Clock.systemUTC()), name).look();
  }

  private static Finding queue(SqsClient sqs, String name, int attempts) {
    try {
      return new QueueCheck(
              sqs, () -> sqs.getQueueUrl(get -> get.queueName(name)).queueUrl(), attempts)
          .look();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String plain(EmbeddedAws aws, StreamViewType view) {
    DynamoDbClient client = aws.dynamoDb();
    String name = "plain-" + UUID.randomUUID();
    client.createTable(
        create -> {
          create
              .tableName(name)
              .billingMode(BillingMode.PAY_PER_REQUEST)
              .attributeDefinitions(
                  AttributeDefinition.builder().attributeName("pk").attributeType("S").build())
              .keySchema(
                  KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build());
          if (view != null) {
            create.streamSpecification(on -> on.streamEnabled(true).streamViewType(view));
          }
        });
    return name;
  }
}
