package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

class DecodeFilteredEventsTest {
  private final DecodeFilteredEvents decode =
      new DecodeFilteredEvents(
          new ApplicationRouter(List.of(LogFixtures.application("shop", "/aws/lambda/*"))));

  @Test
  void eventsAreBatchedPerStreamInTheirOrder() {
    ReceivedLogs logs =
        decode.decode(
            List.of(
                event("1", "s", 1000, "a"), event("2", "t", 2000, "b"), event("3", "s", 3000, "c")),
            "/aws/lambda/orders");

    assertThat(logs.batches())
        .containsExactly(
            new LogBatch(
                "shop",
                "/aws/lambda/orders",
                "s",
                List.of(
                    new LogEvent("1", Instant.ofEpochSecond(1), "a"),
                    new LogEvent("3", Instant.ofEpochSecond(3), "c"))),
            new LogBatch(
                "shop",
                "/aws/lambda/orders",
                "t",
                List.of(new LogEvent("2", Instant.ofEpochSecond(2), "b"))));
  }

  @Test
  void groupOfNoApplicationIsRefused() {
    assertThatThrownBy(() -> decode.decode(List.of(), "/ecs/x"))
        .isInstanceOf(IntakeException.class);
  }

  private static FilteredLogEvent event(String id, String stream, long millis, String message) {
    return FilteredLogEvent.builder()
        .eventId(id)
        .logStreamName(stream)
        .timestamp(millis)
        .message(message)
        .build();
  }
}
