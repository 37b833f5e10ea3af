package io.selfheal.dedup;

import io.selfheal.dedup.Occurrences.Count;
import io.selfheal.stacktrace.TextHash;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which known issue an error belongs to, by a hash of all that its fingerprint depends on, so that
 * a repeat costs one look-up.
 *
 * <p>A table of fixed size: {@value #SLOTS} slots of 16 bytes and a reference, in groups of {@value
 * #GROUP}, 5 MiB in all. Where a group is full, one newcomer in {@value #REPLACING} takes the place
 * of another: were it all, more errors taking turns than there is place for would never find
 * theirs. Thread-safe.
 */
final class KnownTraces {
  static final int SLOTS = 1 << 18;
  private static final int GROUP = 8;
  private static final int REPLACING = 16;

  private final long[] hashes = new long[2 * SLOTS];
  private final Count[] issues = new Count[SLOTS];

  /** What was put under this hash; null if nothing was, or it is gone. */
  synchronized Count get(TextHash hash) {
    long high = hash.high();
    long low = hash.low();
    int first = first(high);
    for (int slot = first; slot < first + GROUP; slot++) {
      if (hashes[2 * slot] == high && hashes[2 * slot + 1] == low) {
        return issues[slot];
      }
    }
    return null;
  }

  synchronized void put(TextHash hash, Count issue) {
    long high = hash.high();
    long low = hash.low();
    int slot = slotFor(high, low);
    if (slot >= 0) {
      hashes[2 * slot] = high;
      hashes[2 * slot + 1] = low;
      issues[slot] = issue;
    }
  }

  /** Its own slot, a free one, or at times any of its group; -1 for none. */
  private int slotFor(long high, long low) {
    int first = first(high);
    int free = -1;
    for (int slot = first + GROUP - 1; slot >= first; slot--) {
      if (hashes[2 * slot] == high && hashes[2 * slot + 1] == low) {
        return slot;
      }
      if (issues[slot] == null || !issues[slot].isKnown()) {
        free = slot;
      }
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (free < 0 && random.nextInt(REPLACING) == 0) {
      free = first + random.nextInt(GROUP);
    }
    return free;
  }

  private static int first(long high) {
    return (int) (high >>> 32) & SLOTS - GROUP;
  }
}
