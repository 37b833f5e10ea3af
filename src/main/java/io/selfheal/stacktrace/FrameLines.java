package io.selfheal.stacktrace;

/**
 * Which lines are about calls and tell no more than that, so that a parser need not look at them
 * again: a stack's lines are the same in every repeat, and in many other traces.
 *
 * <p>What a parser says depends on its state, the line and {@code sameEvent} alone, so what it said
 * is true for ever. A table of fixed size, {@value #SLOTS} hashes of 16 bytes; the newest takes the
 * place. For several threads without a lock: of an entry that two of them write at once, the halves
 * are of two lines, and it is found by neither.
 */
final class FrameLines {
  private static final int SLOTS = 1 << 15;

  private final long[] hashes = new long[2 * SLOTS];

  boolean contains(TextHash line) {
    int slot = slot(line);
    return hashes[slot] == line.high() && hashes[slot + 1] == line.low();
  }

  void add(TextHash line) {
    int slot = slot(line);
    hashes[slot] = line.high();
    hashes[slot + 1] = line.low();
  }

  private static int slot(TextHash line) {
    return 2 * ((int) (line.high() >>> 32) & SLOTS - 1);
  }
}
