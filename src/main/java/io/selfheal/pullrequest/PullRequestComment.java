package io.selfheal.pullrequest;

/**
 * A comment to write.
 *
 * @param existing id of the comment that it takes the place of; null for a new one
 * @param text Markdown that begins with a mark of ours, by which it is found again
 * @param purpose what is noted once it is written
 * @param cursor up to where comments are read then; null to leave it
 */
public record PullRequestComment(
    FollowedPullRequest followed, String existing, String text, Purpose purpose, String cursor) {

  /** What a comment is for. */
  public enum Purpose {
    ANSWER,
    NUMBERS,
    CONFIRMATION
  }
}
