package io.selfheal.queue;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * Decides which issues are sent to the queue. The stream's records are only a nudge; whether an
 * issue is sent is decided by one conditional write, so a record that is read twice or by two
 * processes sends one message.
 */
public final class QueueRepairs {
  private final IssueTable issues;
  private final long minOccurrences;
  private final Duration newFor;
  private final Duration queuedFor;

  /**
   * @param minOccurrences how often an error must be seen before it is worth a repair
   * @param newFor how long the stream has time before the sweep sends a {@code NEW} issue
   * @param queuedFor how long a message may wait in the queue before it counts as lost
   */
  public QueueRepairs(IssueTable issues, long minOccurrences, Duration newFor, Duration queuedFor) {
    this.issues = issues;
    this.minOccurrences = minOccurrences;
    this.newFor = newFor;
    this.queuedFor = queuedFor;
  }

  /**
   * @param record a record of the table's stream
   * @return the issue when it is new and worth a repair, else null
   */
  public Issue newIssue(Record record) {
    java.util.Map<String, AttributeValue> image = record.dynamodb().newImage();
    if (image == null || !image.containsKey("fingerprint")) {
      return null;
    }
    Issue issue = IssueTable.read(image);
    return issue.status() == IssueStatus.NEW && worthRepair(issue) ? issue : null;
  }

  /** The unfinished issues that the stream, the queue or a worker has lost. */
  public List<Issue> staleIssues() {
    return issues.stale(newFor, queuedFor).stream().filter(this::worthRepair).toList();
  }

  /**
   * Takes the issue for the queue.
   *
   * @return the message to send; null when somebody else has sent it
   */
  public RepairJob claim(Issue issue) {
    return issues.queue(issue) ? new RepairJob(issue.app(), issue.fingerprint()) : null;
  }

  /** Gives the issue back when its message could not be sent. */
  public void release(RepairJob job) {
    issues.unqueue(job.app(), job.fingerprint());
  }

  private boolean worthRepair(Issue issue) {
    return issue.status() != IssueStatus.NEW || issue.occurrences() >= minOccurrences;
  }
}
