package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.TraceAssembler;
import io.selfheal.logs.LogEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Log lines are hostile: no text makes a parser throw or hang. */
class HostileTextTest {
  private static final List<String> TRACES = traces();

  /** A parser that throws does not disturb its caller; it is told of in the log. */
  private static final ListAppender<ILoggingEvent> SAID = new ListAppender<>();

  static {
    SAID.start();
    ((Logger) LoggerFactory.getLogger(StackTraces.class)).addAppender(SAID);
  }

  private static final List<String> GROUP_LINES =
      List.of(
          "  + Exception Group Traceback (most recent call last):",
          "| Exception Group Traceback (most recent call last):",
          "|   File \"/app/a.py\", line 1, in f",
          "+-+---------------- 1 ----------------",
          "+---------------- 2 ----------------",
          "+------------------------------------",
          "| ExceptionGroup: g (2 sub-exceptions)",
          "| ValueError: x",
          "| Traceback (most recent call last):",
          "| During handling of the above exception, another exception occurred:",
          "During handling of the above exception, another exception occurred:",
          "more of a message",
          "|",
          "  ");

  private final Fingerprints fingerprints = new Fingerprints();

  @Property(tries = 3_000)
  void mutatedTracesNeverThrow(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(TRACES.get(random.nextInt(TRACES.size())));
    for (int i = random.nextInt(12); i >= 0; i--) {
      mutate(text, random);
    }
    explain(text.toString(), random.nextBoolean());
  }

  @Property(tries = 1_000)
  void exceptionGroupsOfRandomLinesNeverThrow(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(GROUP_LINES.get(0)).append('\n');
    for (int i = random.nextInt(16); i >= 0; i--) {
      text.append(" ".repeat(2 * random.nextInt(5)))
          .append(GROUP_LINES.get(random.nextInt(GROUP_LINES.size())))
          .append('\n');
    }
    explain(text.toString(), random.nextBoolean());
  }

  /**
   * Random traces, run together, mutated hundreds of times: nothing grows but with their length.
   */
  @Property(tries = 12)
  void aMegabyteOfMutatedTracesIsReadInTime(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(1 << 20);
    while (text.length() < 1 << 20) {
      StringBuilder trace = new StringBuilder(TRACES.get(random.nextInt(TRACES.size())));
      for (int i = random.nextInt(4); i > 0; i--) {
        mutate(trace, random);
      }
      text.append(trace, 0, Math.min(trace.length(), (1 << 20) - text.length()));
    }
    for (int i = 0; i < 200; i++) {
      text.deleteCharAt(random.nextInt(text.length()));
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          explain(text.toString(), true);
          explain(text.toString(), false);
        });
  }

  @Property(tries = 500)
  void arbitraryTextNeverThrows(@ForAll String text) {
    explain(text, true);
    explain(text, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at ",
        "at at.at(",
        "at a.b(c:1) ",
        "Traceback (most recent call last):",
        "[ERROR] ",
        "a.b.",
        "Error: ",
        "Exception",
        "{\"errorType\":",
        "{",
        "[",
        "\" in ",
        ":in `",
        "panic: ",
        "goroutine ",
        "---> ",
        "(",
        ")",
        " (",
        "\t",
        " ",
        "\u00a0",
        "'",
        "  File \"",
        "\", line 1",
        "#0 ",
        " in ",
        "panicked at ",
        "thread '",
        "1:",
        "A",
        ".go:",
        "error: ",
        "x: ",
        "+-",
        "| ",
        "at at at ",
        "Caused by: ",
        "{\"a\":",
        "[Error: x] {",
        "(Inner Exception #",
        "bei a.b(",
        ") [0x",
        "a::B::",
        "Fatal Python error: ",
        "2026-01-02T03:04:05.123456789Z stderr P ",
        "/a.js:1",
        "^"
      })
  void longLineTakesLinearTime(String piece) {
    String line = piece.repeat(1024 * 1024 / piece.length());

    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          explain(line, true);
          explain("TypeError: x\n" + line + "\n    at f (a.js:1:2)\n" + line, true);
          explain("Traceback (most recent call last):\n" + line + "\n" + line, false);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Traceback (most recent call last):",
        "  File \"a.py\", line 1, in f",
        "Error: x",
        "    at f (a.js:1:2)",
        "\tat a.B.c(D.java:1)",
        "Caused by: a.BError: c",
        "panic: x",
        "goroutine 1 [running]:",
        "PHP Fatal error:  Uncaught X: y",
        "/a.rb:1:in `x': y (Z)",
        "\tfrom /a.rb:1:in `x'",
        "  + Exception Group Traceback (most recent call last):",
        "  +-+---------------- 1 ----------------",
        "    | Exception Group Traceback (most recent call last):",
        "---> A.BException: c",
        "thread 'main' panicked at a:1:1:",
        ""
      })
  void manyLinesTakeLinearTime(String line) {
    String text = (line + "\n").repeat(1024 * 1024 / (line.length() + 1));

    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          explain("Error: x\n" + text, true);
          explain("Error: x\n" + text, false);
        });
  }

  @Test
  void deeplyNestedJsonIsNoError() {
    assertThat(explain("{\"error\":".repeat(100_000) + "}", true)).isZero();
  }

  private int explain(String text, boolean oneEvent) {
    int[] count = {0};
    SAID.list.clear();
    TraceAssembler assembler =
        new TraceAssembler(
            new StackTraces(),
            error -> {
              count[0]++;
              assertThat(fingerprints.of(error.found().trace()).value()).hasSize(32);
              assertThat(error.found().context()).isNotNull();
            });
    for (String event : oneEvent ? List.of(text) : StructuredLog.lines(text)) {
      assembler.add(new LogEvent(null, Instant.EPOCH, event));
    }
    assembler.finish();
    assertThat(SAID.list).isEmpty();
    return count[0];
  }

  static void mutate(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int length = Math.min(text.length() - at, random.nextInt(40));
    switch (random.nextInt(5)) {
      case 0 -> text.delete(at, at + length);
      case 1 -> text.insert(at, (char) random.nextInt(0x3000));
      case 2 -> text.insert(at, text.substring(at, at + length));
      case 3 -> text.insert(at, "\n");
      default -> {
        String other = TRACES.get(random.nextInt(TRACES.size()));
        int from = random.nextInt(other.length());
        text.insert(at, other, from, Math.min(other.length(), from + 200));
      }
    }
  }

  static List<String> traces() {
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
