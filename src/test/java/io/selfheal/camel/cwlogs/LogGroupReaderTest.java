package io.selfheal.camel.cwlogs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

class LogGroupReaderTest {
  private static final String GROUP = "/aws/lambda/orders";
  private static final Instant START = Instant.parse("2026-01-02T03:00:00Z");

  private final FakeCloudWatchLogs logs = new FakeCloudWatchLogs();
  private final MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
  private final CwLogsConfiguration configuration = new CwLogsConfiguration();
  private LogGroupReader reader = newReader();
  private Instant now = START;

  @Test
  void beginsAtTheLookback() {
    put(Duration.ofMinutes(-6), "too old");
    put(Duration.ofMinutes(-4), "recent");

    assertThat(readAll()).containsExactly("recent");
  }

  @Test
  void deliversEachEventOnce() {
    put(Duration.ofSeconds(-1), "a");
    assertThat(readAll()).containsExactly("a");
    now = now.plusSeconds(5);
    assertThat(readAll()).isEmpty();
    put(Duration.ofSeconds(4), "b");
    assertThat(readAll()).containsExactly("b");
  }

  @Test
  void findsLateEventsWithinTheOverlap() {
    put(Duration.ofSeconds(-1), "in time");
    assertThat(readAll()).containsExactly("in time");
    now = now.plusSeconds(60);
    readAll();
    put(Duration.ofSeconds(-50), "late by 110 s");

    assertThat(readAll()).containsExactly("late by 110 s");
    assertThat(readAll()).isEmpty();
  }

  @Test
  void restartContinuesAtTheCheckpoint() {
    put(Duration.ofSeconds(-1), "a");
    readAll();
    put(Duration.ofHours(5), "while it was down");
    now = now.plus(Duration.ofHours(10));
    reader = newReader();

    assertThat(readAll()).contains("while it was down");
  }

  @Test
  void undeliveredPageIsReadAgain() {
    put(Duration.ofSeconds(-1), "a");
    assertThat(reader.readPage(now)).hasSize(1);
    reader.failed();

    assertThat(readAll()).containsExactly("a");
  }

  @Test
  void failureAmongManyPagesRepeatsNoneThatWasDelivered() {
    logs.pageSize(2);
    IntStream.range(0, 10).forEach(i -> put(Duration.ofSeconds(i - 200), "e" + i));
    List<String> delivered = new ArrayList<>();
    for (int page = 0; page < 3; page++) {
      List<FilteredLogEvent> events = reader.readPage(now);
      reader.delivered(events, now);
      events.forEach(event -> delivered.add(event.message()));
    }
    reader.readPage(now);
    reader.failed();
    delivered.addAll(readAll());

    assertThat(delivered)
        .containsExactly("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9");
  }

  @Test
  void checkpointFollowsThePagesOfALongWindow() {
    logs.pageSize(2);
    IntStream.range(0, 10).forEach(i -> put(Duration.ofSeconds(i - 200), "e" + i));
    reader.delivered(reader.readPage(now), now);
    reader.delivered(reader.readPage(now), now);

    assertThat(checkpoints.load("aws-cwlogs:" + GROUP))
        .hasValue(START.minusSeconds(197).toString());
  }

  @Test
  void pageIsSortedByTimeAndKeepsTheOrderOfEqualTimes() {
    put(Duration.ofSeconds(-2), "first");
    put(Duration.ofSeconds(-2), "second");
    put(Duration.ofSeconds(-3), "before");

    assertThat(readAll()).containsExactly("before", "first", "second");
  }

  @Test
  void largeOverlapIsReadAgainEveryQuarterOnly() {
    logs.pageSize(5);
    IntStream.range(0, 20).forEach(i -> put(Duration.ofSeconds(i - 100), "e" + i));
    readAll();
    logs.requests.clear();
    now = now.plusSeconds(5);
    readAll();
    Instant shortStart = Instant.ofEpochMilli(logs.requests.get(0).startTime());
    now = now.plusSeconds(30);
    put(Duration.ofSeconds(-80), "late");

    assertThat(shortStart).isEqualTo(START.minusSeconds(10));
    assertThat(readAll()).containsExactly("late");
  }

  @Test
  void idleGroupSavesItsCheckpointOnceAMinute() {
    logs.group(GROUP);
    readAll();
    assertThat(checkpoints.load("aws-cwlogs:" + GROUP)).isEmpty();
    now = now.plusSeconds(61);
    readAll();

    assertThat(checkpoints.load("aws-cwlogs:" + GROUP)).hasValue(now.toString());
  }

  @Test
  void unreadableCheckpointBeginsAnew() {
    checkpoints.save("aws-cwlogs:" + GROUP, "garbage");
    put(Duration.ofMinutes(-4), "recent");

    assertThat(readAll()).containsExactly("recent");
  }

  @Test
  void clockThatGoesBackMakesNoBrokenWindow() {
    logs.group(GROUP);
    readAll();
    now = now.minus(Duration.ofHours(1));
    readAll();

    assertThat(logs.requests).allMatch(request -> request.startTime() <= request.endTime());
  }

  @Test
  void asksForWhatIsConfigured() {
    configuration.setFilterPattern("?ERROR");
    configuration.setPageSize(7);
    logs.group(GROUP);
    readAll();

    FilterLogEventsRequest request = logs.requests.get(0);
    assertThat(request.filterPattern()).isEqualTo("?ERROR");
    assertThat(request.limit()).isEqualTo(7);
    assertThat(request.logGroupName()).isEqualTo(GROUP);
  }

  private LogGroupReader newReader() {
    return new LogGroupReader(GROUP, configuration, logs, checkpoints);
  }

  private void put(Duration fromStart, String message) {
    logs.put(GROUP, "stream", START.plus(fromStart), message);
  }

  private List<String> readAll() {
    List<String> messages = new ArrayList<>();
    do {
      List<FilteredLogEvent> events = reader.readPage(now);
      reader.delivered(events, now);
      events.forEach(event -> messages.add(event.message()));
    } while (reader.hasMore());
    return messages;
  }
}
