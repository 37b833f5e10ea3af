package io.selfheal.dedup;

import io.selfheal.stacktrace.StackTrace;
import java.time.Instant;

/**
 * One occurrence of an error, assembled from its log events.
 *
 * @param text the trace and the line before it, unmasked, as it was logged
 * @param trace what the text was parsed to
 */
public record ErrorEvent(
    String app,
    String logGroup,
    String logStream,
    Instant timestamp,
    String text,
    StackTrace trace,
    Fingerprint fingerprint) {}
