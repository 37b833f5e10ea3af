package io.selfheal.queue;

import static java.util.stream.Collectors.groupingBy;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * Decides which issues are sent to the queue. The stream's records are only a nudge; whether an
 * issue is sent is decided by one conditional write, so a record that is read twice or by two
 * processes sends one message.
 */
public final class QueueRepairs {
  private static final Logger LOG = LoggerFactory.getLogger(QueueRepairs.class);

  private final IssueTable issues;
  private final Brakes brakes;
  private final long minOccurrences;
  private final Duration newFor;
  private final Duration queuedFor;

  /**
   * @param minOccurrences how often an error must be seen before it is worth a repair
   * @param newFor how long the stream has time before the sweep sends a {@code NEW} issue
   * @param queuedFor how long a message may wait in the queue before it counts as lost
   */
  public QueueRepairs(
      IssueTable issues, Brakes brakes, long minOccurrences, Duration newFor, Duration queuedFor) {
    this.issues = issues;
    this.brakes = brakes;
    this.minOccurrences = minOccurrences;
    this.newFor = newFor;
    this.queuedFor = queuedFor;
  }

  /**
   * @param record a record of the table's stream
   * @return the issue when it is new and worth a repair, else null
   */
  public Issue newIssue(Record record) {
    Map<String, AttributeValue> image = record.dynamodb().newImage();
    if (image == null || !image.containsKey("fingerprint")) {
      return null;
    }
    Issue issue = IssueTable.read(image);
    return issue.status() == IssueStatus.NEW && worthRepair(issue) ? issue : null;
  }

  /**
   * The unfinished issues that the stream, the queue or a worker has lost, and those that a brake
   * has held back and need not hold any longer, the most frequent first.
   */
  public List<Issue> staleIssues() {
    List<Issue> stale = new ArrayList<>();
    issues.stale(newFor, queuedFor).stream().filter(this::worthRepair).forEach(stale::add);
    Map<String, List<Issue>> held =
        issues.heldBack().stream()
            .collect(groupingBy(Issue::app, LinkedHashMap::new, Collectors.toList()));
    held.forEach((app, most) -> stale.addAll(released(app, most)));
    return stale;
  }

  /** The unfinished issues of which the stream has told nobody, however new they are. */
  public List<Issue> unreadIssues() {
    return issues.stale(Duration.ZERO, queuedFor).stream().filter(this::worthRepair).toList();
  }

  private List<Issue> released(String app, List<Issue> mostFrequentFirst) {
    List<Issue> released =
        mostFrequentFirst.stream().limit(brakes.room(app)).collect(Collectors.toList());
    if (!released.isEmpty() && brakes.storming(app)) {
      released.removeIf(issue -> !brakes.takeStormRepair(app));
    }
    return released;
  }

  /**
   * Takes the issue for the queue.
   *
   * @return the message to send; null when somebody else has sent it, or a storm of new errors goes
   *     on and it is held back
   */
  public RepairJob claim(Issue issue) {
    // A test costs no repair, and a storm must not hide whether the steps work.
    boolean isNew = issue.status() == IssueStatus.NEW && Brakes.isNew(issue) && !issue.isTest();
    if (isNew && brakes.storming(issue.app())) {
      Brakes.Held storm = brakes.storm(issue.app());
      if (issues.holdBack(issue, storm.name(), storm.reason())) {
        brakes.countNew(issue.app());
      }
      return null;
    }
    if (!issues.queue(issue)) {
      return null;
    }
    // Counted by whoever has taken it, so that each error counts once among all processes.
    if (isNew && brakes.countNew(issue.app())) {
      LOG.warn("{}", brakes.storm(issue.app()).reason());
      Brakes.Held storm = brakes.storm(issue.app());
      issues
          .find(issue.app(), issue.fingerprint())
          .filter(queued -> queued.status() == IssueStatus.QUEUED)
          .ifPresent(queued -> issues.holdBack(queued, storm.name(), storm.reason()));
      return null;
    }
    return new RepairJob(issue.app(), issue.fingerprint());
  }

  /** Gives the issue back when its message could not be sent. */
  public void release(RepairJob job) {
    issues.unqueue(job.app(), job.fingerprint());
  }

  private boolean worthRepair(Issue issue) {
    return issue.status() != IssueStatus.NEW
        || issue.occurrences() >= minOccurrences
        || issue.isTest();
  }
}
