package io.selfheal.queue;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /** Of what is held back, how many are compared when some may go on. */
  private static final int MOST_LOOKED_AT = 200;

  /** For how long nothing is compared after there was no room: to find out, the table is read. */
  private static final Duration NO_ROOM = Duration.ofMinutes(5);

  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final IssueTable issues;
  private final Brakes brakes;
  private final long minOccurrences;
  private final Duration newFor;
  private final Duration queuedFor;
  private final Collection<String> apps;
  private final Clock clock;
  private final Map<String, Instant> noRoomUntil = new ConcurrentHashMap<>();

  /**
   * @param minOccurrences how often an error must be seen before it is worth a repair
   * @param newFor how long the stream has time before the sweep sends a {@code NEW} issue
   * @param apps whose held-back issues go on again
   * @param queuedFor how long a message may wait in the queue before it counts as lost
   */
  public QueueRepairs(
      IssueTable issues,
      Brakes brakes,
      long minOccurrences,
      Duration newFor,
      Duration queuedFor,
      Collection<String> apps,
      Clock clock) {
    this.issues = issues;
    this.brakes = brakes;
    this.minOccurrences = minOccurrences;
    this.newFor = newFor;
    this.queuedFor = queuedFor;
    this.apps = apps;
    this.clock = clock;
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
   * has held back and need not hold any longer: of those that wait longest, the most frequent
   * first. One after the other, so that a process that is killed has sent those before.
   */
  public Iterator<Issue> staleIssues() {
    return Stream.concat(
            issues.stale(newFor, queuedFor).filter(this::worthRepair),
            apps.stream().flatMap(app -> released(app).stream()))
        .iterator();
  }

  /** The issues of which the stream has told nobody, however new they are. */
  public Iterator<Issue> unreadIssues() {
    return issues.unsent(Duration.ZERO).filter(this::worthRepair).iterator();
  }

  private List<Issue> released(String app) {
    Instant now = clock.instant();
    if (now.isBefore(noRoomUntil.getOrDefault(app, Instant.MIN))) {
      return List.of();
    }
    List<String> held = issues.heldBack(app, MOST_LOOKED_AT);
    if (held.isEmpty()) {
      return List.of();
    }
    long room = brakes.room(app);
    if (room == 0) {
      noRoomUntil.put(app, now.plus(NO_ROOM));
      return List.of();
    }
    List<Issue> released =
        held.stream()
            .map(fingerprint -> issues.find(app, fingerprint))
            .flatMap(Optional::stream)
            .sorted(Comparator.comparingLong(Issue::occurrences).reversed())
            .limit(room)
            .collect(Collectors.toList());
    if (brakes.storming(app)) {
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
    if (!issues.queue(issue, alone(issue))) {
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

  /**
   * In a long queue a message waits without being lost, so one that was sent again counts as lost
   * only after twice the time of the one before.
   */
  private Duration alone(Issue issue) {
    if (issue.status() != IssueStatus.QUEUED) {
      return Duration.ZERO;
    }
    Duration wait = queuedFor.multipliedBy((2L << Math.min(issue.sentAgain(), 20)) - 1);
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
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
