package io.selfheal.doctor;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Follows a test error through the issue table to its report, and takes it out again. */
public final class FollowTestError {
  private static final long POLL_MILLIS = 200;

  private final IssueTable issues;
  private final Consumer<String> told;

  /**
   * @param told gets a line for each state, with the seconds since the error was logged
   */
  public FollowTestError(IssueTable issues, Consumer<String> told) {
    this.issues = issues;
    this.told = told;
  }

  /**
   * Waits for the report.
   *
   * @param source the source that reads the log
   * @return whether it came within the time
   */
  public boolean follow(String app, TestError error, String source, Duration longest)
      throws InterruptedException {
    long start = System.nanoTime();
    IssueStatus seen = null;
    Issue last = null;
    try {
      while (System.nanoTime() - start < longest.toNanos()) {
        Optional<Issue> issue = issues.find(app, error.fingerprint());
        if (issue.isPresent() && issue.get().status() != seen) {
          last = issue.get();
          seen = last.status();
          tell(start, seen.name());
          if (seen == IssueStatus.REPORTED) {
            return true;
          }
          if (!seen.unfinished()) {
            break;
          }
        }
        Thread.sleep(POLL_MILLIS);
      }
      tell(start, whatToLookAt(last, source));
      return false;
    } finally {
      if (issues.deleteTest(app, error.fingerprint())) {
        told.accept("the test's issue is deleted");
      }
    }
  }

  private void tell(long start, String what) {
    double seconds = (System.nanoTime() - start) / 1e9;
    told.accept(String.format(Locale.ROOT, "%6.1f s  %s", seconds, what));
  }

  private static String whatToLookAt(Issue last, String source) {
    if (last == null) {
      return "It did not come to the issue table. Look whether 'selfheal run' is up with these"
          + " settings and the same table, whether its log tells of the source "
          + source
          + ", and at selfheal.cloudwatch.filter-pattern and the application's ignore rules.";
    }
    return switch (last.status()) {
      case NEW ->
          "It is stored and was not queued. Look at the log for the table's stream and for"
              + " sqs:SendMessage; the sweep looks for such issues every"
              + " selfheal.issues.sweep-interval.";
      case QUEUED ->
          "It is in the queue and nobody takes it. Look whether a process with the step 4 is up,"
              + " whether all its workers (selfheal.heal.concurrency) are busy, and for"
              + " sqs:ReceiveMessage in its log.";
      case REPAIRING ->
          "It is in work for too long. A selfheal of an older version may take it for a bug; look"
              + " at its log.";
      default -> "It has ended otherwise: " + last.reason();
    };
  }
}
