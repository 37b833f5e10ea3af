package io.selfheal.stacktrace;

/**
 * An error found in a text.
 *
 * @param trace what it was parsed to
 * @param text its lines and the line before it, as they were, joined with newlines
 * @param firstLine 1-based, counted from the first line given; the line before is not counted in
 * @param lastLine inclusive
 * @param structured what the structured record says that it was found in; null in plain text
 */
public record FoundTrace(
    StackTrace trace, String text, int firstLine, int lastLine, LogContext structured) {
  public FoundTrace(StackTrace trace, String text, int firstLine, int lastLine) {
    this(trace, text, firstLine, lastLine, null);
  }

  /** Level, logger and ids; plain text is looked through at each call. */
  public LogContext context() {
    return structured != null ? structured : LogContext.of(text);
  }
}
