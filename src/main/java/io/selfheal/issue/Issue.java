package io.selfheal.issue;

import io.selfheal.stacktrace.LogContext;
import java.time.Instant;

/**
 * One distinct error of one application, as the table holds it. Texts that are not known yet are
 * null.
 *
 * @param message the trace as text, secrets masked
 * @param reason why it is {@code FAILED}, {@code SUPPRESSED} or {@code REPORTED}, or why the last
 *     try failed
 * @param context level, logger and ids of the first occurrence
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
    LogContext context) {
  /** An issue whose log record says nothing but the trace. */
  public Issue(
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
      Instant lastChange) {
    this(
        app,
        fingerprint,
        status,
        message,
        exceptionType,
        title,
        language,
        occurrences,
        firstSeen,
        lastSeen,
        logGroup,
        logStream,
        attempts,
        branch,
        pullRequestUrl,
        reason,
        inputTokens,
        outputTokens,
        fingerprintVersion,
        lastChange,
        LogContext.NONE);
  }
}
