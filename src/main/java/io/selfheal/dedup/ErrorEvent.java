package io.selfheal.dedup;

import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.time.Instant;

/**
 * One occurrence of an error, assembled from its log events.
 *
 * @param text the trace and the line before it, unmasked, as it was logged
 * @param trace what the text was parsed to, its frames marked as the application wants them
 * @param structured what the structured record says that it was found in; null in plain text
 */
public record ErrorEvent(
    String app,
    String logGroup,
    String logStream,
    Instant timestamp,
    String text,
    StackTrace trace,
    Fingerprint fingerprint,
    LogContext structured) {
  /** An error in plain text. */
  public ErrorEvent(
      String app,
      String logGroup,
      String logStream,
      Instant timestamp,
      String text,
      StackTrace trace,
      Fingerprint fingerprint) {
    this(app, logGroup, logStream, timestamp, text, trace, fingerprint, null);
  }

  /** Level, logger and ids; plain text is looked through at each call. */
  public LogContext context() {
    return structured != null ? structured : LogContext.of(text);
  }
}
