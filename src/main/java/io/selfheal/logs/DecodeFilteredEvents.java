package io.selfheal.logs;

import io.selfheal.camel.cwlogs.CwLogsConstants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

/**
 * Turns a page of one log group, as the {@code aws-cwlogs} consumer delivers it, into batches per
 * log stream.
 */
public final class DecodeFilteredEvents {
  private final ApplicationRouter router;

  public DecodeFilteredEvents(ApplicationRouter router) {
    this.router = router;
  }

  /**
   * @throws IntakeException 404 if the log group belongs to no application
   */
  public ReceivedLogs decode(
      @Body List<FilteredLogEvent> events, @Header(CwLogsConstants.LOG_GROUP) String logGroup) {
    String app = router.byLogGroup(logGroup);
    Map<String, List<LogEvent>> streams = new LinkedHashMap<>();
    for (FilteredLogEvent event : events) {
      streams
          .computeIfAbsent(event.logStreamName(), stream -> new ArrayList<>())
          .add(
              new LogEvent(
                  event.eventId(), Instant.ofEpochMilli(event.timestamp()), event.message()));
    }
    List<LogBatch> batches = new ArrayList<>();
    streams.forEach((stream, batch) -> batches.add(new LogBatch(app, logGroup, stream, batch)));
    return new ReceivedLogs(batches);
  }
}
