package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.camel.cwlogs.MemoryCheckpointStore;
import io.selfheal.camel.kcl.KclEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

/** The polling sources' routes as they are shipped; deduplication is replaced by a list. */
@Timeout(60)
class SourceRoutesTest {
  @TempDir Path folder;
  private final List<LogBatch> stored = new CopyOnWriteArrayList<>();
  private final AtomicInteger failuresToCome = new AtomicInteger();
  private final Main main = new Main();

  @AfterEach
  void stop() {
    main.stop();
  }

  @Test
  void fileLinesAreStoredAndReadAgainAfterAFailure() throws Exception {
    Path log = folder.resolve("app.log");
    Files.writeString(log, "KeyError: 'x'\n");
    failuresToCome.set(1);
    main.addInitialProperty("selfheal.file.path", folder + "/*.log");
    main.addInitialProperty("selfheal.file.app", "");
    main.addInitialProperty("selfheal.file.state-dir", folder.resolve("state").toString());
    start("file", new ApplicationRouter(List.of(LogFixtures.application("shop", "/aws/*"))));

    await().untilAsserted(() -> assertThat(stored).hasSize(1));
    assertThat(failuresToCome).hasValue(0);
    LogBatch batch = stored.get(0);
    assertThat(batch.app()).isEqualTo("shop");
    assertThat(batch.logGroup()).isEqualTo(log.toString());
    assertThat(batch.events()).extracting(LogEvent::message).containsExactly("KeyError: 'x'");
    Files.writeString(log, "next\n", StandardOpenOption.APPEND);
    await().untilAsserted(() -> assertThat(stored).hasSize(2));
  }

  @Test
  void cloudwatchEventsAreStored() throws Exception {
    Instant now = Instant.now();
    main.bind("checkpointStore", new MemoryCheckpointStore());
    main.bind("cloudWatchLogsClient", new OneGroup("/aws/lambda/orders", now));
    ApplicationRouter router =
        new ApplicationRouter(
            List.of(
                LogFixtures.application("shop", "/aws/lambda/*", "web#1"),
                LogFixtures.application("billing", "b")));
    main.addInitialProperty(
        "selfheal.cloudwatch.log-groups", String.join(",", router.logGroupPatterns()));
    main.addInitialProperty("selfheal.cloudwatch.left-out-log-groups", "*selfheal*");
    main.addInitialProperty("selfheal.cloudwatch.filter-pattern", "");
    main.addInitialProperty("selfheal.cloudwatch.lookback", "5m");
    main.addInitialProperty("selfheal.cloudwatch.overlap", "2m");
    main.addInitialProperty("selfheal.cloudwatch.poll-interval", "100ms");
    failuresToCome.set(1);
    start("cloudwatch", router);

    await().untilAsserted(() -> assertThat(stored).hasSize(1));
    assertThat(stored.get(0))
        .isEqualTo(
            new LogBatch(
                "shop",
                "/aws/lambda/orders",
                "s",
                List.of(
                    new LogEvent(
                        "1", Instant.ofEpochMilli(now.toEpochMilli()), "[ERROR] KeyError"))));
  }

  /** The library itself is tested against a stand-in of AWS; here it must not be started. */
  @Test
  void kinesisRouteReadsTheStreamUnderTheApplicationsName() throws Exception {
    main.addInitialProperty("camel.main.auto-startup", "false");
    main.addInitialProperty("selfheal.kinesis.stream", "app-logs");
    main.addInitialProperty("selfheal.kinesis.application-name", "selfheal-kinesis");
    main.addInitialProperty("selfheal.kinesis.initial-position", "LATEST");
    ApplicationRouter router =
        new ApplicationRouter(List.of(LogFixtures.application("shop", "/aws/*")));
    main.bind("decodeKinesis", new DecodeKinesis(router, Clock.systemUTC()));
    start("kinesis", router);

    assertThat(main.getCamelContext().getRoute("receive-logs-kinesis").getEndpoint())
        .isInstanceOfSatisfying(
            KclEndpoint.class,
            endpoint -> {
              assertThat(endpoint.getStreamName()).isEqualTo("app-logs");
              assertThat(endpoint.getApplicationName()).isEqualTo("selfheal-kinesis");
              assertThat(endpoint.getInitialPosition()).isEqualTo("LATEST");
            });
  }

  private void start(String source, ApplicationRouter router) throws Exception {
    // These routes and beans only, not the program's own configuration.
    main.setDefaultPropertyPlaceholderLocation("false");
    main.configure()
        .withRoutesIncludePattern(
            "classpath:routes/00-error-handling.camel.yaml,classpath:routes/01-receive-logs/receive-logs.camel.yaml,"
                + "classpath:routes/01-receive-logs/"
                + source
                + ".camel.yaml");
    main.bind("receiveLogs", new ReceiveLogs(router, new DecodeText(Clock.systemUTC())));
    main.bind("decodeFilteredEvents", new DecodeFilteredEvents(router));
    main.bind("answerSender", new AnswerSender());
    main.bind("answerOtlp", new AnswerOtlp());
    main.bind("answerFirehose", new AnswerFirehose(Clock.systemUTC()));
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:deduplicate-errors")
                    .errorHandler(noErrorHandler())
                    .process(
                        exchange -> {
                          if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                            throw new IllegalStateException("store is down");
                          }
                          stored.addAll(
                              exchange.getMessage().getMandatoryBody(ReceivedLogs.class).batches());
                        });
              }
            });
    main.start();
  }

  /** One log group with one event. */
  private record OneGroup(String name, Instant time) implements CloudWatchLogsClient {
    @Override
    public DescribeLogGroupsResponse describeLogGroups(DescribeLogGroupsRequest request) {
      return DescribeLogGroupsResponse.builder()
          .logGroups(group -> group.logGroupName(name))
          .build();
    }

    @Override
    public FilterLogEventsResponse filterLogEvents(FilterLogEventsRequest request) {
      if (!request.logGroupName().equals(name) || request.filterPattern() != null) {
        return FilterLogEventsResponse.builder().events(List.of()).build();
      }
      return FilterLogEventsResponse.builder()
          .events(
              FilteredLogEvent.builder()
                  .eventId("1")
                  .logStreamName("s")
                  .timestamp(time.toEpochMilli())
                  .message("[ERROR] KeyError")
                  .build())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
