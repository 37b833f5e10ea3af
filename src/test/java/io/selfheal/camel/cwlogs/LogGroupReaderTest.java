package io.selfheal.camel.cwlogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkServiceException;
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

  @Test
  void restOfATraceIsReadAroundWhatTheFilterCatches() {
    configuration.setFilterPattern("Traceback");
    put(Duration.ofSeconds(-40), "request begins");
    put(Duration.ofSeconds(-31), "before");
    put(Duration.ofMillis(-30_000), "Traceback (most recent call last):");
    logs.put(GROUP, "other", START.minusSeconds(30), "another stream");
    put(Duration.ofMillis(-30_000), "  File \"a.py\", line 3, in f");
    put(Duration.ofMillis(-29_999), "KeyError: 'x'");
    put(Duration.ofSeconds(-20), "request ends");

    assertThat(readAll())
        .containsExactly(
            "before",
            "Traceback (most recent call last):",
            "  File \"a.py\", line 3, in f",
            "KeyError: 'x'");
    now = now.plusSeconds(5);
    assertThat(readAll()).as("nothing twice").isEmpty();
  }

  @Test
  void linesThatTwoHitsShareAreDeliveredOnce() {
    configuration.setFilterPattern("ERROR");
    put(Duration.ofSeconds(-12), "ERROR 1");
    put(Duration.ofSeconds(-11), "between");
    assertThat(readAll()).containsExactly("ERROR 1", "between");
    put(Duration.ofSeconds(-10), "ERROR 2");
    put(Duration.ofSeconds(-9), "after");
    now = now.plusSeconds(5);

    assertThat(readAll()).containsExactly("ERROR 2", "after");
    now = now.plusSeconds(5);
    assertThat(readAll()).isEmpty();
  }

  @Test
  void whatIsCaughtWaitsForTheLinesAroundIt() {
    configuration.setFilterPattern("ERROR");
    put(Duration.ofSeconds(-3), "ERROR");
    assertThat(readAll()).isEmpty();
    put(Duration.ofSeconds(-3), "the rest, uploaded later");
    now = now.plusSeconds(8);

    assertThat(readAll()).containsExactly("ERROR", "the rest, uploaded later");
  }

  @Test
  void hitsThatLieTogetherAreReadInOneRequest() {
    configuration.setFilterPattern("ERROR");
    for (int i = 0; i < 50; i++) {
      logs.put(GROUP, "stream-" + i % 10, START.minusSeconds(60).plusMillis(i * 100), "ERROR " + i);
    }
    logs.put(GROUP, "far", START.minusSeconds(20), "ERROR far");

    assertThat(readAll()).hasSize(51);
    assertThat(logs.requests.stream().filter(FilterLogEventsRequest::hasLogStreamNames)).hasSize(2);
  }

  @Test
  void throttledContextGoesOnWhereItWasRefused() {
    configuration.setFilterPattern("ERROR");
    for (int i = 0; i < 5; i++) {
      put(Duration.ofSeconds(i * 10 - 100), "ERROR " + i);
      put(Duration.ofSeconds(i * 10 - 100), "rest " + i);
    }
    logs.failAt(4, FakeCloudWatchLogs.throttling());
    assertThatThrownBy(() -> reader.readPage(now)).isInstanceOf(SdkServiceException.class);

    assertThat(readAll())
        .containsExactly(
            "ERROR 0", "rest 0", "ERROR 1", "rest 1", "ERROR 2", "rest 2", "ERROR 3", "rest 3",
            "ERROR 4", "rest 4");
    assertThat(logs.requests).as("one page, five contexts, one refusal").hasSize(7);
  }

  @Test
  void checkpointDoesNotRunAheadOfWhatTheNextPageHolds() {
    configuration.setFilterPattern("ERROR");
    configuration.setOverlap(Duration.ZERO);
    logs.pageSize(1);
    put(Duration.ofSeconds(-50), "ERROR 1");
    put(Duration.ofSeconds(-49), "a line");
    put(Duration.ofMillis(-48_500), "ERROR 2");
    reader.delivered(reader.readPage(now), now);

    assertThat(checkpoints.load("aws-cwlogs:" + GROUP)).hasValue(START.minusSeconds(50).toString());
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
