package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StackTracesTest {
  /** As a parser with a bug would. */
  private static final class FailingParser implements TraceParser {
    private final TraceParser python = new PythonParser();

    @Override
    public String language() {
      return python.language();
    }

    @Override
    public Start start(String line, List<String> before) {
      return python.start(line, before);
    }

    @Override
    public int next(int state, String line, boolean sameEvent) {
      return python.next(state, line, sameEvent);
    }

    @Override
    public Holds holds(int state) {
      return python.holds(state);
    }

    @Override
    public StackTrace parse(List<String> lines) {
      if (lines.contains("KeyError: 'items'")) {
        throw new StringIndexOutOfBoundsException(lines.get(0));
      }
      return python.parse(lines);
    }

    @Override
    public List<Frame> frames(List<String> lines) {
      return python.frames(lines);
    }
  }

  @Test
  void aTraceThatItsParserFailsOnIsKeptByItsFirstLine() {
    String trace =
        """
        Traceback (most recent call last):
          File "/app/orders.py", line 2, in total
            return order['items']
        %s
        """;

    List<FoundTrace> found =
        new StackTraces(List.of(new FailingParser()))
            .find(
                (trace.formatted("KeyError: 'items'") + trace.formatted("ValueError: x"))
                    .lines()
                    .toList());

    assertThat(found)
        .extracting(error -> error.trace().exceptionType())
        .containsExactly("Error", "ValueError");
    StackTrace kept = found.get(0).trace();
    assertThat(kept.message()).isEqualTo("Traceback (most recent call last):");
    assertThat(kept.frames()).isEmpty();
    assertThat(kept.complete()).isFalse();
    assertThat(found.get(0).text()).contains("return order['items']\nKeyError: 'items'");
  }

  @Test
  void aFailingParserIsToldOfOnceWithoutTheText() {
    String trace =
        "Traceback (most recent call last):\n  File \"/a.py\", line 2, in total\nKeyError: 'items'\n";
    Logger log = (Logger) LoggerFactory.getLogger(StackTraces.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.addAppender(said);
    try {
      new StackTraces(List.of(new FailingParser())).find((trace + trace).lines().toList());
    } finally {
      log.detachAppender(said);
    }

    assertThat(said.list).hasSize(1);
    assertThat(said.list.get(0).getFormattedMessage())
        .contains("StringIndexOutOfBoundsException", "FailingParser.parse")
        .doesNotContain("Traceback", "items");
  }
}
