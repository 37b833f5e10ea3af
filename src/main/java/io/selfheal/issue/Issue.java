package io.selfheal.issue;

import io.selfheal.stacktrace.LogContext;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * One distinct error of one application, as the table holds it. Texts that are not known yet are
 * null.
 *
 * @param message the trace as text, secrets masked
 * @param reason why it is {@code FAILED}, {@code SUPPRESSED} or {@code REPORTED}, or why the last
 *     try failed
 * @param context level, logger and ids of the first occurrence
 * @param costUsd estimated cost of all tries, in US dollars; null where no price was known
 * @param issueUrl of the issue at the source-control system that tells of a report
 * @param brake the brake that held it back last, also when it goes on since then; {@code person}
 *     when somebody has sent it again
 * @param history what became of its pull requests
 * @param outages how often in a row it has waited for something outside that was down
 * @param traceParent the span that has stored it, as W3C's Trace Context names it; null without
 *     traces
 * @param sentAgain how often its message was taken for lost since its last try
 */
public record Issue(
    String app,
    String fingerprint,
    IssueStatus status,
    String message,
    String exceptionType,
    String title,
    String language,
    long occurrences,
    Instant firstSeen,
    Instant lastSeen,
    String logGroup,
    String logStream,
    int attempts,
    String branch,
    String pullRequestUrl,
    String reason,
    long inputTokens,
    long outputTokens,
    int fingerprintVersion,
    Instant lastChange,
    LogContext context,
    BigDecimal costUsd,
    String issueUrl,
    String brake,
    PullRequestHistory history,
    int outages,
    String traceParent,
    int sentAgain) {
  /**
   * The exception that {@code doctor --inject} logs. Whoever can write to a log can log it too: all
   * that it gets is a report that nothing was asked for.
   */
  public static final String TEST_ERROR = "SelfhealTestError";

  /** Whether it is a test of the steps, which ends in a report before a model is asked. */
  public boolean isTest() {
    return TEST_ERROR.equals(exceptionType);
  }
}
