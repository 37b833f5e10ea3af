package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import io.selfheal.stacktrace.TextHash;
import io.selfheal.stacktrace.TraceLines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Go's panics: repeats are told by functions, places and reason, and by nothing less. */
class RepeatedPanicsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final List<String> PREFIXES =
      List.of("", "", "2026/01/01 00:00:00 ", "E0102 03:04:05.678901 7 log.go:9] ", "app | ", " ");
  private static final List<String> FIRST =
      List.of("panic: ", "panic: ", "http: panic serving 10.0.0.7:80: ", "fatal error: ");
  private static final List<String> MESSAGES =
      List.of(
          "runtime error: index out of range [%d] with length 3",
          "runtime error: slice bounds out of range [:%d] with capacity 3",
          "runtime error: invalid memory address or nil pointer dereference",
          "runtime error: integer divide by zero [recovered]",
          "stack overflow",
          "all goroutines are asleep - deadlock!",
          "concurrent map writes",
          "order %d is empty",
          "goroutine %d [running]:",
          "shop.Error{N: %d}",
          "a\n\tpanic: b %d",
          "runtime error: integer divide by zero\n\tpanic: send on closed channel",
          "order %d\nand more of it",
          "x\ngoroutine %d died",
          "x\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/usr/lib/go/src/runtime/panic.go:9 +0x5",
          "");
  private static final List<String> BETWEEN =
      List.of(
          "",
          "",
          "[signal SIGSEGV: segmentation violation code=0x1 addr=0x%d pc=0x48]\n",
          "\n",
          "\n\n");
  private static final List<String> STATES = List.of("running", "running", "select, 3 minutes");
  private static final List<String> CALLS =
      List.of(
          "main.load",
          "main.load",
          "main.main",
          "shop/store.(*Store).Load",
          "shop/store.(*Store).Load.func1",
          "shop/store.Map[...]",
          "net/http.(*conn).serve",
          "panic",
          "");
  private static final List<String> ARGUMENTS =
      List.of("(0xc%06d, 0x1)", "({0x%d, 0x2}, 0x7f?)", "(...)", "()", "(0x%d) ", "(a(0x%d)", "x)");
  private static final List<String> FILES =
      List.of(
          "/src/shop/store.go",
          "/src/shop/store.go",
          "/src/shop/main.go",
          "/usr/lib/go/src/runtime/asm.s",
          "C:/shop/a.go:1/b.go");
  private static final List<String> ENDS =
      List.of("", "", "exit status 2\n", "\nexit status 2\n", "\n", "panic: again\n", "... more\n");

  private final StackTraces traces = new StackTraces();
  private final Fingerprints fingerprints = new Fingerprints();

  /** Across all tries: whatever was seen before must not change what is told. */
  private final Map<List<Object>, String> seen = new HashMap<>();

  @Property(tries = 4_000)
  void equalIdentitiesAndReasonsHaveEqualFingerprints(@ForAll long seed) {
    for (String text : panics(seed, 3)) {
      for (TraceLines lines : found(traces, text)) {
        check(lines, text);
      }
    }
  }

  private void check(TraceLines lines, String text) {
    StackTrace outline = lines.outline();
    StackTrace trace = lines.read().trace();
    assertThat(outline.message()).isEqualTo(trace.message());
    assertThat(outline.exceptionType()).isEqualTo(trace.exceptionType());
    List<Object> identity = identity(lines);
    if (Fingerprints.isToldByReason(trace)) {
      String fingerprint = fingerprints.of(trace).value();
      assertThat(seen.getOrDefault(identity, fingerprint)).as(text).isEqualTo(fingerprint);
      seen.put(identity, fingerprint);
    }
  }

  @Property(tries = 200)
  void countsAsIfEachWereRead(@ForAll long seed) {
    List<String> events = panics(seed, 40);
    Occurrences occurrences = new Occurrences();
    Map<String, String> first = new TreeMap<>();
    Map<String, Long> counts = new TreeMap<>();
    try (AssembleErrors assemble =
        new AssembleErrors(traces, fingerprints, occurrences, Duration.ofHours(1))) {
      for (String event : events) {
        for (ErrorEvent error : now(assemble, event)) {
          String fingerprint = error.fingerprint().value();
          first.putIfAbsent(fingerprint, error.text() + error.trace() + error.context());
          occurrences.markKnown(error.app(), fingerprint);
        }
      }
    }
    occurrences.drainAll().forEach(one -> counts.put(one.fingerprint(), one.count()));

    Map<String, String> expectedFirst = new TreeMap<>();
    Map<String, Long> expected = new TreeMap<>();
    for (TraceLines lines : found(new StackTraces(), events.toArray(String[]::new))) {
      FoundTrace found = lines.read();
      String fingerprint = fingerprints.of(found.trace()).value();
      expectedFirst.putIfAbsent(fingerprint, found.text() + found.trace() + found.context());
      expected.merge(fingerprint, 1L, Long::sum);
    }
    assertThat(counts).isEqualTo(expected);
    assertThat(first).isEqualTo(expectedFirst);
  }

  private static final String PANIC =
      """
      panic: runtime error: index out of range [3] with length 3

      goroutine 1 [running]:
      main.load(0xc000012345, 0x1)
      \t/src/shop/store.go:17 +0x1d
      main.main()
      \t/src/shop/main.go:9 +0x25
      created by main.start in goroutine 1
      \t/src/shop/main.go:3 +0x39
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[3] with length 3|[7] with length 7",
        "goroutine 1 [running]|goroutine 77 [chan receive, 2 minutes]",
        "0xc000012345, 0x1|0xc0ffffffff, {0x2, 0x3}, ...",
        "+0x1d|+0x1f",
        "+0x25|",
        "in goroutine 1|in goroutine 9",
      })
  void whatIsOtherEachTimeDoesNotCount(String from, String to) {
    assertThat(identity(PANIC.replace(from, to == null ? "" : to))).isEqualTo(identity(PANIC));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "index out of range [3] with length 3|integer divide by zero",
        "runtime error: index|index",
        "panic: runtime|fatal error: runtime",
        "main.load|main.store",
        "main.load|main.(*T).load",
        "store.go:17|store.go:18",
        "store.go|other.go",
        "created by main.start|created by main.stop",
        "main.main()|goroutine 2 [running]:",
      })
  void whatMayBeAnotherBugCounts(String from, String to) {
    assertThat(PANIC).contains(from);
    assertThat(identity(PANIC.replace(from, to))).isNotEqualTo(identity(PANIC));
  }

  @Test
  void callsOfAnotherGoroutineAreNotTakenForThoseOfTheFirst() {
    String calls = "main.load()\n\t/src/shop/store.go:17 +0x1d\n";
    String first = "panic: x\n[signal SIGSEGV]\ngoroutine 1 [running]:\n" + calls;
    String second = "panic: x\ngoroutine 1 [running]:\ngoroutine 2 [running]:\n" + calls;

    assertThat(identity(first)).isNotEqualTo(identity(second));
  }

  @Test
  void aRepeatIsNotRead() {
    Occurrences occurrences = new Occurrences();
    try (AssembleErrors assemble =
        new AssembleErrors(traces, fingerprints, occurrences, Duration.ofHours(1))) {
      for (int i = 0; i < 2; i++) {
        now(assemble, PANIC)
            .forEach(error -> occurrences.markKnown(error.app(), error.fingerprint().value()));
      }

      assertThat(now(assemble, PANIC.replace("[3]", "[4]").replace("0xc000", "0xc111"))).isEmpty();
      assertThat(now(assemble, PANIC.replace("runtime error: index out", "out"))).hasSize(1);
    }
    assertThat(occurrences.drainAll().stream().map(Occurrences.Seen::count))
        .containsExactlyInAnyOrder(3L, 1L);
  }

  private List<Object> identity(String text) {
    return identity(found(traces, text).get(0));
  }

  private static List<Object> identity(TraceLines lines) {
    TextHash hash = lines.identity().orElseThrow();
    return List.of(hash.high(), hash.low(), PanicReason.of(lines.outline()));
  }

  private static List<TraceLines> found(StackTraces traces, String... events) {
    List<TraceLines> found = new ArrayList<>();
    TraceAssembler assembler = new TraceAssembler(traces, error -> found.add(error.lines()));
    for (String event : events) {
      events(event).forEach(assembler::add);
    }
    assembler.finish();
    return found;
  }

  private static List<ErrorEvent> now(AssembleErrors assemble, String event) {
    return assemble
        .assemble(new ReceivedLogs(List.of(new LogBatch("shop", "group", "stream", events(event)))))
        .toCompletableFuture()
        .join();
  }

  /** A line of nothing ends what is open. */
  private static List<LogEvent> events(String event) {
    return List.of(new LogEvent(null, START, event), new LogEvent(null, START, "INFO all is well"));
  }

  /** Variants of one panic: most of their parts are the same, arguments and offsets never. */
  private static List<String> panics(long seed, int count) {
    List<String> panics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      panics.add(panic(new Random(seed), new Random(seed * 31 + i)));
    }
    return panics;
  }

  private static String panic(Random same, Random other) {
    String prefix = pick(PREFIXES, same, other);
    StringBuilder text = new StringBuilder(prefix);
    text.append(pick(FIRST, same, other)).append(number(pick(MESSAGES, same, other), other));
    text.append('\n').append(number(pick(BETWEEN, same, other), other));
    int goroutines = 1 + same.nextInt(6) / 4;
    for (int i = 0; i < goroutines; i++) {
      text.append("goroutine ").append(other.nextInt(99));
      text.append(" [").append(pick(STATES, same, other)).append("]:\n");
      for (int calls = same.nextInt(4); calls >= 0; calls--) {
        String function = pick(CALLS, same, other);
        if (same.nextInt(6) == 0) {
          text.append("created by ").append(function);
          text.append(other.nextBoolean() ? " in goroutine " + other.nextInt(9) : "");
        } else {
          text.append(other.nextInt(40) == 0 ? " " : "").append(function);
          text.append(number(ARGUMENTS.get(other.nextInt(ARGUMENTS.size())), other));
        }
        text.append(other.nextInt(60) == 0 ? "" : "\n\t" + pick(FILES, same, other));
        text.append(':').append(7 + same.nextInt(2) + other.nextInt(8) / 7);
        text.append(other.nextInt(5) == 0 ? "\n" : " +0x" + other.nextInt(99) + "\n");
      }
      text.append(i + 1 < goroutines && same.nextInt(4) > 0 ? "\n" : "");
    }
    text.append(pick(ENDS, same, other));
    boolean eachLine = same.nextBoolean();
    return eachLine ? text.toString().strip().replace("\n", "\n" + prefix) : text.toString();
  }

  private static String pick(List<String> choices, Random same, Random other) {
    String usual = choices.get(same.nextInt(choices.size()));
    String unusual = choices.get(other.nextInt(choices.size()));
    return other.nextInt(12) == 0 ? unusual : usual;
  }

  private static String number(String format, Random random) {
    return format.contains("%") ? format.formatted(random.nextInt(50)) : format;
  }
}
