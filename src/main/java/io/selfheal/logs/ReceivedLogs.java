package io.selfheal.logs;

import java.util.List;

/** What one delivery of a source held; it is acknowledged as a whole or not at all. */
public record ReceivedLogs(List<LogBatch> batches) {
  public ReceivedLogs {
    batches = List.copyOf(batches);
  }
}
