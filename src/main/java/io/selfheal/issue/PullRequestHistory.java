package io.selfheal.issue;

import java.time.Instant;

/**
 * What became of an issue's pull requests. What is not known is null.
 *
 * @param diff what the newest pull request changes, secrets masked
 * @param mergedAt when the newest one was merged, as the SCM says
 * @param mergeCommit the commit that the base branch got by it
 * @param mergedHead the branch's tip when it was merged
 * @param mergedDiff what was merged last
 * @param rejectedDiff what people have turned down last
 * @param review what they said about that
 * @param goOnFrom the open pull request's tip, which the next repair adds a commit to; null where
 *     the next repair begins at the base branch
 * @param checkRepairs how often the pull request was repaired for its failed checks
 * @param handledComment up to where its comments were read
 * @param toldOccurrences the occurrences that the pull request names
 * @param toldAt when they were written there
 * @param confirmedAt when the error had stayed away for long enough
 */
public record PullRequestHistory(
    String diff,
    Instant mergedAt,
    String mergeCommit,
    String mergedHead,
    String mergedDiff,
    String rejectedDiff,
    String review,
    String goOnFrom,
    int checkRepairs,
    String handledComment,
    long toldOccurrences,
    Instant toldAt,
    Instant confirmedAt) {
  /** There was no pull request. */
  public static final PullRequestHistory NONE =
      new PullRequestHistory(
          null, null, null, null, null, null, null, null, 0, null, 0, null, null);
}
