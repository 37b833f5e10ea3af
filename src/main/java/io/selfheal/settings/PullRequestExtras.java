package io.selfheal.settings;

import java.util.List;

/**
 * What a new pull request gets besides title and text, as far as its host has it.
 *
 * @param labels names of labels
 * @param reviewers people who are asked to look at it, as the host names them
 * @param assignees people it is given to, as the host names them
 * @param draft whether it is marked as not ready
 */
public record PullRequestExtras(
    List<String> labels, List<String> reviewers, List<String> assignees, boolean draft) {
  public static final PullRequestExtras NONE =
      new PullRequestExtras(List.of(), List.of(), List.of(), false);

  public PullRequestExtras {
    labels = List.copyOf(labels);
    reviewers = List.copyOf(reviewers);
    assignees = List.copyOf(assignees);
  }

  /** Whether there is more to do once the pull request is there. */
  public boolean isEmpty() {
    return labels.isEmpty() && reviewers.isEmpty() && assignees.isEmpty();
  }
}
