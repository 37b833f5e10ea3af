package io.selfheal.cli;

import io.selfheal.issue.Issue;

/** One issue on one line. */
final class IssueLine {
  private IssueLine() {}

  static String of(Issue issue) {
    String end =
        issue.pullRequestUrl() != null
            ? issue.pullRequestUrl()
            : issue.reason() != null ? issue.reason().lines().findFirst().orElse("") : "";
    return "%s  %-17s  %5dx  %s  %s%s"
        .formatted(
            issue.fingerprint().substring(0, 12),
            issue.status(),
            issue.occurrences(),
            issue.app(),
            issue.title() == null ? issue.exceptionType() : issue.title(),
            end.isEmpty() ? "" : "  " + end);
  }
}
