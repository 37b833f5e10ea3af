package io.selfheal.logs;

import java.util.List;

/**
 * Consecutive events of one log stream, oldest first.
 *
 * @param app the application's name, as configured
 * @param logGroup log group, file or whatever the source calls it
 * @param logStream stream within the group; multi-line traces are assembled per (app, group,
 *     stream)
 */
public record LogBatch(String app, String logGroup, String logStream, List<LogEvent> events) {
  public LogBatch {
    events = List.copyOf(events);
  }
}
