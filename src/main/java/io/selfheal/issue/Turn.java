package io.selfheal.issue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A task that one process at a time does, elected by an item of the table. What is done in a turn
 * must bear being done twice: where clocks differ by more than its length, two processes may have
 * it for a moment.
 */
public final class Turn {
  private final IssueTable issues;
  private final String task;
  private final Duration length;
  private final Clock clock;
  private final String owner = UUID.randomUUID().toString();
  private boolean mine;
  private Instant asked = Instant.MIN;

  /**
   * @param length after which others take the task of a process that was killed
   */
  public Turn(IssueTable issues, String task, Duration length, Clock clock) {
    this.issues = issues;
    this.task = task;
    this.length = length;
    this.clock = clock;
  }

  /**
   * Whether this process has the task, or gets it now. The table is asked at most once in a third
   * of the turn's length.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException when the table cannot be reached
   */
  public synchronized boolean mine() {
    Instant now = clock.instant();
    if (now.isBefore(asked) || !now.isBefore(asked.plus(length.dividedBy(3)))) {
      // Whoever cannot ask has lost it.
      mine = false;
      mine = issues.takeTurn(task, owner, length);
      asked = now;
    }
    return mine;
  }

  /** Gives the task up, so that another process can have it at once. */
  public synchronized void end() {
    if (mine) {
      mine = false;
      issues.endTurn(task, owner, clock.instant());
    }
  }
}
