package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.selfheal.cli.StepPrinter.Style;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepPrinterTest {
  private static final Style TERMINAL = new Style(true, false, true);
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final StringWriter written = new StringWriter();
  private long now;

  private StepPrinter printer(Style style) {
    return new StepPrinter(new PrintWriter(written), style, () -> now);
  }

  private String[] lines() {
    return written.toString().split(System.lineSeparator(), -1);
  }

  @Test
  void printsOneLineForEachFinishedStepWhenPiped() {
    StepPrinter printer = printer(Style.PLAIN);
    printer.begin("receive logs", "");
    now += 420_000_000L;
    printer.done("69 lines");
    printer.begin("commit fix", "selfheal/0123456789ab");
    assertThat(lines()).containsExactly("ok     receive logs        69 lines  (0.4 s)", "");
    now += 3_000_000_000L;
    printer.failed("the push was rejected");
    assertThat(lines()[1]).isEqualTo("failed commit fix          the push was rejected  (3.0 s)");
  }

  @Test
  void keepsTheDetailOfTheBeginWhereThereIsNoOutcome() {
    StepPrinter printer = printer(Style.PLAIN);
    printer.begin("commit fix", "selfheal/0123456789ab (new)");
    printer.done("");
    assertThat(lines()[0])
        .isEqualTo("ok     commit fix          selfheal/0123456789ab (new)  (0.0 s)");
  }

  @Test
  void replacesTheStepInWorkOnATerminal() {
    StepPrinter printer = printer(TERMINAL);
    printer.begin("call model", "replay");
    assertThat(written).hasToString("  call model          replay\u2026");
    printer.done("2 edits");
    assertThat(written.toString())
        .endsWith(
            CLEAR_LINE + "\u2714 call model          2 edits  (0.0 s)" + System.lineSeparator());
  }

  @Test
  void keepsTheStepInWorkBelowANote() {
    StepPrinter printer = printer(TERMINAL);
    printer.begin("call model", "replay");
    printer.note("the answer is recorded");
    assertThat(written)
        .hasToString(
            "  call model          replay\u2026"
                + CLEAR_LINE
                + "  the answer is recorded"
                + System.lineSeparator()
                + "  call model          replay\u2026");
  }

  @Test
  void keepsTheStepInWorkOnOneLineOfTheTerminal() {
    printer(TERMINAL).begin("call model", "x".repeat(300));
    assertThat(written.toString()).hasSize(78).doesNotContain("\n");
  }

  @Test
  void takesAStepInWorkForDoneWhenTheNextBegins() {
    StepPrinter printer = printer(Style.PLAIN);
    printer.begin("receive logs", "shop.log");
    printer.begin("deduplicate errors", "");
    printer.done("1 new");
    assertThat(lines())
        .containsExactly(
            "ok     receive logs        shop.log  (0.0 s)",
            "ok     deduplicate errors  1 new  (0.0 s)",
            "");
  }

  @Test
  void refusesToEndAStepThatDidNotBegin() {
    assertThatIllegalStateException().isThrownBy(() -> printer(Style.PLAIN).done("x"));
  }

  @Test
  void letsNoTextMoveTheCursorOrAddLines() {
    StepPrinter printer = printer(Style.PLAIN);
    printer.begin("call model", "");
    printer.failed("it said\nok   open pull request\u001b[2J\u202edone");
    assertThat(lines())
        .containsExactly(
            "failed call model          it said ok   open pull request [2J done  (0.0 s)", "");
  }

  @Test
  void coloursOnlyWhereColoursAreWanted() {
    StepPrinter printer = printer(new Style(true, true, false));
    printer.begin("call model", "");
    printer.done("2 edits");
    assertThat(written.toString()).contains("\u001b[32mok\u001b[0m     call model");
  }

  @Test
  void isPlainOffATerminalAndOnADumbOne() {
    assertThat(Style.of(false, Map.of("TERM", "xterm"), StandardCharsets.UTF_8))
        .isEqualTo(Style.PLAIN);
    assertThat(Style.of(true, Map.of("TERM", "dumb"), StandardCharsets.UTF_8))
        .isEqualTo(Style.PLAIN);
    assertThat(Style.of(true, Map.of(), StandardCharsets.UTF_8)).isEqualTo(Style.PLAIN);
  }

  @Test
  void honoursNoColorAndTheEncodingOnATerminal() {
    assertThat(Style.of(true, Map.of("TERM", "xterm"), StandardCharsets.UTF_8))
        .isEqualTo(new Style(true, true, true));
    assertThat(Style.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1"), StandardCharsets.US_ASCII))
        .isEqualTo(new Style(true, false, false));
  }
}
