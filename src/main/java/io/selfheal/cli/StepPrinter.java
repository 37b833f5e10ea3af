package io.selfheal.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows the steps of a repair as they happen. On a terminal the step in work stands on the last
 * line and is replaced by its outcome; elsewhere each step is one line, printed when it has ended.
 * May be called from any thread.
 */
final class StepPrinter {
  /** The step in work must not wrap, or it could not be replaced. */
  private static final int SAFE_WIDTH = 78;

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final Style style;
  private final LongSupplier nanoTime;

  private String step;
  private String detail;
  private long begun;

  /**
   * How to print.
   *
   * @param inPlace whether the last line can be written over
   * @param colour whether ANSI colours are understood and wanted
   * @param symbols whether the output's encoding has check marks
   */
  record Style(boolean inPlace, boolean colour, boolean symbols) {
    static final Style PLAIN = new Style(false, false, false);

    /** The style for this process's standard output; {@code NO_COLOR} and dumb terminals count. */
    static Style ofStandardOutput() {
      return of(terminal(System.console()), System.getenv(), standardOutputEncoding());
    }

    static Style of(boolean terminal, Map<String, String> environment, Charset encoding) {
      if (!terminal || "dumb".equals(environment.getOrDefault("TERM", "dumb"))) {
        return PLAIN;
      }
      boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty(); // https://no-color.org
      return new Style(true, colour, encoding.newEncoder().canEncode("\u2714\u2718\u2026"));
    }

    /** Some versions of Java have a console even when the output is a pipe, and a way to ask. */
    private static boolean terminal(Console console) {
      if (console == null) {
        return false;
      }
      try {
        return (boolean) Console.class.getMethod("isTerminal").invoke(console);
      } catch (ReflectiveOperationException beforeJava22) {
        return true;
      }
    }

    private static Charset standardOutputEncoding() {
      String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
      return name == null ? Charset.defaultCharset() : Charset.forName(name);
    }
  }

  StepPrinter(PrintWriter out, Style style) {
    this(out, style, System::nanoTime);
  }

  StepPrinter(PrintWriter out, Style style, LongSupplier nanoTime) {
    this.out = out;
    this.style = style;
    this.nanoTime = nanoTime;
  }

  /**
   * A step begins; one that is still in work counts as done.
   *
   * @param newStep its name, e.g. {@code receive logs}
   * @param newDetail what it works on; may be empty
   */
  synchronized void begin(String newStep, String newDetail) {
    if (step != null) {
      done("");
    }
    step = oneLine(newStep);
    detail = oneLine(newDetail);
    begun = nanoTime.getAsLong();
    showStepInWork();
  }

  /**
   * The step in work succeeded.
   *
   * @param outcome what came of it; if empty, the detail it began with stays
   */
  synchronized void done(String outcome) {
    end(style.symbols() ? "\u2714" : "ok", "\u001b[32m", outcome);
  }

  /**
   * The step in work failed.
   *
   * @param reason why; if empty, the detail it began with stays
   */
  synchronized void failed(String reason) {
    end(style.symbols() ? "\u2718" : "failed", "\u001b[31m", reason);
  }

  /** Says something besides; the step in work stays. */
  synchronized void note(String text) {
    clearStepInWork();
    text.lines().forEach(line -> out.println(coloured("\u001b[2m", indent() + oneLine(line))));
    out.flush();
    showStepInWork();
  }

  private void end(String mark, String colour, String outcome) {
    if (step == null) {
      throw new IllegalStateException("no step has begun");
    }
    double seconds = (nanoTime.getAsLong() - begun) / NANOS;
    String ending = oneLine(outcome);
    clearStepInWork();
    out.println(
        coloured(colour, mark)
            + " ".repeat(indent().length() - mark.length())
            + columns(step, ending.isEmpty() ? detail : ending)
            + String.format(Locale.ROOT, "  (%.1f s)", seconds));
    out.flush();
    step = null;
  }

  private void showStepInWork() {
    if (step != null && style.inPlace()) {
      String line = indent() + columns(step, detail);
      String shown =
          line.length() < SAFE_WIDTH
              ? line + (style.symbols() ? "\u2026" : "...")
              : line.substring(0, SAFE_WIDTH);
      out.print(coloured("\u001b[2m", shown));
      out.flush();
    }
  }

  private void clearStepInWork() {
    if (step != null && style.inPlace()) {
      out.print(CLEAR_LINE);
    }
  }

  private static String columns(String step, String detail) {
    return "%-20s%s".formatted(step, detail).strip();
  }

  private String indent() {
    return " ".repeat(style.symbols() ? 2 : 7);
  }

  private String coloured(String colour, String text) {
    return style.colour() ? colour + text + "\u001b[0m" : text;
  }

  /** Details quote logs and answers: they must not move the cursor or add lines. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u202a-\\u202e\\u2066-\\u2069]+", " ")
        .strip();
  }
}
