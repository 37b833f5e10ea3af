package io.selfheal.dedup;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process knows of the errors it has seen: which issues exist in the table, so that
 * repeats cost no request, and how often each was seen since that was last written. Bounded: the
 * longest unseen known issues are forgotten first, which costs one more write and nothing else.
 * Counts that were not drained are never dropped. Thread-safe; every call costs the same however
 * much is known.
 */
public final class Occurrences {
  public static final int DEFAULT_KNOWN = 100_000;

  /** How often an issue was seen since the last drain. */
  public record Seen(
      String app, String fingerprint, long count, Instant firstSeen, Instant lastSeen) {
    /** This and another count of the same issue. */
    Seen plus(Seen other) {
      return new Seen(
          app,
          fingerprint,
          count + other.count,
          firstSeen.isBefore(other.firstSeen) ? firstSeen : other.firstSeen,
          lastSeen.isAfter(other.lastSeen) ? lastSeen : other.lastSeen);
    }
  }

  private record Key(String app, String fingerprint) {
    @Override
    public int hashCode() {
      return 31 * app.hashCode() + fingerprint.hashCode();
    }
  }

  private final Map<Key, Boolean> known;
  private final Map<Key, Seen> counts = new LinkedHashMap<>();

  public Occurrences() {
    this(DEFAULT_KNOWN);
  }

  /**
   * @param maxKnown how many known issues are kept in memory; about 200 bytes each
   */
  public Occurrences(int maxKnown) {
    if (maxKnown < 1) {
      throw new IllegalArgumentException("maxKnown must be positive, not " + maxKnown);
    }
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > maxKnown;
          }
        };
  }

  /** Counts one occurrence; to be called once for each event. */
  public synchronized void add(ErrorEvent event) {
    count(
        new Seen(
            event.app(), event.fingerprint().value(), 1, event.timestamp(), event.timestamp()));
  }

  /** Whether the issue is known to be in the table. */
  public synchronized boolean known(String app, String fingerprint) {
    return known.get(new Key(app, fingerprint)) != null;
  }

  public synchronized void markKnown(String app, String fingerprint) {
    known.put(new Key(app, fingerprint), Boolean.TRUE);
  }

  /** The issue is no longer in the table, or has to be looked at again. */
  public synchronized void forget(String app, String fingerprint) {
    known.remove(new Key(app, fingerprint));
  }

  /** Takes the count of one issue, to write it; 0 if nothing was counted. */
  public synchronized long drain(String app, String fingerprint) {
    Seen seen = counts.remove(new Key(app, fingerprint));
    return seen == null ? 0 : seen.count();
  }

  /** Puts a count back that could not be written. */
  public synchronized void giveBack(Seen seen) {
    count(seen);
  }

  /**
   * Puts a count back that could not be written.
   *
   * @param at when it was last seen
   */
  public synchronized void giveBack(String app, String fingerprint, long count, Instant at) {
    if (count > 0) {
      count(new Seen(app, fingerprint, count, at, at));
    }
  }

  /** Takes all counts, to write them. */
  public synchronized List<Seen> drainAll() {
    List<Seen> all = new ArrayList<>(counts.values());
    counts.clear();
    return all;
  }

  private void count(Seen seen) {
    counts.merge(new Key(seen.app(), seen.fingerprint()), seen, Seen::plus);
  }
}
