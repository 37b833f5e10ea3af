package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However streams are interleaved and deliveries are cut, the same errors come out. */
class InterleavingTest {
  private static final int STREAMS = 50;
  private static final List<List<String>> TRACES = traces();

  @Property(tries = 60)
  void sameErrorsHoweverCut(@ForAll long seed) {
    Random random = new Random(seed);
    Map<String, List<String>> logs = new TreeMap<>();
    Map<String, List<String>> expected = new TreeMap<>();
    for (int i = 0; i < STREAMS; i++) {
      List<String> lines = log(random);
      logs.put("stream-" + i, lines);
      expected.put("stream-" + i, alone(lines));
    }

    Map<String, List<String>> found = together(logs, random);

    assertThat(found).isEqualTo(expected);
  }

  private static List<String> log(Random random) {
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      lines.add("INFO request " + random.nextInt(1000) + " started");
      lines.addAll(TRACES.get(random.nextInt(TRACES.size())));
    }
    return lines;
  }

  private static List<String> alone(List<String> lines) {
    List<String> errors = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(new StackTraces(), error -> errors.add(error.found().text()));
    lines.forEach(line -> assembler.add(new LogEvent(null, Instant.EPOCH, line)));
    assembler.finish();
    return errors;
  }

  private static Map<String, List<String>> together(Map<String, List<String>> logs, Random random) {
    Map<String, Integer> position = new TreeMap<>();
    List<String> open = new ArrayList<>(logs.keySet());
    List<CompletableFuture<List<ErrorEvent>>> answers = new ArrayList<>();
    Occurrences occurrences = new Occurrences();
    AssembleErrors assemble =
        new AssembleErrors(new StackTraces(), new Fingerprints(), occurrences, Duration.ofHours(1));
    while (!open.isEmpty()) {
      Map<String, List<LogEvent>> delivery = new LinkedHashMap<>();
      for (int i = random.nextInt(200); i >= 0 && !open.isEmpty(); i--) {
        String stream = open.get(random.nextInt(open.size()));
        int next = position.merge(stream, 1, Integer::sum);
        delivery
            .computeIfAbsent(stream, key -> new ArrayList<>())
            .add(new LogEvent(null, Instant.EPOCH, logs.get(stream).get(next - 1)));
        if (next == logs.get(stream).size()) {
          open.remove(stream);
        }
      }
      List<LogBatch> batches = new ArrayList<>();
      delivery.forEach(
          (stream, events) -> batches.add(new LogBatch("shop", "group", stream, events)));
      answers.add(assemble.assemble(new ReceivedLogs(batches)).toCompletableFuture());
    }
    assemble.close();

    Set<ErrorEvent> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<ErrorEvent> errors =
        answers.stream().flatMap(answer -> answer.join().stream()).filter(seen::add).toList();
    Map<String, List<String>> found = new TreeMap<>();
    logs.keySet().forEach(stream -> found.put(stream, new ArrayList<>()));
    errors.forEach(error -> found.get(error.logStream()).add(error.text()));
    assertThat(occurrences.drainAll().stream().mapToLong(Occurrences.Seen::count).sum())
        .isEqualTo(found.values().stream().mapToLong(List::size).sum());
    return found;
  }

  private static List<List<String>> traces() {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/corpus/traces"))) {
      List<List<String>> traces = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        traces.add(Files.readString(file).lines().toList());
      }
      return traces;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
