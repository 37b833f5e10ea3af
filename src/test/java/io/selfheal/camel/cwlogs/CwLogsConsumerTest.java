package io.selfheal.camel.cwlogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

@Timeout(60)
class CwLogsConsumerTest {
  private final FakeCloudWatchLogs logs = new FakeCloudWatchLogs();
  private final MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private final AtomicInteger failuresToCome = new AtomicInteger();
  private DefaultCamelContext context = newContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void readsTheGroupsThatFitAndLeavesTheExcludedOut() throws Exception {
    for (String group :
        List.of("/aws/lambda/a", "/aws/lambda/b", "/aws/lambda/selfheal", "/ecs/c", "web")) {
      logs.put(group, "s", Instant.now(), group);
    }
    start(
        "aws-cwlogs:/aws/lambda/*,web?initialDelay=0&delay=20&excludeLogGroups=*selfheal*,*nothing");

    await()
        .untilAsserted(
            () ->
                assertThat(delivered)
                    .containsExactlyInAnyOrder(
                        "/aws/lambda/a /aws/lambda/a", "/aws/lambda/b /aws/lambda/b", "web web"));
  }

  @Test
  void groupNamedInFullIsReadThoughExcluded() throws Exception {
    logs.put("selfheal-test", "s", Instant.now(), "x");
    start("aws-cwlogs:selfheal-test?initialDelay=0&delay=20&excludeLogGroups=*selfheal*");

    await().untilAsserted(() -> assertThat(delivered).containsExactly("selfheal-test x"));
  }

  @Test
  void starAloneReadsEveryGroup() throws Exception {
    logs.put("a", "s", Instant.now(), "1");
    logs.put("/b", "s", Instant.now(), "2");
    logs.put("c#d", "s", Instant.now(), "3");
    start("aws-cwlogs:*?initialDelay=0&delay=20");

    await()
        .untilAsserted(
            () -> assertThat(delivered).containsExactlyInAnyOrder("a 1", "/b 2", "c#d 3"));
  }

  @Test
  void newGroupIsFoundAtTheNextLook() throws Exception {
    logs.group("other");
    start("aws-cwlogs:app-*?initialDelay=0&delay=20&refreshInterval=100ms");
    await().until(() -> context.getRouteController().getRouteStatus("read").isStarted());
    logs.put("app-new", "s", Instant.now(), "x");

    await().untilAsserted(() -> assertThat(delivered).containsExactly("app-new x"));
  }

  @Test
  void failedExchangeIsDeliveredAgain() throws Exception {
    failuresToCome.set(2);
    logs.put("web", "s", Instant.now(), "x");
    start("aws-cwlogs:web?initialDelay=0&delay=20");

    await().untilAsserted(() -> assertThat(delivered).containsExactly("web x"));
    assertThat(failuresToCome).hasValue(0);
  }

  @Test
  void throttledPollLosesNothing() throws Exception {
    logs.pageSize(1);
    for (int i = 0; i < 5; i++) {
      logs.put("web", "s", Instant.now().minusSeconds(10 - i), String.valueOf(i));
    }
    logs.failures.add(FakeCloudWatchLogs.throttling());
    logs.failures.add(FakeCloudWatchLogs.throttling());
    start("aws-cwlogs:web?initialDelay=0&delay=20");

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(delivered).containsExactly("web 0", "web 1", "web 2", "web 3", "web 4"));
  }

  @Test
  void throttledPollsBecomeRare() throws Exception {
    logs.group("web");
    for (int i = 0; i < 1000; i++) {
      logs.failures.add(FakeCloudWatchLogs.throttling());
    }
    start("aws-cwlogs:web?initialDelay=0&delay=5");

    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    assertThat(logs.requests).hasSizeBetween(1, 5);
  }

  @Test
  void groupThatCannotBeReadDoesNotHoldUpTheOthers() throws Exception {
    logs.failures.add(CloudWatchLogsException.builder().statusCode(403).message("denied").build());
    logs.put("a", "s", Instant.now(), "x");
    logs.put("b", "s", Instant.now(), "y");
    start("aws-cwlogs:a,b,missing?initialDelay=0&delay=20");

    await().untilAsserted(() -> assertThat(delivered).containsExactlyInAnyOrder("b y", "a x"));
    assertThat(delivered).first().isEqualTo("b y");
  }

  @Test
  void restartedContextGoesOnWhereTheOldOneStopped() throws Exception {
    logs.put("web", "s", Instant.now().minus(Duration.ofMinutes(4)), "old");
    start("aws-cwlogs:web?initialDelay=0&delay=20");
    await().untilAsserted(() -> assertThat(delivered).containsExactly("web old"));
    context.stop();
    delivered.clear();
    logs.put("web", "s", Instant.now(), "new");
    context = newContext();
    start("aws-cwlogs:web?initialDelay=0&delay=20");

    await().untilAsserted(() -> assertThat(delivered).containsExactly("web new"));
  }

  @Test
  void wrongOptionsFailTheStart() {
    assertThatThrownBy(() -> start("aws-cwlogs:web?pageSize=0"))
        .hasRootCauseMessage("aws-cwlogs option pageSize must be 1 to 10000");
    assertThatThrownBy(() -> context.getEndpoint("aws-cwlogs:?initialDelay=0&delay=20"))
        .hasStackTraceContaining("name the log groups to read");
    assertThatThrownBy(() -> context.getEndpoint("aws-cwlogs:web").createProducer())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private DefaultCamelContext newContext() {
    DefaultCamelContext created = new DefaultCamelContext();
    created.getRegistry().bind("cloudWatchLogs", logs);
    created.getRegistry().bind("checkpoints", checkpoints);
    return created;
  }

  private void start(String uri) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(uri)
                .routeId("read")
                .errorHandler(noErrorHandler())
                .process(
                    exchange -> {
                      if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new IllegalStateException("store is down");
                      }
                      String group =
                          exchange.getMessage().getHeader(CwLogsConstants.LOG_GROUP, String.class);
                      for (Object event : exchange.getMessage().getMandatoryBody(List.class)) {
                        delivered.add(group + " " + ((FilteredLogEvent) event).message());
                      }
                    });
          }
        });
    context.start();
  }
}
