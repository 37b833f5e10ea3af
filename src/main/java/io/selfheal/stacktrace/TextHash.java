package io.selfheal.stacktrace;

/**
 * A hash of 128 bits under a secret key, so that no log text can be made to collide on purpose, and
 * by chance none does. Fast, not cryptographic: it is never shown, stored or compared with that of
 * another process. Not thread-safe.
 */
public final class TextHash {
  private final long key1;
  private final long key2;
  private long lane1;
  private long lane2;

  /** The key's halves should be random. */
  public TextHash(long key1, long key2) {
    this.key1 = key1;
    this.key2 = key2;
    reset();
  }

  /** Forgets what was added. */
  void reset() {
    lane1 = key2;
    lane2 = key1;
  }

  /** Adds a text, its length included; null is another text than the empty one. */
  public void add(String text) {
    if (text == null) {
      add(-1);
      return;
    }
    add(text, 0, text.length());
  }

  /** Adds a part of a text, as if it were one of its own. */
  void add(String text, int from, int to) {
    int i = from;
    for (; i + 8 <= to; i += 8) {
      add(four(text, i), four(text, i + 4));
    }
    long rest = 0;
    if (i + 4 <= to) {
      rest = four(text, i);
      i += 4;
    }
    long last = to - from;
    for (; i < to; i++) {
      last = last << 16 | text.charAt(i);
    }
    add(rest, last);
    add(to - from);
  }

  public void add(long value) {
    add(value, 0);
  }

  /** Adds what was added to another hash. */
  void add(TextHash other) {
    add(other.lane1, other.lane2);
  }

  private static long four(String text, int from) {
    return text.charAt(from)
        | (long) text.charAt(from + 1) << 16
        | (long) text.charAt(from + 2) << 32
        | (long) text.charAt(from + 3) << 48;
  }

  void add(long one, long two) {
    long x = lane1 ^ one;
    long y = lane2 ^ two;
    lane1 = x * y ^ Long.rotateLeft(y, 31) + key1;
    lane2 = Math.multiplyHigh(x, y) ^ Long.rotateLeft(x, 17) + key2;
  }

  public long high() {
    return lane1;
  }

  public long low() {
    return lane2;
  }
}
