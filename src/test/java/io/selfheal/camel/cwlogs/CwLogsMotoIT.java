package io.selfheal.camel.cwlogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.camel.MotoServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

@Timeout(120)
class CwLogsMotoIT {
  private static final String GROUP = "/aws/lambda/orders";
  private final MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private MotoServer moto;
  private CloudWatchLogsClient client;

  @BeforeEach
  void startServer() throws Exception {
    moto = MotoServer.start();
    client = moto.client(CloudWatchLogsClient.builder());
    client.createLogGroup(request -> request.logGroupName(GROUP));
    client.createLogStream(
        request -> request.logGroupName(GROUP).logStreamName("2026/01/02/[$LATEST]abc"));
  }

  @AfterEach
  void stopServer() {
    if (moto != null) {
      moto.close();
    }
  }

  @Test
  void deliversEachEventOnceWithLateOnesAndOverARestart() throws Exception {
    try (DefaultCamelContext context =
        start("aws-cwlogs:/aws/lambda/*?delay=200&pageSize=3&overlap=40s")) {
      put(
          IntStream.range(0, 10)
              .mapToObj(i -> event(Duration.ofSeconds(-20 + i), "e" + i))
              .toArray(InputLogEvent[]::new));
      await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(delivered).hasSize(10));
      put(event(Duration.ofSeconds(-22), "late"));
      await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(delivered).hasSize(11));
    }
    assertThat(delivered)
        .containsExactly("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9", "late");
    put(event(Duration.ofSeconds(-1), "while it was down"));
    delivered.clear();
    try (DefaultCamelContext context = start("aws-cwlogs:/aws/lambda/*?delay=200&overlap=2s")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(delivered).containsExactly("while it was down"));
    }
  }

  @Test
  void filterPatternBringsTheWholeTrace() throws Exception {
    String[] trace = {
      "Traceback (most recent call last):", "  File \"a.py\", line 3, in f", "KeyError: 'x'"
    };
    put(
        event(Duration.ofSeconds(-60), "START"),
        event(Duration.ofSeconds(-30), trace[0]),
        event(Duration.ofSeconds(-30), trace[1]),
        event(Duration.ofSeconds(-30), trace[2]),
        event(Duration.ofSeconds(-20), "END"));
    try (DefaultCamelContext context =
        start("aws-cwlogs:/aws/lambda/*?delay=200&filterPattern=RAW(\"Traceback\")")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> !delivered.isEmpty());
      // One more event, so that a second delivery of the trace would come before it.
      put(event(Duration.ofSeconds(-15), "Traceback again"));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> delivered.get(delivered.size() - 1).equals("Traceback again"));
    }
    assertThat(delivered).containsExactly(trace[0], trace[1], trace[2], "Traceback again");
  }

  private static InputLogEvent event(Duration fromNow, String message) {
    return InputLogEvent.builder()
        .timestamp(Instant.now().plus(fromNow).toEpochMilli())
        .message(message)
        .build();
  }

  private void put(InputLogEvent... events) {
    client.putLogEvents(
        request ->
            request.logGroupName(GROUP).logStreamName("2026/01/02/[$LATEST]abc").logEvents(events));
  }

  private DefaultCamelContext start(String uri) throws Exception {
    DefaultCamelContext context = new DefaultCamelContext();
    context.getRegistry().bind("client", client);
    context.getRegistry().bind("checkpoints", checkpoints);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(uri)
                .split(body())
                .process(
                    exchange ->
                        delivered.add(
                            exchange
                                .getMessage()
                                .getMandatoryBody(FilteredLogEvent.class)
                                .message()));
          }
        });
    context.start();
    return context;
  }
}
