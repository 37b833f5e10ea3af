package io.selfheal.issue;

/** Where an issue stands. The table holds these names. */
public enum IssueStatus {
  /** Seen, not yet sent to the queue. */
  NEW,
  /** Its message is in the queue. */
  QUEUED,
  /** A worker holds its lease. */
  REPAIRING,
  /** People are to review the pull request. */
  PULL_REQUEST_OPEN,
  /** The pull request was merged. */
  MERGED,
  /** The pull request was closed without a merge. */
  REJECTED,
  /** The root cause was found and no change proposed. */
  REPORTED,
  /** The tries are used up. */
  FAILED,
  /** A brake held it back. */
  SUPPRESSED;

  /** Whether the issue still waits for or is in work, and so is looked after by the sweep. */
  public boolean unfinished() {
    return this == NEW || this == QUEUED || this == REPAIRING;
  }
}
