package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.dedup.TraceAssembler;
import io.selfheal.logs.LogEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every trace of the corpus, which real programs printed, is read as what it was. */
class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");

  static Stream<Entry> entries() throws IOException {
    JsonNode index = new ObjectMapper().readTree(CORPUS.resolve("index.json").toFile());
    return StreamSupport.stream(index.spliterator(), false).map(Entry::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  void readsTraceThatIsOneEvent(Entry entry) throws IOException {
    check(entry, found(List.of(entry.text())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  void readsTraceThatIsOneEventALine(Entry entry) throws IOException {
    check(entry, found(StructuredLog.lines(entry.text())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  void readsTraceBehindAPrefixOnEachLine(Entry entry) throws IOException {
    List<String> lines = new ArrayList<>();
    int second = 10;
    for (String line : StructuredLog.lines(entry.text())) {
      lines.add("2026-11-22 07:10:" + second++ % 60 + ",123 [worker-3] ERROR shop.api - " + line);
    }
    check(entry, found(lines));
  }

  static Stream<Captured> captured() throws IOException {
    JsonNode index = new ObjectMapper().readTree(CORPUS.resolve("captured.json").toFile());
    return StreamSupport.stream(index.spliterator(), false).map(Captured::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("captured")
  void readsCapturedTraceThatIsOneEvent(Captured captured) throws IOException {
    captured.check(found(List.of(captured.text())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("captured")
  void readsCapturedTraceThatIsOneEventALine(Captured captured) throws IOException {
    captured.check(found(StructuredLog.lines(captured.text())));
  }

  @Test
  void holdsTracesOfEightLanguages() throws IOException {
    Map<String, Integer> count = new TreeMap<>();
    entries().forEach(entry -> count.merge(entry.language(), 1, Integer::sum));
    captured().forEach(captured -> count.merge(captured.language(), 1, Integer::sum));
    int all = count.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println("Traces of the corpus: " + all + " " + count);

    assertThat(all).isGreaterThanOrEqualTo(120);
    assertThat(count)
        .hasSize(8)
        .allSatisfy((language, traces) -> assertThat(traces).isGreaterThanOrEqualTo(8));
  }

  private static List<StackTrace> found(List<String> events) {
    List<StackTrace> found = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(new StackTraces(), error -> found.add(error.found().trace()));
    for (String event : events) {
      assembler.add(new LogEvent(null, Instant.EPOCH, event));
    }
    assembler.finish();
    return found;
  }

  private static void check(Entry entry, List<StackTrace> found) {
    assertThat(found).hasSizeGreaterThanOrEqualTo(1);
    StackTrace trace = found.get(0);
    assertThat(trace.language()).isEqualTo(entry.language());
    assertThat(trace.exceptionType()).isEqualTo(entry.type());
    assertThat(trace.message().strip()).isEqualTo(entry.message().strip());
    assertThat(trace.complete()).isTrue();
    assertThat(frames(entry, found)).isEqualTo(entry.frames());
    if (!trace.causedBy().isEmpty() && !entry.causes().isEmpty()) {
      assertThat(trace.causedBy())
          .map(cause -> cause.exceptionType() + ": " + cause.message())
          .isEqualTo(entry.causes());
    }
  }

  /** The index lists the frames of all exceptions of a chain in the order in which they stand. */
  private static List<String> frames(Entry entry, List<StackTrace> found) {
    List<String> frames = new ArrayList<>();
    for (StackTrace trace : found) {
      List<List<Frame>> chain = new ArrayList<>();
      chain.add(trace.frames());
      if (!entry.listsCausesApart()) {
        trace.causedBy().forEach(cause -> chain.add(cause.frames()));
      }
      if (entry.printsCauseFirst()) {
        Collections.reverse(chain);
      }
      for (List<Frame> one : chain) {
        List<String> lines = new ArrayList<>();
        for (Frame frame : one) {
          if (!entry.isPlaceOnly(frame)) {
            lines.add(frame.file() + ":" + frame.line() + ":" + frame.function());
          }
        }
        if (!entry.printsInnermostLast()) {
          Collections.reverse(lines);
        }
        frames.addAll(lines);
      }
    }
    return repeatsOnce(frames);
  }

  /** Recursion is printed a few times by one format and counted by another. */
  private static List<String> repeatsOnce(List<String> frames) {
    List<String> once = new ArrayList<>();
    for (String frame : frames) {
      if (once.isEmpty() || !once.get(once.size() - 1).equals(frame)) {
        once.add(frame);
      }
    }
    return once;
  }

  /**
   * What a program printed, with all that stood around it, and the errors in it: frames as {@code
   * file:line:function} with repeats once, causes as {@code type: message}.
   */
  record Captured(JsonNode node) {
    String language() {
      String file = node.get("file").asText();
      return file.substring(0, file.indexOf('/'));
    }

    String text() throws IOException {
      return Files.readString(CORPUS.resolve("captured").resolve(node.get("file").asText()));
    }

    void check(List<StackTrace> found) {
      assertThat(found).hasSize(node.get("errors").size());
      for (int i = 0; i < found.size(); i++) {
        StackTrace trace = found.get(i);
        JsonNode error = node.get("errors").get(i);
        assertThat(trace.language()).isEqualTo(language());
        assertThat(trace.exceptionType()).isEqualTo(error.get("type").asText());
        assertThat(trace.message()).isEqualTo(error.get("message").asText());
        assertThat(trace.complete()).isTrue();
        assertThat(
                repeatsOnce(
                    trace.frames().stream()
                        .map(frame -> frame.file() + ":" + frame.line() + ":" + frame.function())
                        .toList()))
            .isEqualTo(texts(error.path("frames")));
        assertThat(trace.causedBy())
            .map(cause -> cause.exceptionType() + ": " + cause.message())
            .isEqualTo(texts(error.path("causes")));
      }
    }

    private static List<String> texts(JsonNode array) {
      List<String> texts = new ArrayList<>();
      array.forEach(text -> texts.add(text.asText()));
      return texts;
    }

    @Override
    public String toString() {
      return node.get("file").asText();
    }
  }

  /** A trace of the corpus and what it says. */
  record Entry(JsonNode node) {
    String language() {
      return node.get("language").asText();
    }

    String type() {
      return node.get("exception_type").asText();
    }

    String text() throws IOException {
      return Files.readString(CORPUS.resolve(node.get("file").asText()));
    }

    boolean printsInnermostLast() {
      return node.get("frame_order").asText().equals("innermost-last") || isBottom();
    }

    boolean printsCauseFirst() {
      return language().equals("python") || language().equals("php") || isBottom();
    }

    boolean listsCausesApart() {
      return language().equals("javascript");
    }

    private boolean isBottom() {
      return toString().endsWith("full-bottom");
    }

    /** Where an error was raised is a frame to us even where the runtime prints it elsewhere. */
    boolean isPlaceOnly(Frame frame) {
      return frame.function() == null && (language().equals("php") || language().equals("rust"));
    }

    List<String> causes() {
      List<String> causes = new ArrayList<>();
      node.get("causes")
          .forEach(cause -> causes.add(text(cause, "type") + ": " + text(cause, "message")));
      return causes;
    }

    /** Formats without the place in the message print it as a frame. */
    String message() {
      String message = node.get("message").isNull() ? "" : node.get("message").asText();
      boolean placed =
          type().equals("SyntaxError") && node.get("source").asText().equals("cpython-gen");
      return placed ? message.substring(0, message.lastIndexOf(" (")) : message;
    }

    List<String> frames() {
      List<String> frames = new ArrayList<>();
      for (JsonNode frame : node.get("frames")) {
        frames.add(text(frame, "file") + ":" + text(frame, "line") + ":" + function(frame));
      }
      return repeatsOnce(frames);
    }

    /** As printed, where the index has V8's own notion besides. */
    private static String function(JsonNode frame) {
      if (!frame.has("printed")) {
        return text(frame, "function");
      }
      String printed = frame.get("printed").asText();
      return printed.endsWith(")") ? printed.substring(0, printed.lastIndexOf(" (")) : null;
    }

    private static String text(JsonNode frame, String field) {
      return frame.get(field).isNull() ? null : frame.get(field).asText();
    }

    @Override
    public String toString() {
      return node.get("id").asText();
    }
  }
}
