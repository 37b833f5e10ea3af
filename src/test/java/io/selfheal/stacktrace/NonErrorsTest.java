package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.dedup.TraceAssembler;
import io.selfheal.logs.LogEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Text that reads like errors and is none. */
class NonErrorsTest {
  record Sample(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() throws IOException {
    String all = Files.readString(Path.of("src/test/resources/non-errors.txt"));
    return Arrays.stream(all.split("(?m)^=== "))
        .filter(part -> !part.isEmpty())
        .map(
            part ->
                new Sample(
                    part.substring(0, part.indexOf('\n')), part.substring(part.indexOf('\n') + 1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void yieldsNothingAsOneEvent(Sample sample) {
    assertThat(found(List.of(sample.text()))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void yieldsNothingLineByLine(Sample sample) {
    assertThat(found(sample.text().lines().toList())).isEmpty();
  }

  @Test
  void yieldsNothingTogether() throws IOException {
    System.out.println("Texts that are no errors: " + samples().count());
    assertThat(found(samples().flatMap(sample -> sample.text().lines()).toList())).isEmpty();
    assertThat(samples()).hasSizeGreaterThanOrEqualTo(60);
  }

  private static List<StackTrace> found(List<String> events) {
    List<StackTrace> found = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(new StackTraces(), error -> found.add(error.found().trace()));
    events.forEach(event -> assembler.add(new LogEvent(null, Instant.EPOCH, event)));
    assembler.finish();
    return found;
  }
}
