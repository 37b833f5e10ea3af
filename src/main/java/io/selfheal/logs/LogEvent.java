package io.selfheal.logs;

import java.time.Instant;

/**
 * One log event as its source delivered it: mostly one line, sometimes a whole trace.
 *
 * @param id the source's own id (CloudWatch's event id), unique per event; null where the source
 *     has none
 * @param timestamp when the application logged it, or when it was received where the source does
 *     not say
 * @param message the text, unchanged
 */
public record LogEvent(String id, Instant timestamp, String message) {}
