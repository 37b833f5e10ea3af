package io.selfheal.web;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The whole table, as it was a moment ago. The table is scanned only when somebody looks, by one
 * thread at a time while the others get the earlier picture, and the more seldom the larger it is:
 * a scan is charged by what it reads. Thread-safe.
 */
public final class IssueOverview {
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** How many issues make a picture last another second. */
  private static final int ISSUES_A_SECOND = 100;

  private static final Comparator<Issue> NEWEST_FIRST =
      Comparator.comparing(Issue::lastSeen)
          .reversed()
          .thenComparing(Issue::app)
          .thenComparing(Issue::fingerprint);

  private final Supplier<List<Issue>> scan;
  private final Clock clock;
  private final ReentrantLock scanning = new ReentrantLock();
  private volatile Snapshot latest;

  /**
   * @param scan reads every issue; their traces are not needed
   */
  public IssueOverview(Supplier<List<Issue>> scan, Clock clock) {
    this.scan = scan;
    this.clock = clock;
  }

  /**
   * The issues at one moment.
   *
   * @param issues latest seen first
   */
  public record Snapshot(Instant taken, List<Issue> issues) {
    public Snapshot {
      issues = List.copyOf(issues);
    }

    /** How many there are of each status; those that there are none of are in it too. */
    public Map<IssueStatus, Long> byStatus() {
      Map<IssueStatus, Long> counts = new EnumMap<>(IssueStatus.class);
      for (IssueStatus status : IssueStatus.values()) {
        counts.put(status, 0L);
      }
      issues.forEach(issue -> counts.merge(issue.status(), 1L, Long::sum));
      return counts;
    }

    /**
     * How many were first seen on each of the latest days (UTC), by their present status; the
     * oldest day first, today last.
     */
    public List<Day> byDay(int days) {
      LocalDate today = day(taken);
      List<Day> counted = new ArrayList<>();
      for (int back = days - 1; back >= 0; back--) {
        counted.add(new Day(today.minusDays(back), new EnumMap<>(IssueStatus.class)));
      }
      LocalDate first = today.minusDays(days - 1L);
      for (Issue issue : issues) {
        int index = (int) Math.max(-1, day(issue.firstSeen()).toEpochDay() - first.toEpochDay());
        if (index >= 0 && index < days) {
          counted.get(index).counts().merge(issue.status(), 1L, Long::sum);
        }
      }
      return counted;
    }

    private static LocalDate day(Instant when) {
      return LocalDate.ofInstant(when, ZoneOffset.UTC);
    }
  }

  /**
   * @param counts by status; those that there are none of are left out
   */
  public record Day(LocalDate date, Map<IssueStatus, Long> counts) {}

  /** The present picture, or one that is recent enough. */
  public Snapshot snapshot() {
    Snapshot known = latest;
    if (known != null && !isOld(known)) {
      return known;
    }
    if (known != null && !scanning.tryLock()) {
      return known;
    }
    if (known == null) {
      scanning.lock();
    }
    try {
      if (latest == null || isOld(latest)) {
        take();
      }
      return latest;
    } finally {
      scanning.unlock();
    }
  }

  /** Shows an issue as it was just written, before the next scan does. */
  public void changed(Issue changed) {
    scanning.lock();
    try {
      if (latest != null) {
        List<Issue> issues = new ArrayList<>(latest.issues());
        issues.removeIf(
            issue ->
                issue.app().equals(changed.app())
                    && issue.fingerprint().equals(changed.fingerprint()));
        issues.add(changed);
        issues.sort(NEWEST_FIRST);
        latest = new Snapshot(latest.taken(), issues);
      }
    } finally {
      scanning.unlock();
    }
  }

  private void take() {
    List<Issue> issues = new ArrayList<>(scan.get());
    issues.sort(NEWEST_FIRST);
    latest = new Snapshot(clock.instant(), issues);
  }

  private boolean isOld(Snapshot snapshot) {
    Duration kept = SHORTEST.plusSeconds(snapshot.issues().size() / ISSUES_A_SECOND);
    Duration age = Duration.between(snapshot.taken(), clock.instant());
    return age.compareTo(kept.compareTo(LONGEST) > 0 ? LONGEST : kept) >= 0;
  }
}
