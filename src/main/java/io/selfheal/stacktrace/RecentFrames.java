package io.selfheal.stacktrace;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The frames read lately, by the exact lines they were read from: the same few lines come again and
 * again, whatever message, request or time stands around them, and reading one costs far more than
 * looking it up. A frame depends on nothing but its lines, so nothing is ever out of date.
 *
 * <p>A table of {@value #SLOTS} slots, each taken over by the latest line that falls into it; lines
 * of more than {@value #MAX_LINE} characters are not kept. That is about 4 MiB per language with
 * usual lines and cannot exceed 32 MiB, whatever is logged; lines chosen to fall into one slot only
 * make each other be read anew. Thread-safe without locks: entries never change.
 */
final class RecentFrames {
  static final int SLOTS = 8192;
  static final int MAX_LINE = 512;

  private final AtomicReferenceArray<Known> slots = new AtomicReferenceArray<>(SLOTS);

  /**
   * A frame.
   *
   * @param line what it was read from
   * @param frame what it was read to, without a source line
   * @param sourceLine the line behind it that showed the source when last seen; may be null
   * @param withSource the frame with that source; null where there is no such line
   */
  record Known(String line, Frame frame, String sourceLine, Frame withSource) {}

  /** What is known of this line as a frame; null if nothing. */
  Known get(String line) {
    if (line.length() > MAX_LINE) {
      return null;
    }
    Known known = slots.get(slot(line));
    return known != null && known.line.equals(line) ? known : null;
  }

  /** The frame that this line is known to be; null if nothing is known of it. */
  Frame frame(String line) {
    Known known = get(line);
    return known == null ? null : known.frame;
  }

  Known put(String line, Frame frame) {
    return put(new Known(line, frame, null, null));
  }

  Known put(Known known) {
    boolean kept =
        known.line.length() <= MAX_LINE
            && (known.sourceLine == null || known.sourceLine.length() <= MAX_LINE);
    if (kept) {
      slots.set(slot(known.line), known);
    }
    return known;
  }

  private static int slot(String line) {
    int hash = line.hashCode();
    return (hash ^ hash >>> 13) & SLOTS - 1;
  }
}
