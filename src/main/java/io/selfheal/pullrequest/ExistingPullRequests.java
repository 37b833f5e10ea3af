package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.pullrequest.PullRequest.State;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a branch needs a new pull request, from those that it had. An open one is taken.
 * Otherwise the newest decides: merged with this very commit, it is the one whose answer was lost;
 * merged with another commit, the error has come back and needs a new one. Closed without a merge
 * it was rejected by people, and so is the issue, unless the issue knows of it: then its owner has
 * asked for another try.
 */
final class ExistingPullRequests {
  private ExistingPullRequests() {}

  /** One that the SCM lists for the branch. */
  record Existing(long number, String url, State state, String commit) {}

  /** The one to go on with; empty where a new one is to be opened. */
  static Optional<PullRequest> decide(FixBranch branch, List<Existing> existing) {
    Comparator<Existing> byNumber = Comparator.comparingLong(Existing::number);
    Optional<Existing> open =
        existing.stream().filter(one -> one.state() == State.OPEN).max(byNumber);
    return open.or(() -> existing.stream().max(byNumber).filter(one -> holds(branch, one)))
        .map(one -> new PullRequest(branch, one.url(), one.number(), one.state()));
  }

  private static boolean holds(FixBranch branch, Existing newest) {
    return switch (newest.state()) {
      case OPEN -> true;
      // Some SCMs shorten it.
      case MERGED -> newest.commit().length() >= 12 && branch.commit().startsWith(newest.commit());
      case CLOSED -> !newest.url().equals(branch.proposal().prompt().issue().pullRequestUrl());
    };
  }
}
