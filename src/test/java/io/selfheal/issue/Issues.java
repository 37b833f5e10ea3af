package io.selfheal.issue;

import java.time.Instant;

/** Issues for tests. */
public final class Issues {
  public static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  private Issues() {}

  public static Issue seen(String app, String fingerprint, Instant when) {
    return new Issue(
        app,
        fingerprint,
        IssueStatus.NEW,
        "KeyError: 'order_items'",
        "KeyError",
        "KeyError in handler",
        "python",
        1,
        when,
        when,
        "/aws/lambda/create-order",
        "2026/03/01/[$LATEST]0f",
        0,
        null,
        null,
        null,
        0,
        0,
        1,
        when);
  }

  /** Another state of an issue. */
  public static Issue like(
      Issue issue, IssueStatus status, String pullRequestUrl, PullRequestHistory history) {
    return new Issue(
        issue.app(),
        issue.fingerprint(),
        status,
        issue.message(),
        issue.exceptionType(),
        issue.title(),
        issue.language(),
        issue.occurrences(),
        issue.firstSeen(),
        issue.lastSeen(),
        issue.logGroup(),
        issue.logStream(),
        issue.attempts(),
        issue.branch(),
        pullRequestUrl,
        issue.reason(),
        issue.inputTokens(),
        issue.outputTokens(),
        issue.fingerprintVersion(),
        issue.lastChange(),
        issue.context(),
        issue.costUsd(),
        issue.issueUrl(),
        issue.brake(),
        history);
  }
}
