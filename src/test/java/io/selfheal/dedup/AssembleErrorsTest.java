package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.settings.Settings;
import io.selfheal.stacktrace.StackTraces;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AssembleErrorsTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final List<String> TRACE =
      List.of(
          "request 17 failed",
          "Traceback (most recent call last):",
          "  File \"/app/shop.py\", line 3, in total",
          "    return order['total']",
          "KeyError: 'total'");

  private final Occurrences occurrences = new Occurrences();
  private final AssembleErrors patient = assembler(Duration.ofMinutes(10));

  @AfterEach
  void close() {
    patient.close();
  }

  @Test
  void answersAtOnceWhereLinesAreNothing() {
    assertThat(patient.assemble(logs("s", "GET /health 200", "all is well")))
        .isCompletedWithValue(List.of());
  }

  @Test
  void answersAtOnceForTraceThatIsOneEvent() {
    List<ErrorEvent> errors =
        now(
            patient.assemble(
                logs(
                    "s",
                    "[ERROR] KeyError: 'x'\rTraceback (most recent call last):\r\u00a0\u00a0File \"/var/task/a.py\", line 3, in f")));

    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).trace().exceptionType()).isEqualTo("KeyError");
    assertThat(errors.get(0).timestamp()).isEqualTo(START);
  }

  @Test
  void answersAtOnceForStructuredEvent() {
    String event =
        "{\"timestamp\":\"2026\",\"errorMessage\":\"'x'\",\"errorType\":\"KeyError\",\"requestId\":\"r-1\","
            + "\"stackTrace\":[\"  File \\\"/var/task/a.py\\\", line 3, in f\\n    return d[k]\\n\"]}";

    List<ErrorEvent> errors = now(patient.assemble(logs("s", event)));

    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).text()).contains("r-1", "KeyError: 'x'", "return d[k]");
  }

  @Test
  void waitsForTheRestOfATrace() {
    CompletableFuture<List<ErrorEvent>> first =
        future(patient.assemble(logs("s", TRACE.subList(0, 3))));
    assertThat(first).isNotDone();

    CompletableFuture<List<ErrorEvent>> second =
        future(patient.assemble(logs("s", TRACE.subList(3, 5))));
    assertThat(second).isNotDone();

    assertThat(patient.assemble(logs("s", "next request"))).isCompletedWithValue(List.of());
    assertThat(first.join()).hasSize(1);
    assertThat(second.join().get(0)).isSameAs(first.join().get(0));
    ErrorEvent error = first.join().get(0);
    assertThat(error.text()).isEqualTo(String.join("\n", TRACE));
    assertThat(error.trace().frames()).hasSize(1);
    assertThat(error.timestamp()).isEqualTo(START.plusSeconds(1));
    assertThat(occurrences.drain("shop", error.fingerprint().value())).isEqualTo(1);
  }

  @Test
  void flushesWhenNoLineFollows() throws Exception {
    try (AssembleErrors quick = assembler(Duration.ofMillis(50))) {
      List<ErrorEvent> errors = future(quick.assemble(logs("s", TRACE))).get(10, TimeUnit.SECONDS);

      assertThat(errors)
          .extracting(error -> error.trace().exceptionType())
          .containsExactly("KeyError");
    }
  }

  @Test
  void releasesDeliveryWhoseLinesTurnOutToBeNothing() throws Exception {
    try (AssembleErrors quick = assembler(Duration.ofMillis(50))) {
      CompletionStage<List<ErrorEvent>> answer =
          quick.assemble(logs("s", "Please send us the Traceback (most recent call last):"));

      assertThat(future(answer).get(10, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void keepsInterleavedStreamsApart() {
    List<CompletableFuture<List<ErrorEvent>>> answers = new ArrayList<>();
    for (String line : TRACE) {
      for (String stream : List.of("a", "b", "c")) {
        answers.add(future(patient.assemble(logs(stream, line))));
      }
    }
    patient.close();

    List<ErrorEvent> errors =
        answers.stream().flatMap(answer -> answer.join().stream()).distinct().toList();
    assertThat(errors).hasSize(3).extracting(ErrorEvent::logStream).containsExactly("a", "b", "c");
    assertThat(errors).extracting(ErrorEvent::text).containsOnly(String.join("\n", TRACE));
  }

  @Test
  void flushesOnCloseAndTakesNoMore() {
    CompletableFuture<List<ErrorEvent>> open = future(patient.assemble(logs("s", TRACE)));

    patient.close();

    assertThat(open.join()).hasSize(1);
    assertThatThrownBy(() -> future(patient.assemble(logs("s", "x"))).join())
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void endsTraceWhenTheNextBegins() {
    List<String> twice = new ArrayList<>(TRACE.subList(1, 5));
    twice.addAll(TRACE.subList(1, 5));
    CompletableFuture<List<ErrorEvent>> answer = future(patient.assemble(logs("s", twice)));
    patient.close();

    assertThat(answer.join()).hasSize(2);
    assertThat(occurrences.drainAll()).extracting(Occurrences.Seen::count).containsExactly(2L);
  }

  @Test
  void keepsTraceOf300KilobytesAsOneError() {
    StringBuilder text = new StringBuilder("Traceback (most recent call last):\n");
    for (int i = 0; text.length() < 300_000; i++) {
      text.append("  File \"/app/deep.py\", line ")
          .append(i)
          .append(", in level")
          .append(i)
          .append('\n');
    }
    text.append("RuntimeError: too deep");

    List<ErrorEvent> errors = now(patient.assemble(logs("s", text.toString())));

    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).text().length()).isLessThan(257 * 1024);
    assertThat(errors.get(0).trace().complete()).isFalse();
    assertThat(errors.get(0).trace().exceptionType()).isEqualTo("RuntimeError");
    assertThat(errors.get(0).trace().frames()).extracting("function").contains("level0", "level3");
  }

  @Test
  void stripsContainerPrefixes() {
    List<String> lines = new ArrayList<>();
    TRACE.forEach(line -> lines.add("2026-01-02T03:04:05.123456789Z stderr F " + line));
    CompletableFuture<List<ErrorEvent>> answer = future(patient.assemble(logs("s", lines)));
    patient.close();

    assertThat(answer.join().get(0).trace().exceptionType()).isEqualTo("KeyError");
    assertThat(answer.join().get(0).trace().frames())
        .extracting("source")
        .containsExactly("return order['total']");
  }

  @Test
  void joinsLinesThatTheContainerRuntimeCut() {
    String time = "2026-01-02T03:04:05.123456789Z stderr ";
    List<String> lines = new ArrayList<>();
    for (String line : TRACE) {
      int half = line.length() / 2;
      lines.add(time + "P " + line.substring(0, half / 2));
      lines.add(time + "P " + line.substring(half / 2, half));
      lines.add(time + "F " + line.substring(half));
    }
    CompletableFuture<List<ErrorEvent>> answer = future(patient.assemble(logs("s", lines)));
    patient.close();

    assertThat(answer.join())
        .extracting(ErrorEvent::text)
        .containsExactly(String.join("\n", TRACE));
  }

  @Test
  void holdsDeliveryThatEndsWithinACutLine() {
    String time = "2026-01-02T03:04:05.123456789Z stderr ";
    CompletableFuture<List<ErrorEvent>> first =
        future(patient.assemble(logs("s", List.of(time + "P Traceback (most rec"))));
    assertThat(first).isNotDone();

    List<String> rest = new ArrayList<>(List.of(time + "F ent call last):"));
    TRACE.subList(2, TRACE.size()).forEach(line -> rest.add(time + "F " + line));
    CompletableFuture<List<ErrorEvent>> second = future(patient.assemble(logs("s", rest)));
    patient.close();

    assertThat(first.join()).hasSize(1).isEqualTo(second.join());
  }

  @Test
  void joinsLinesThatDockerCut() throws Exception {
    ObjectMapper json = new ObjectMapper();
    String message = "KeyError: " + "x".repeat(20_000);
    String first = message.substring(0, 16 * 1024);
    List<String> lines = new ArrayList<>();
    for (String line : TRACE.subList(0, TRACE.size() - 1)) {
      lines.add(json.writeValueAsString(Map.of("log", line + "\n")));
    }
    lines.add(json.writeValueAsString(Map.of("log", first)));
    lines.add(json.writeValueAsString(Map.of("log", message.substring(16 * 1024) + "\n")));
    CompletableFuture<List<ErrorEvent>> answer = future(patient.assemble(logs("s", lines)));
    patient.close();

    assertThat(answer.join()).hasSize(1);
    assertThat(answer.join().get(0).text()).contains("KeyError: xxx").doesNotContain("\nxxx");
  }

  @Test
  void unwrapsLinesOfDocker() {
    List<String> lines = new ArrayList<>();
    TRACE.forEach(
        line ->
            lines.add(
                "{\"log\":\""
                    + line.replace("\"", "\\\"")
                    + "\\n\",\"stream\":\"stderr\",\"time\":\"t\"}"));
    CompletableFuture<List<ErrorEvent>> answer = future(patient.assemble(logs("s", lines)));
    patient.close();

    assertThat(answer.join())
        .extracting(ErrorEvent::text)
        .containsExactly(String.join("\n", TRACE));
  }

  @Test
  void forgetsStreamsBeyondItsBoundWithoutLosingTheirErrors() {
    CompletableFuture<List<ErrorEvent>> eldest = future(patient.assemble(logs("eldest", TRACE)));
    for (int i = 0; i < AssembleErrors.MAX_STREAMS; i++) {
      patient.assemble(logs("s" + i, "x"));
    }

    assertThat(eldest.join()).hasSize(1);
  }

  @Test
  void ignoredErrorsAreNeitherHandedOutNorCounted() {
    Settings settings =
        Settings.load(
            Optional.empty(),
            Map.of(),
            Map.of(
                "selfheal.apps.shop.ignore", "type:KeyError logger:shop.orders",
                "selfheal.apps.shop.fingerprint-rules", "logger:shop.carts -> {logger}"));
    try (AssembleErrors picky =
        new AssembleErrors(
            new StackTraces(),
            new Fingerprints(),
            ErrorRules.of(settings, settings.applicationNames()),
            occurrences,
            Duration.ofMinutes(10))) {
      List<ErrorEvent> errors =
          now(
              picky.assemble(
                  logs("s", structured("shop.orders"), structured("shop.carts"), "all is well")));

      assertThat(errors).hasSize(1);
      assertThat(errors.get(0).context().logger()).isEqualTo("shop.carts");
      assertThat(errors.get(0).fingerprint().components()).containsExactly("rule: shop.carts");
      assertThat(occurrences.drainAll())
          .extracting(Occurrences.Seen::fingerprint, Occurrences.Seen::count)
          .containsExactly(tuple(errors.get(0).fingerprint().value(), 1L));
    }
  }

  private static String structured(String logger) {
    return "{\"logger\":\""
        + logger
        + "\",\"errorMessage\":\"'x'\",\"errorType\":\"KeyError\","
        + "\"stackTrace\":[\"  File \\\"/var/task/a.py\\\", line 3, in f\\n    return d[k]\\n\"]}";
  }

  private AssembleErrors assembler(Duration flushAfter) {
    return new AssembleErrors(new StackTraces(), new Fingerprints(), occurrences, flushAfter);
  }

  private static ReceivedLogs logs(String stream, String... messages) {
    return logs(stream, Arrays.asList(messages));
  }

  private static ReceivedLogs logs(String stream, List<String> messages) {
    List<LogEvent> events = new ArrayList<>();
    for (String message : messages) {
      events.add(new LogEvent(null, START.plusSeconds(events.size()), message));
    }
    return new ReceivedLogs(List.of(new LogBatch("shop", "group", stream, events)));
  }

  private static CompletableFuture<List<ErrorEvent>> future(
      CompletionStage<List<ErrorEvent>> stage) {
    return stage.toCompletableFuture();
  }

  private static List<ErrorEvent> now(CompletionStage<List<ErrorEvent>> stage) {
    assertThat(future(stage)).isDone();
    return future(stage).join();
  }
}
