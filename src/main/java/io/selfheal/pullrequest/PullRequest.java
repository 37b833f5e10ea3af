package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;

/**
 * The pull request that people review.
 *
 * @param url where people look at it
 * @param number the SCM's own number
 * @param state where it stood when it was made or found
 */
public record PullRequest(FixBranch branch, String url, long number, State state) {

  /** What has become of it. */
  public enum State {
    OPEN,
    MERGED,
    /** Closed without a merge: people do not want it. */
    CLOSED
  }

  /** An open one. */
  public PullRequest(FixBranch branch, String url, long number) {
    this(branch, url, number, State.OPEN);
  }
}
