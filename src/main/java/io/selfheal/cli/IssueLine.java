package io.selfheal.cli;

import io.selfheal.issue.Issue;

/** One issue on one line. */
final class IssueLine {
  private static final int SHOWN_CHARACTERS = 400;

  private IssueLine() {}

  static String of(Issue issue) {
    String end =
        issue.pullRequestUrl() != null
            ? issue.pullRequestUrl()
            : issue.reason() != null ? reason(issue.reason()) : "";
    return "%s  %-17s  %5dx  %s  %s%s"
        .formatted(
            issue.fingerprint().substring(0, 12),
            issue.status(),
            issue.occurrences(),
            issue.app(),
            issue.title() == null ? issue.exceptionType() : issue.title(),
            end.isEmpty() ? "" : "  " + end);
  }

  /** The first paragraph; what does not hold often stands below its first line. */
  private static String reason(String reason) {
    String line =
        reason
            .strip()
            .split("\\r?\\n\\h*\\r?\\n", 2)[0]
            .replaceAll("[\\p{Cntrl}\\s]+", " ")
            .strip();
    return line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "…" : line;
  }
}
