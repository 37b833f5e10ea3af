package io.selfheal.pullrequest;

import io.selfheal.issue.Issue;
import io.selfheal.settings.Application;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pull request that is looked after.
 *
 * @param issue as it was read when the round began
 * @param number the SCM's own number
 */
public record FollowedPullRequest(Issue issue, Application app, long number) {
  private static final Pattern NUMBER =
      Pattern.compile(".*/(\\d{1,18})(?:\\.[a-z]+)?(?:/[^?]*)?(?:\\?.*)?");

  /** The issue's pull request; empty where its address has no number. */
  static Optional<FollowedPullRequest> of(Issue issue, Application app) {
    Matcher url = NUMBER.matcher(String.valueOf(issue.pullRequestUrl()));
    return url.matches()
        ? Optional.of(new FollowedPullRequest(issue, app, Long.parseLong(url.group(1))))
        : Optional.empty();
  }
}
