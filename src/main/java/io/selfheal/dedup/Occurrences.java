package io.selfheal.dedup;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What this process knows of the errors it has seen: which issues exist in the table, so that
 * repeats cost no request, and how often each was seen since that was last written. Bounded: the
 * longest unseen known issues are forgotten first, which costs one more write and nothing else.
 * Counts that were not drained are dropped by nothing but the process's death, which {@link
 * WriteCounts} provides for. Thread-safe; a repeat costs the same however much is known.
 */
public final class Occurrences {
  public static final int DEFAULT_KNOWN = 100_000;

  /** An issue seen this many times as often as when it was last written is written again. */
  static final int GROWTH = 4;

  /** How many others are written in an interval, the longest unwritten first. */
  static final int LONGEST_UNWRITTEN = 2;

  /** How often an issue was seen since the last drain. */
  public record Seen(
      String app, String fingerprint, long count, Instant firstSeen, Instant lastSeen) {}

  private record Key(String app, String fingerprint) {
    @Override
    public int hashCode() {
      return 31 * app.hashCode() + fingerprint.hashCode();
    }
  }

  /** An issue's occurrences. Its fields are guarded by the monitor of what made it. */
  static final class Count {
    private final Key key;

    /** Whether the issue is known to be in the table; once false, another one takes over. */
    private volatile boolean known;

    /** Whether it ever was: what is counted of it has to be kept. */
    private boolean stored;

    private boolean seenLately;
    private long pending;
    private Instant firstSeen;
    private Instant lastSeen;

    /** About how many are in the table, and in which drain the latest left for it. */
    private long written;

    private long writtenIn;

    Count(Key key) {
      this.key = key;
    }

    boolean isKnown() {
      return known;
    }

    void add(long count, Instant first, Instant last) {
      pending += count;
      seenLately = true;
      firstSeen = firstSeen == null || first.isBefore(firstSeen) ? first : firstSeen;
      lastSeen = lastSeen == null || last.isAfter(lastSeen) ? last : lastSeen;
    }

    boolean hasGrown() {
      return !known || written < GROWTH || written + pending >= GROWTH * written;
    }

    Seen drain(long drains) {
      Seen seen = new Seen(key.app, key.fingerprint, pending, firstSeen, lastSeen);
      written += pending;
      writtenIn = drains;
      pending = 0;
      firstSeen = null;
      lastSeen = null;
      return seen;
    }
  }

  private final int maxKnown;

  /** In the order in which they became known, or were last found seen when one had to go. */
  private final Map<Key, Count> known = new LinkedHashMap<>();

  /** Those with occurrences that are not written. */
  private final Map<Key, Count> pending = new LinkedHashMap<>();

  private long drains;
  private long changes;
  private long seen;
  private long repeats;

  public Occurrences() {
    this(DEFAULT_KNOWN);
  }

  /**
   * @param maxKnown how many known issues are kept in memory; about 300 bytes each
   */
  public Occurrences(int maxKnown) {
    if (maxKnown < 1) {
      throw new IllegalArgumentException("maxKnown must be positive, not " + maxKnown);
    }
    this.maxKnown = maxKnown;
  }

  /** Counts one occurrence; to be called once for each event. */
  public synchronized void add(ErrorEvent event) {
    Instant at = event.timestamp();
    seen++;
    if (known.containsKey(new Key(event.app(), event.fingerprint().value()))) {
      repeats++;
    }
    count(new Key(event.app(), event.fingerprint().value()), 1, at, at);
  }

  /** Errors since the start. */
  public synchronized long seen() {
    return seen;
  }

  /** Those of them whose issue was known to be in the table. */
  public synchronized long repeats() {
    return repeats;
  }

  /** The known issue, for {@link #addTo}; null if it is not known to be in the table. */
  synchronized Count find(String app, String fingerprint) {
    return known.get(new Key(app, fingerprint));
  }

  /** Counts one occurrence of the issue; false if it is not known any more. */
  synchronized boolean addTo(Count issue, Instant at) {
    if (!issue.known) {
      return false;
    }
    seen++;
    repeats++;
    add(issue, 1, at, at);
    return true;
  }

  /** Whether the issue is known to be in the table. */
  public synchronized boolean known(String app, String fingerprint) {
    Count count = known.get(new Key(app, fingerprint));
    if (count != null) {
      count.seenLately = true;
    }
    return count != null;
  }

