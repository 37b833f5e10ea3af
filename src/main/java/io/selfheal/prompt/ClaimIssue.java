package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Lease;
import io.selfheal.issue.LeaseKeeper;
import io.selfheal.queue.Brakes;
import io.selfheal.queue.DelayRetry;
import io.selfheal.queue.RepairJob;
import io.selfheal.settings.Application;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.sqs.Sqs2Constants;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an issue into work, once among all processes. The lease is put on the exchange as {@link
 * #LEASE} and given up when the exchange is done, whatever its end.
 */
public final class ClaimIssue {
  /** The exchange property with the {@link Lease}. */
  public static final String LEASE = "selfhealLease";

  private static final Logger LOG = LoggerFactory.getLogger(ClaimIssue.class);

  private static final String TESTED =
      "A test of the steps (doctor --inject): neither the repository was read nor a model asked.";

  private final IssueTable issues;
  private final Map<String, Application> applications;
  private final LeaseKeeper leases;
  private final HealSettings settings;
  private final Brakes brakes;

  public ClaimIssue(
      IssueTable issues,
      Map<String, Application> applications,
      LeaseKeeper leases,
      HealSettings settings,
      Brakes brakes) {
    this.issues = issues;
    this.applications = applications;
    this.leases = leases;
    this.settings = settings;
    this.brakes = brakes;
  }

  /**
   * @return the claimed issue; null when there is nothing to do because somebody else works on it,
   *     it is finished, a brake holds it back, or it is a test, which is reported here
   * @throws RepairFailedException when its tries are used up, so that the message goes to the
   *     dead-letter queue
   */
  public ClaimedIssue claim(RepairJob job, Exchange exchange) {
    Application app = applications.get(job.app());
    if (app == null) {
      throw new RepairFailedException(
          "The queue holds a message for the application "
              + job.app()
              + ", which is not configured: add selfheal.apps."
              + job.app()
              + ".repository, or clear the queue");
    }
    Lease lease = new Lease(job.app(), job.fingerprint(), UUID.randomUUID().toString());
    Optional<Issue> leased = issues.lease(job.app(), job.fingerprint(), lease.owner());
    if (leased.isEmpty()) {
      return refuse(job);
    }
    Issue issue = leased.get();
    exchange.setProperty(LEASE, lease);
    leases.hold(lease);
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                leases.release(lease);
                // What deletes the message reads it there
                done.getMessage()
                    .setHeader(
                        Sqs2Constants.RECEIPT_HANDLE, done.getProperty(DelayRetry.RECEIPT_HANDLE));
              }
            });
    if (issue.attempts() > settings.maxAttempts()) {
      String reason = usedUp(issue);
      issues.finish(lease, IssueStatus.FAILED, null, reason, 0, 0);
      exchange.removeProperty(LEASE);
      throw new RepairFailedException(reason);
    }
    if (issue.isTest()) {
      LOG.info("Issue {} of {} is a test of the steps", issue.fingerprint(), issue.app());
      issues.finish(lease, IssueStatus.REPORTED, null, TESTED, 0, 0);
      return null;
    }
    Optional<Brakes.Held> held = brakes.beforeRepair(issue);
    if (held.isPresent()) {
      String reason = held.get().reason();
      LOG.info("Issue {} of {} is held back: {}", issue.fingerprint(), issue.app(), reason);
      issues.holdBack(lease, held.get().name(), reason);
      return null;
    }
    return new ClaimedIssue(issue, app, lease);
  }

  private ClaimedIssue refuse(RepairJob job) {
    Optional<Issue> issue = issues.find(job.app(), job.fingerprint());
    if (issue.map(Issue::status).filter(IssueStatus.FAILED::equals).isPresent()) {
      throw new RepairFailedException(issue.get().reason());
    }
    LOG.debug("Nothing to do for {}: it is in work elsewhere, finished or gone", job);
    return null;
  }

  private String usedUp(Issue issue) {
    String tries = "All " + settings.maxAttempts() + " tries are used up";
    return issue.reason() == null
        ? tries + "; the last one did not come to an end, its process may have been killed"
        : issue.reason().startsWith(tries)
            ? issue.reason()
            : tries + "; the last one: " + issue.reason();
  }
}
