package io.selfheal.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * DynamoDB Local and ElasticMQ for tests, started once for all of them. A test that has an {@code
 * EmbeddedAws} parameter gets it; each test makes tables and queues of its own.
 */
public final class EmbeddedAws implements ParameterResolver {
  private LocalServices services;

  public DynamoDbClient dynamoDb() {
    return at(DynamoDbClient.builder(), services.endpoints().dynamoDb()).build();
  }

  public DynamoDbStreamsClient dynamoDbStreams() {
    return at(DynamoDbStreamsClient.builder(), services.endpoints().dynamoDb()).build();
  }

  public SqsClient sqs() {
    return at(SqsClient.builder(), services.endpoints().sqs()).build();
  }

  public LocalEndpoints endpoints() {
    return services.endpoints();
  }

  /** Makes a table of the issue table's shape. */
  public String newTable() {
    String name = "issues-" + UUID.randomUUID();
    new LocalResources(dynamoDb()).createTable(name);
    return name;
  }

  /** Makes a work queue and its dead-letter queue. */
  public String newQueue(int maxReceiveCount) {
    String name = "work-" + UUID.randomUUID();
    LocalResources.createQueues(sqs(), name, maxReceiveCount);
    return name;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == EmbeddedAws.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(EmbeddedAws.class, type -> started(), EmbeddedAws.class);
  }

  private static EmbeddedAws started() {
    try {
      EmbeddedAws aws = new EmbeddedAws();
      aws.services = new LocalServices(Files.createTempDirectory("embedded-aws"), true);
      return aws;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <B extends AwsClientBuilder<B, ?>> B at(B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
  }
}
