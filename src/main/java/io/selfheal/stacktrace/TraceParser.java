package io.selfheal.stacktrace;

import java.util.List;

/**
 * Knows how one language prints its errors.
 *
 * <p>A parser is asked twice. Line by line, as a small state machine over plain ints, it says where
 * a trace starts and which lines go on with it; then {@link #parse} reads the lines so collected.
 * No method throws on any text, and each looks at every character a bounded number of times.
 */
public interface TraceParser {
  /** The state that means: this line is not part of the trace. */
  int END = -1;

  /** Lower case, e.g. {@code python}. */
  String language();

  /**
   * Where a trace starts in this line.
   *
   * @param line without its line end
   * @param before the lines before it, which may be the trace's first: from one that reads like an
   *     error on, or else the one line before; may be empty
   * @return the start, or null; null must be quick, as nearly every line gets it
   */
  Start start(String line, List<String> before);

  /**
   * The state after one more line.
   *
   * @param sameEvent whether the line came in the same log event as the line before it
   * @return {@link #END} when the line is not part of the trace
   */
  int next(int state, String line, boolean sameEvent);

  /**
   * What may be made of the lines so far, were they the last: {@link Holds#NOTHING} (no error yet),
   * {@link Holds#TENTATIVE} (an error, but its latest lines may turn out not to be part of it),
   * {@link Holds#PART} (an error that misses its end), {@link Holds#WHOLE} (an error).
   */
  Holds holds(int state);

  /**
   * Whether a line that left the machine in this state, in which it was before, is about calls.
   * Repeats are told by such lines as they are. Only in states that hold {@link Holds#WHOLE} or
   * {@link Holds#PART}.
   */
  default boolean takesFrames(int state) {
    return false;
  }

  /**
   * Whether the same holds for the line that led into such a state, from the start or from another
   * state.
   */
  default boolean entersWithFrame() {
    return false;
  }

  /**
   * Whether more than frames depends on such a line. Without the others {@link #parse} finds the
   * same but for frames.
   */
  default boolean tellsMore(String line) {
    return false;
  }

  /**
   * Whether the order of the causes depends on such a line, and not only on where it stands: what
   * is suppressed comes last. Such lines tell repeats apart by their places.
   */
  default boolean ordersCauses(String line) {
    return false;
  }

  /**
   * Adds to a hash what frames depend on of a line that led to this state, where repeats differ in
   * the rest. Only in states that hold {@link Holds#WHOLE} or {@link Holds#PART}.
   *
   * @return false, with nothing added, for a line on which more than frames may depend; without the
   *     others {@link #parse} finds the same but for frames and whether the trace is complete
   */
  default boolean hashFrame(int state, String line, TextHash hash) {
    return false;
  }

  /** Reads the lines of one trace, as {@link #start} and {@link #next} chose them; null if none. */
  StackTrace parse(List<String> lines);

  /** Reads lines that are only frames, as structured logs hold them; outermost call first. */
  List<Frame> frames(List<String> lines);

  /**
   * The start of a trace.
   *
   * @param state the machine's first state
   * @param offset where in the line the trace begins; what stands before is the logger's prefix
   * @param before how many of the lines before are the trace's first
   */
  record Start(int state, int offset, int before) {
    Start(int state, int offset) {
      this(state, offset, 0);
    }
  }

  /** How far a trace has come. */
  enum Holds {
    NOTHING,
    TENTATIVE,
    PART,
    WHOLE
  }
}
