package io.selfheal.issue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the leases of this process's repairs while they go on. */
public final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final IssueTable issues;
  private final Set<Lease> held = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "selfheal-leases");
            thread.setDaemon(true);
            return thread;
          });

  public LeaseKeeper(IssueTable issues) {
    this(issues, Lease.LENGTH.dividedBy(3));
  }

  /**
   * @param interval between two renewals, well below {@link Lease#LENGTH}
   */
  LeaseKeeper(IssueTable issues, Duration interval) {
    this.issues = issues;
    long millis = interval.toMillis();
    timer.scheduleWithFixedDelay(this::renewAll, millis, millis, TimeUnit.MILLISECONDS);
  }

  public void hold(Lease lease) {
    held.add(lease);
  }

  public void release(Lease lease) {
    held.remove(lease);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void renewAll() {
    for (Lease lease : held) {
      try {
        if (!issues.renew(lease) && held.remove(lease) && inWorkElsewhere(lease)) {
          LOG.warn(
              "The lease on issue {} was lost; its repair cannot be recorded any more",
              lease.fingerprint());
        }
      } catch (RuntimeException e) {
        // the next round comes well before the lease runs out
        LOG.warn(
            "The lease on issue {} could not be renewed: {}", lease.fingerprint(), e.getMessage());
      }
    }
  }

  /** A repair that has just ended gives its lease up in the table before it does so here. */
  private boolean inWorkElsewhere(Lease lease) {
    return issues
        .find(lease.app(), lease.fingerprint())
        .filter(issue -> issue.status() == IssueStatus.REPAIRING)
        .isPresent();
  }
}
