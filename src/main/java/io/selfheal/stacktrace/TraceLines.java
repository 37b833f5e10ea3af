package io.selfheal.stacktrace;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The lines of one error. Only its outline is read: repeats come in numbers, and whether an error
 * is one is told by {@link #identity}.
 *
 * <p>The outline is the trace without the lines that a parser took without changing its state, in a
 * state that stands for calls ({@link TraceParser#takesFrames}), unless they {@link
 * TraceParser#tellsMore tell more}. All lines about calls are hashed as they are, or what frames
 * depend on of them ({@link TraceParser#hashFrame}).
 */
public final class TraceLines {
  private final StackTrace outline;
  private final TextHash otherLines;
  private final Supplier<FoundTrace> whole;
  private final int firstLine;
  private final int lastLine;
  private TextHash record;

  /**
   * @param otherLines hash of all frames that are not in the outline; null if nothing must be
   *     concluded from both
   */
  TraceLines(
      StackTrace outline,
      TextHash otherLines,
      int firstLine,
      int lastLine,
      Supplier<FoundTrace> whole) {
    this.outline = outline;
    this.otherLines = otherLines;
    this.firstLine = firstLine;
    this.lastLine = lastLine;
    this.whole = whole;
  }

  /** Reads them. */
  public FoundTrace read() {
    return whole.get();
  }

  /**
   * The trace but for the frames of lines that were not read, so that it may seem incomplete;
   * messages are all there.
   */
  public StackTrace outline() {
    return outline;
  }

  /** The same error as part of a record. */
  TraceLines within(TextHash record, int line, Supplier<FoundTrace> found) {
    TraceLines lines = new TraceLines(outline, otherLines, line, line, found);
    lines.record = record;
    return lines;
  }

  /** Hash of the record that it is part of: one of the same hash holds the same error. */
  public Optional<TextHash> record() {
    return Optional.ofNullable(record);
  }

  public int firstLine() {
    return firstLine;
  }

  public int lastLine() {
    return lastLine;
  }

  /**
   * Hash of everything that {@link #read} finds, but for messages and the text: errors of the same
   * identity have equal languages, types, frames and causes. Empty for a trace that was too long to
   * be kept as it was. To be asked for once, by one thread.
   */
  public Optional<TextHash> identity() {
    if (otherLines == null) {
      return Optional.empty();
    }
    add(otherLines, outline);
    return Optional.of(otherLines);
  }

  private static void add(TextHash hash, StackTrace trace) {
    hash.add(trace.language());
    hash.add(trace.exceptionType());
    hash.add(trace.frames().size());
    for (Frame frame : trace.frames()) {
      hash.add(frame.file());
      hash.add(frame.line() == null ? -1 : frame.line());
      hash.add(frame.function());
      hash.add(frame.module());
      hash.add(frame.inApp() ? 1 : 0);
      hash.add(frame.source());
    }
    hash.add(trace.causedBy().size());
    for (StackTrace cause : trace.causedBy()) {
      add(hash, cause);
    }
  }
}
