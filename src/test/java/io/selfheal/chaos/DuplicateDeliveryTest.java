package io.selfheal.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.FreePort;
import io.selfheal.Pipeline;
import io.selfheal.ShopErrors;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.queue.QueueRepairs;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Every message between the steps is delivered three times and in another order: subscription
 * payloads, records of the table's stream, messages of the queue.
 */
class DuplicateDeliveryTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BUGS = 3;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void changesNothingButTheCount() throws Exception {
    FaultyShop shop = FaultyShop.in(folder, BUGS);
    int port = FreePort.next();
    try (Pipeline pipeline = new Pipeline(settings(shop, port))) {
      pipeline.start();
      CamelContext context = pipeline.context();
      IssueTable issues = bean(context, IssueTable.class);

      List<byte[]> payloads = new ArrayList<>();
      for (int bug = 0; bug < BUGS; bug++) {
        payloads.add(
            ShopErrors.lambdaEvent("/aws/lambda/shop", List.of(FaultyShop.traceback(bug))));
      }
      inOtherOrders(payloads).forEach(payload -> post(port, payload));
      // While the first repairs may be under way
      List<String> messages =
          issues.all().stream()
              .map(
                  issue ->
                      "{\"app\":\"%s\",\"fingerprint\":\"%s\"}"
                          .formatted(issue.app(), issue.fingerprint()))
              .toList();
      assertThat(messages).hasSize(BUGS);
      inOtherOrders(messages).forEach(message -> send(context, message));
      inOtherOrders(records(context)).forEach(record -> nudge(context, record));
      await().atMost(LONG).until(() -> done(issues) && queued(context) == 0);

      // And when all is done
      inOtherOrders(messages).forEach(message -> send(context, message));
      inOtherOrders(records(context)).forEach(record -> nudge(context, record));
      inOtherOrders(payloads).forEach(payload -> post(port, payload));
      await().atMost(LONG).until(() -> queued(context) == 0);
      await()
          .atMost(LONG)
          .until(() -> issues.all().stream().allMatch(issue -> issue.occurrences() == 6));

      assertThat(issues.all())
          .hasSize(BUGS)
          .allMatch(issue -> issue.status() == IssueStatus.PULL_REQUEST_OPEN)
          .allMatch(issue -> issue.attempts() == 1);
      try (Git git = Git.open(folder.resolve("data/forge/shop.git").toFile())) {
        assertThat(git.branchList().call()).hasSize(1 + BUGS);
      }
      try (Stream<Path> files = Files.list(folder.resolve("data/forge/shop/pull-requests"))) {
        assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(BUGS);
      }
    }
  }

  /** Each three times: in order, backwards, and mixed. */
  private static <T> List<T> inOtherOrders(List<T> messages) {
    List<T> all = new ArrayList<>(messages);
    List<T> backwards = new ArrayList<>(messages);
    Collections.reverse(backwards);
    all.addAll(backwards);
    List<T> rotated = new ArrayList<>(messages);
    Collections.rotate(rotated, 1);
    all.addAll(rotated);
    return all;
  }

  private static boolean done(IssueTable issues) {
    return issues.all().stream().allMatch(issue -> issue.status() == IssueStatus.PULL_REQUEST_OPEN);
  }

  /** Does with a record what the route does that reads the stream. */
  private static void nudge(CamelContext context, Record record) {
    Issue issue = bean(context, QueueRepairs.class).newIssue(record);
    if (issue != null) {
      context.createProducerTemplate().sendBody("direct:send-repair", issue);
    }
  }

  /** All that the table's stream has. */
  private static List<Record> records(CamelContext context) {
    String arn =
        bean(context, DynamoDbClient.class)
            .describeTable(describe -> describe.tableName("selfheal-issues"))
            .table()
            .latestStreamArn();
    DynamoDbStreamsClient streams = bean(context, DynamoDbStreamsClient.class);
    List<Record> records = new ArrayList<>();
    streams
        .describeStream(describe -> describe.streamArn(arn))
        .streamDescription()
        .shards()
        .forEach(
            shard -> {
              String iterator =
                  streams
                      .getShardIterator(
                          get ->
                              get.streamArn(arn)
                                  .shardId(shard.shardId())
                                  .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                      .shardIterator();
              records.addAll(streams.getRecords(get -> get.shardIterator(iterator)).records());
            });
    assertThat(records).hasSizeGreaterThanOrEqualTo(BUGS);
    return records;
  }

  private static void send(CamelContext context, String message) {
    bean(context, SqsClient.class)
        .sendMessage(send -> send.queueUrl(queue(context)).messageBody(message));
  }

  private static int queued(CamelContext context) {
    return bean(context, SqsClient.class)
        .getQueueAttributes(
            get ->
                get.queueUrl(queue(context))
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  private static String queue(CamelContext context) {
    return bean(context, SqsClient.class)
        .getQueueUrl(get -> get.queueName("selfheal-work"))
        .queueUrl();
  }

  private static <T> T bean(CamelContext context, Class<T> type) {
    return context.getRegistry().findSingleByType(type);
  }

  private void post(int port, byte[] payload) {
    try {
      int status =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + port + "/logs/cloudwatch"))
                      .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
      assertThat(status).isEqualTo(202);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Settings settings(FaultyShop shop, int port) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("selfheal.apps.shop.repository", shop.repository().toString());
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", folder.resolve("data").toString());
    keys.put("selfheal.work.dir", folder.resolve("work").toString());
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("selfheal.logs.flush-after", "100ms");
    keys.put("selfheal.issues.count-interval", "200ms");
    keys.put("selfheal.sources", "http");
    keys.put("selfheal.http.port", Integer.toString(port));
    keys.put("selfheal.model", "replay");
    keys.put("selfheal.replay.dir", shop.answers().toString());
    return Settings.load(Optional.empty(), Map.of(), keys);
  }
}
