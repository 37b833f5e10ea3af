package io.selfheal.camel.cwlogs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

/**
 * The lines around what a filter pattern caught, in the same log streams: a pattern mostly catches
 * one line of a trace, its first or its last.
 *
 * <p>Events that lie close together are read in one go, all their streams at once. What was read is
 * kept when a request is refused, so that a page goes on where it was throttled.
 */
final class EventContext {
  /** A trace is written within milliseconds; this also spans a slow writer. */
  static final Duration BEFORE = Duration.ofSeconds(2);

  static final Duration AFTER = Duration.ofSeconds(2);

  /**
   * How old an event must be before it is looked for: the lines around it come with another upload
   * of the agent, a few seconds later.
   */
  static final Duration SETTLED = Duration.ofSeconds(10);

  /** As many as one request may name. */
  private static final int MOST_STREAMS = 100;

  private static final int MOST_PAGES = 20;
  private static final Logger LOG = LoggerFactory.getLogger(EventContext.class);

  private final CloudWatchLogsClient client;
  private final String logGroup;
  private final Deque<Span> unread = new ArrayDeque<>();
  private final Map<String, FilteredLogEvent> found = new LinkedHashMap<>();
  private final List<FilteredLogEvent> caught;

  /**
   * @param caught what the pattern caught, sorted by time
   */
  EventContext(CloudWatchLogsClient client, String logGroup, List<FilteredLogEvent> caught) {
    this.client = client;
    this.logGroup = logGroup;
    this.caught = caught;
    for (FilteredLogEvent event : caught) {
      if (unread.isEmpty() || !unread.peekLast().takes(event)) {
        unread.add(new Span(event));
      }
      unread.peekLast().add(event);
    }
  }

  /** What was caught and what lies around it, sorted by time; to be called again if it fails. */
  List<FilteredLogEvent> read() {
    while (!unread.isEmpty()) {
      read(unread.peek());
      unread.remove();
    }
    caught.forEach(event -> found.putIfAbsent(event.eventId(), event));
    return found.values().stream()
        .sorted(Comparator.comparing(FilteredLogEvent::timestamp))
        .toList();
  }

  private void read(Span span) {
    do {
      FilterLogEventsResponse page =
          client.filterLogEvents(
              FilterLogEventsRequest.builder()
                  .logGroupName(logGroup)
                  .logStreamNames(span.caughtAt.keySet())
                  .startTime(span.start)
                  .endTime(span.end)
                  .nextToken(span.token)
                  .build());
      span.token = page.nextToken();
      span.pages++;
      for (FilteredLogEvent event : page.events()) {
        if (span.isAround(event)) {
          found.putIfAbsent(event.eventId(), event);
        }
      }
    } while (span.token != null && span.pages < MOST_PAGES);
    if (span.token != null) {
      LOG.info(
          "{} has more lines around what the filter pattern caught than are read: a trace may be cut",
          logGroup);
    }
  }

  /** A stretch of time and the streams that are read in it. */
  private static final class Span {
    private final Map<String, TreeSet<Long>> caughtAt = new HashMap<>();
    private final long start;
    private long end;
    private String token;
    private int pages;

    Span(FilteredLogEvent first) {
      start = Math.max(0, first.timestamp() - BEFORE.toMillis());
      end = first.timestamp();
    }

    boolean takes(FilteredLogEvent event) {
      return event.timestamp() - BEFORE.toMillis() <= end
          && (caughtAt.containsKey(event.logStreamName()) || caughtAt.size() < MOST_STREAMS);
    }

    void add(FilteredLogEvent event) {
      caughtAt
          .computeIfAbsent(event.logStreamName(), stream -> new TreeSet<>())
          .add(event.timestamp());
      end = event.timestamp() + AFTER.toMillis();
    }

    boolean isAround(FilteredLogEvent event) {
      TreeSet<Long> times = caughtAt.get(event.logStreamName());
      Long nearest = times == null ? null : times.floor(event.timestamp() + BEFORE.toMillis());
      return nearest != null && nearest >= event.timestamp() - AFTER.toMillis();
    }
  }
}
