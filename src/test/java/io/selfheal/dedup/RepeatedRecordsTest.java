package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Structured records among plain traces: repeats are counted as if each had been read. */
class RepeatedRecordsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> TRACES = traces();
  private static final List<String> RECORDS =
      List.of(
          "{\"time\":%1$d,\"requestId\":\"r-%1$d\",\"level\":\"ERROR\",\"message\":\"failed %1$d\",\"stack_trace\":%2$s}",
          "{\"message\":\"failed %1$d\",\"error.type\":\"KeyError\",\"error.message\":\"no %1$d\",\"error.stack_trace\":%2$s,\"error\":null}",
          "{\"errorMessage\":\"no %1$d\",\"errorType\":\"KeyError\",\"requestId\":\"r-%1$d\",\"stackTrace\":[%2$s]}",
          "{\"level\":50,\"time\":%1$d,\"err\":{\"type\":\"KeyError\",\"message\":\"no %1$d\",\"stack\":%2$s}}",
          "{\"severity\":\"ERROR\",\"message\":%2$s,\"trace\":\"t-%1$d\"}",
          "2026-01-01T00:00:00.000Z\tr-%1$d\tERROR\t{\"errorType\":\"KeyError\",\"errorMessage\":\"no %1$d\",\"stack\":[%2$s]}");

  @Property(tries = 150)
  void countsAsIfEachWereRead(@ForAll long seed) {
    Random random = new Random(seed);
    List<String> traces = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      traces.add(TRACES.get(random.nextInt(TRACES.size())));
    }
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      events.add(event(traces.get(random.nextInt(3)), random));
    }

    Occurrences occurrences = new Occurrences();
    Map<String, String> first = new TreeMap<>();
    Map<String, Long> counts = new TreeMap<>();
    try (AssembleErrors assemble =
        new AssembleErrors(
            new StackTraces(), new Fingerprints(), occurrences, Duration.ofHours(1))) {
      for (String event : events) {
        for (ErrorEvent error : now(assemble, event)) {
          String fingerprint = error.fingerprint().value();
          first.putIfAbsent(fingerprint, error.text() + error.trace() + error.context());
          occurrences.markKnown(error.app(), fingerprint);
        }
      }
    }
    occurrences.drainAll().forEach(seen -> counts.put(seen.fingerprint(), seen.count()));

    Map<String, String> expectedFirst = new TreeMap<>();
    Map<String, Long> expected = new TreeMap<>();
    for (FoundTrace found : read(events)) {
      String fingerprint = new Fingerprints().of(found.trace()).value();
      expectedFirst.putIfAbsent(fingerprint, found.text() + found.trace() + found.context());
      expected.merge(fingerprint, 1L, Long::sum);
    }
    assertThat(counts).isEqualTo(expected);
    assertThat(first).isEqualTo(expectedFirst);
  }

  private static List<ErrorEvent> now(AssembleErrors assemble, String event) {
    // A line of nothing ends what is open.
    List<LogEvent> events =
        List.of(new LogEvent(null, START, event), new LogEvent(null, START, "INFO all is well"));
    return assemble
        .assemble(new ReceivedLogs(List.of(new LogBatch("shop", "group", "stream", events))))
        .toCompletableFuture()
        .join();
  }

  private static List<FoundTrace> read(List<String> events) {
    List<FoundTrace> found = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(new StackTraces(), error -> found.add(error.found()));
    for (String event : events) {
      assembler.add(new LogEvent(null, START, event));
      assembler.add(new LogEvent(null, START, "INFO all is well"));
    }
    assembler.finish();
    return found;
  }

  private static String event(String trace, Random random) {
    String text = trace;
    if (random.nextInt(3) == 0) {
      text = "shop.OrderException: order " + random.nextInt(3) + "\n" + trace;
    }
    if (random.nextInt(6) == 0) {
      int at = random.nextInt(text.length());
      text = text.substring(0, at) + "n:(".charAt(random.nextInt(3)) + text.substring(at);
    }
    int format = random.nextInt(RECORDS.size() + 1);
    if (format == RECORDS.size()) {
      return trace;
    }
    String quoted =
        RECORDS.get(format).contains("[%2$s]")
            ? text.lines().map(RepeatedRecordsTest::quoted).collect(Collectors.joining(","))
            : quoted(text);
    String record = RECORDS.get(format).formatted(random.nextInt(1000), quoted);
    return random.nextInt(8) == 0 ? record.replaceFirst("\\\\n", "\\\\u000a") : record;
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  private static List<String> traces() {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/corpus/traces"))) {
      List<String> traces = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        traces.add(Files.readString(file));
      }
      return traces;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
