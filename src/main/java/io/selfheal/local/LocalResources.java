package io.selfheal.local;

import io.selfheal.issue.IssueTable;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Makes the table and the queues in the embedded services, as a deployment's template makes them in
 * AWS.
 */
public final class LocalResources {
  private final DynamoDbClient dynamoDb;

  public LocalResources(DynamoDbClient dynamoDb) {
    this.dynamoDb = dynamoDb;
  }

  /** Makes the issue table with its stream and index, unless it is there. */
  public void createTable(String table) {
    try {
      dynamoDb.createTable(
          create ->
              create
                  .tableName(table)
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .attributeDefinitions(
                      attribute ->
                          attribute.attributeName("pk").attributeType(ScalarAttributeType.S),
                      attribute ->
                          attribute
                              .attributeName("unfinished")
                              .attributeType(ScalarAttributeType.S),
                      attribute ->
                          attribute
                              .attributeName("last_change")
                              .attributeType(ScalarAttributeType.S))
                  .keySchema(key -> key.attributeName("pk").keyType(KeyType.HASH))
                  .globalSecondaryIndexes(
                      index ->
                          index
                              .indexName(IssueTable.UNFINISHED_INDEX)
                              .keySchema(
                                  key -> key.attributeName("unfinished").keyType(KeyType.HASH),
                                  key -> key.attributeName("last_change").keyType(KeyType.RANGE))
                              .projection(
                                  projection ->
                                      projection.projectionType(ProjectionType.KEYS_ONLY)))
                  .streamSpecification(
                      stream ->
                          stream
                              .streamEnabled(true)
                              .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
    } catch (ResourceInUseException e) {
      // kept from an earlier run
    }
    dynamoDb.waiter().waitUntilTableExists(describe -> describe.tableName(table));
  }

  /**
   * Makes the work queue and its dead-letter queue, named {@code <queue>-dlq}.
   *
   * @param maxReceiveCount deliveries before a message goes to the dead-letter queue
   */
  public static void createQueues(SqsClient sqs, String queue, int maxReceiveCount) {
    String deadLetters = sqs.createQueue(create -> create.queueName(queue + "-dlq")).queueUrl();
    String arn =
        sqs.getQueueAttributes(
                get -> get.queueUrl(deadLetters).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    sqs.createQueue(
        create ->
            create
                .queueName(queue)
                .attributes(
                    Map.of(
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":%d}"
                            .formatted(arn, maxReceiveCount))));
  }
}