  public synchronized void markKnown(String app, String fingerprint) {
    Key key = new Key(app, fingerprint);
    if (known.containsKey(key)) {
      return;
    }
    if (known.size() >= maxKnown) {
      forgetOne();
    }
    Count count = pending.getOrDefault(key, new Count(key));
    count.known = true;
    count.stored = true;
    count.written = 1;
    if (count.pending > 0) {
      changes++;
    }
    known.put(key, count);
  }

  /** The eldest that was not seen since it was last passed over. */
  private void forgetOne() {
    while (true) {
      Count eldest = known.values().iterator().next();
      known.remove(eldest.key);
      if (!eldest.seenLately) {
        eldest.known = false;
        return;
      }
      eldest.seenLately = false;
      known.put(eldest.key, eldest);
    }
  }

  /** The issue is no longer in the table, or has to be looked at again. */
  public synchronized void forget(String app, String fingerprint) {
    Count count = known.remove(new Key(app, fingerprint));
    if (count != null) {
      count.known = false;
    }
  }

  /** Takes the count of one issue, to write it; 0 if nothing was counted. */
  public synchronized long drain(String app, String fingerprint) {
    Count count = pending.remove(new Key(app, fingerprint));
    return count == null ? 0 : count.drain(drains).count();
  }

  /** Puts a count back that could not be written. */
  public synchronized void giveBack(Seen seen) {
    Key key = new Key(seen.app, seen.fingerprint);
    Count count = known.get(key);
    if (count != null) {
      count.written = Math.max(1, count.written - seen.count);
    }
    count(key, seen.count, seen.firstSeen, seen.lastSeen);
  }

  /**
   * Puts a count back that could not be written.
   *
   * @param at when it was last seen
   */
  public synchronized void giveBack(String app, String fingerprint, long count, Instant at) {
    if (count > 0) {
      giveBack(new Seen(app, fingerprint, count, at, at));
    }
  }

  /** Grows with each occurrence of a stored issue that is counted. */
  public synchronized long changes() {
    return changes;
  }

  /** How many issues have occurrences that are not drained. */
  synchronized int pending() {
    return pending.size();
  }

  /** What was counted of stored issues and not drained. */
  synchronized List<Seen> stored() {
    return pending.values().stream()
        .filter(count -> count.stored)
        .map(
            count ->
                new Seen(
                    count.key.app,
                    count.key.fingerprint,
                    count.pending,
                    count.firstSeen,
                    count.lastSeen))
        .toList();
  }

  /** Takes occurrences off that somebody else has added to their issues. */
  synchronized void takeOff(List<Seen> added) {
    for (Seen seen : added) {
      Key key = new Key(seen.app, seen.fingerprint);
      Count count = pending.get(key);
      if (count != null) {
        count.pending -= Math.min(count.pending, seen.count);
        if (count.pending == 0) {
          pending.remove(key);
          count.firstSeen = null;
          count.lastSeen = null;
        }
      }
    }
  }

  /**
   * Takes the counts whose turn it is, to write them: of issues that were seen {@value #GROWTH}
   * times as often as when they were last written, of those seen less often than that at all or not
   * known any more, and of the {@value #LONGEST_UNWRITTEN} others that were not written for the
   * longest time; of more where very many wait.
   */
  public synchronized List<Seen> drainDue() {
    List<Count> due = new ArrayList<>();
    PriorityQueue<Count> others =
        new PriorityQueue<>(Comparator.comparingLong((Count count) -> count.writtenIn).reversed());
    int most = Math.max(LONGEST_UNWRITTEN, pending.size() - WriteCounts.MOST_JOURNALED / 2);
    for (Count count : pending.values()) {
      if (!count.stored) {
        continue;
      }
      if (count.hasGrown()) {
        due.add(count);
      } else {
        others.add(count);
        if (others.size() > most) {
          others.remove();
        }
      }
    }
    due.addAll(others);
    due.forEach(count -> pending.remove(count.key));
    return drained(due);
  }

  /** Takes all counts, to write them. */
  public synchronized List<Seen> drainAll() {
    List<Count> all = new ArrayList<>(pending.values());
    pending.clear();
    return drained(all);
  }

  private List<Seen> drained(List<Count> counts) {
    drains++;
    return counts.stream().map(count -> count.drain(drains)).toList();
  }

  private void count(Key key, long number, Instant first, Instant last) {
    Count count = known.get(key);
    add(count != null ? count : pending.getOrDefault(key, new Count(key)), number, first, last);
  }

  private void add(Count count, long number, Instant first, Instant last) {
    if (count.pending == 0) {
      pending.put(count.key, count);
    }
    count.add(number, first, last);
    if (count.stored) {
      changes++;
    }
  }
}
