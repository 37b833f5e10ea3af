package io.selfheal;

import io.selfheal.local.LocalEndpoints;
import io.selfheal.settings.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.BedrockClientBuilder;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClientBuilder;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Builds the AWS clients: by the default credential and region chain, {@code AWS_ENDPOINT_URL}
 * included, or for the embedded services.
 */
final class AwsClients {
  private final Optional<LocalEndpoints> local;

  AwsClients(Optional<LocalEndpoints> local) {
    this.local = local;
  }

  DynamoDbClient dynamoDb() {
    return build(DynamoDbClient.builder(), local.map(LocalEndpoints::dynamoDb));
  }

  DynamoDbStreamsClient dynamoDbStreams() {
    return build(DynamoDbStreamsClient.builder(), local.map(LocalEndpoints::dynamoDb));
  }

  SqsClient sqs() {
    return build(SqsClient.builder(), local.map(LocalEndpoints::sqs));
  }

  SsmClient ssm() {
    return build(SsmClient.builder(), Optional.empty());
  }

  /** Whose answers nobody waits for long. */
  CloudWatchClient cloudWatch() {
    CloudWatchClientBuilder builder = CloudWatchClient.builder();
    builder.overrideConfiguration(
        override ->
            override
                .apiCallTimeout(Duration.ofSeconds(10))
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy()));
    return built(builder.httpClientBuilder(ApacheHttpClient.builder().maxConnections(2)));
  }

  CloudWatchLogsClient cloudWatchLogs() {
    return build(CloudWatchLogsClient.builder(), Optional.empty());
  }

  StsClient sts() {
    return build(StsClient.builder(), Optional.empty());
  }

  KinesisClient kinesis() {
    return build(KinesisClient.builder(), Optional.empty());
  }

  /** Bedrock's catalogue, in the region of the model. */
  BedrockClient bedrock(Optional<String> region) {
    BedrockClientBuilder builder = BedrockClient.builder();
    region.map(Region::of).ifPresent(builder::region);
    return build(builder, Optional.empty());
  }

  /** For the region of a repository, whatever the others are. */
  static CodeCommitClient codeCommit(String region) {
    return CodeCommitClient.builder()
        .region(Region.of(region))
        .httpClientBuilder(ApacheHttpClient.builder().socketTimeout(Duration.ofSeconds(30)))
        // The SDK would sit a Retry-After out; the queue waits better.
        .overrideConfiguration(
            override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(
      B builder, Optional<URI> endpoint) {
    builder.httpClientBuilder(
        // SQS answers a long poll after 20 s
        ApacheHttpClient.builder().socketTimeout(Duration.ofSeconds(30)).maxConnections(100));
    builder.overrideConfiguration(
        override ->
            override.retryStrategy(
                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                    // A change that meets the transaction of a count waits for its end.
                    .retryOnException(TransactionConflictException.class)
                    .build()));
    endpoint.ifPresent(
        uri ->
            builder
                .endpointOverride(uri)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("local", "local"))));
    return built(builder);
  }

  private static <C> C built(AwsClientBuilder<?, C> builder) {
    try {
      return builder.build();
    } catch (SdkClientException e) {
      if (String.valueOf(e.getMessage()).startsWith("Unable to load region")) {
        throw new ConfigurationException(
            "AWS_REGION",
            "",
            "set it to the region of your table and queue, or run with selfheal.local=true");
      }
      throw e;
    }
  }
}
