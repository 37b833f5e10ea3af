package io.selfheal.camel.cwlogs;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

/**
 * Reads one log group, page by page, window by window.
 *
 * <p>A window reaches from the checkpoint, less the overlap, to now. Events of the overlap that
 * were delivered before are known by their ids and left out. The checkpoint follows the delivered
 * pages, and goes to the end of the window with its last page.
 *
 * <p>Where the overlap alone fills more than a page, it is not read again with every window but
 * every quarter of the overlap: an event that comes late is then found a little later, and still
 * found.
 *
 * <p>With a filter pattern, the lines around what it catches are read too, and windows end {@link
 * EventContext#SETTLED} ago, when these lines are there.
 */
final class LogGroupReader {
  /** What every window reads again: an event is often a few seconds old before it can be read. */
  private static final Duration SHORT_OVERLAP = Duration.ofSeconds(10);

  /**
   * A checkpoint of an idle group is a write for nothing; after this long it is due all the same.
   */
  private static final Duration IDLE_SAVE = Duration.ofMinutes(1);

  private static final int MOST_SEEN_EVENTS = 200_000;
  private static final Logger LOG = LoggerFactory.getLogger(LogGroupReader.class);

  private final String logGroup;
  private final CwLogsConfiguration configuration;
  private final CloudWatchLogsClient client;
  private final CheckpointStore checkpoints;

  /** Delivered events of the overlap, by id, with their time; oldest delivery first. */
  private final Map<String, Long> seen = new LinkedHashMap<>();

  private Instant checkpoint;
  private Instant saved;

  /** How far the last window came that read all of the overlap. */
  private Instant fullyReadTo;

  private boolean overlapIsLarge;
  private Window window;

  LogGroupReader(
      String logGroup,
      CwLogsConfiguration configuration,
      CloudWatchLogsClient client,
      CheckpointStore checkpoints) {
    this.logGroup = logGroup;
    this.configuration = configuration;
    this.client = client;
    this.checkpoints = checkpoints;
  }

  String logGroup() {
    return logGroup;
  }

  /**
   * Reads the next page. Nothing is taken for delivered before {@link #delivered}.
   *
   * @return the page's new events, sorted by time; often empty
   */
  List<FilteredLogEvent> readPage(Instant now) {
    if (window == null) {
      window = nextWindow(now);
    }
    if (window.page == null) {
      window.page = client.filterLogEvents(request());
      window.pages++;
    }
    List<FilteredLogEvent> events = unseen(window.page.events());
    window.reached =
        events.isEmpty() ? null : Instant.ofEpochMilli(events.get(events.size() - 1).timestamp());
    if (configuration.getFilterPattern() == null || events.isEmpty()) {
      return events;
    }
    if (window.context == null) {
      window.context = new EventContext(client, logGroup, events);
    }
    return unseen(window.context.read());
  }

  private FilterLogEventsRequest request() {
    return FilterLogEventsRequest.builder()
        .logGroupName(logGroup)
        .startTime(window.start.toEpochMilli())
        .endTime(window.end.toEpochMilli())
        .filterPattern(configuration.getFilterPattern())
        .limit(configuration.getPageSize())
        .nextToken(window.token)
        .build();
  }

  private List<FilteredLogEvent> unseen(List<FilteredLogEvent> events) {
    return events.stream()
        .filter(event -> !seen.containsKey(event.eventId()))
        .sorted(Comparator.comparing(FilteredLogEvent::timestamp))
        .toList();
  }

  /** The events of the last page are stored: they will not be read again. */
  void delivered(List<FilteredLogEvent> events, Instant now) {
    for (FilteredLogEvent event : events) {
      seen.put(event.eventId(), event.timestamp());
    }
    boolean progress = !events.isEmpty();
    window.token = window.page.nextToken();
    window.page = null;
    window.context = null;
    if (window.token == null) {
      advance(window.end);
      overlapIsLarge = window.full ? window.pages > 1 : overlapIsLarge;
      window = null;
    } else if (progress) {
      // Pages come sorted by time: what is older than this page's last event was on it or on one
      // before.
      advance(window.reached);
    }
    forget();
    if (progress || Duration.between(saved, now).compareTo(IDLE_SAVE) >= 0) {
      checkpoints.save(key(), checkpoint.toString());
      saved = now;
    }
  }

  private void advance(Instant reached) {
    if (reached.isAfter(checkpoint)) {
      checkpoint = reached;
    }
    if (window.full && reached.isAfter(fullyReadTo)) {
      fullyReadTo = reached;
    }
  }

  /** The last page was not stored: reading begins again at the checkpoint. */
  void failed() {
    window = null;
  }

  boolean hasMore() {
    return window != null;
  }

  private Window nextWindow(Instant asked) {
    Instant now =
        configuration.getFilterPattern() == null ? asked : asked.minus(EventContext.SETTLED);
    boolean full = true;
    Instant start;
    if (checkpoint == null) {
      Instant loaded = load();
      saved = now;
      checkpoint = loaded == null ? now.minus(configuration.getLookback()) : loaded;
      fullyReadTo = checkpoint;
      start = loaded == null ? checkpoint : checkpoint.minus(configuration.getOverlap());
    } else {
      Duration quarter = configuration.getOverlap().dividedBy(4);
      full = !overlapIsLarge || Duration.between(fullyReadTo, now).compareTo(quarter) >= 0;
      start =
          full ? fullyReadTo.minus(configuration.getOverlap()) : checkpoint.minus(shortOverlap());
    }
    // A clock that was set back must not make a window that ends before it starts.
    Instant end = now.isAfter(checkpoint) ? now : checkpoint;
    return new Window(start, end, full);
  }

  private Duration shortOverlap() {
    return SHORT_OVERLAP.compareTo(configuration.getOverlap()) < 0
        ? SHORT_OVERLAP
        : configuration.getOverlap();
  }

  private void forget() {
    long oldest =
        fullyReadTo.minus(configuration.getOverlap()).minus(EventContext.BEFORE).toEpochMilli();
    seen.values().removeIf(timestamp -> timestamp < oldest);
    if (seen.size() > MOST_SEEN_EVENTS) {
      LOG.debug(
          "{} has more than {} events in its overlap, some may be counted twice",
          logGroup,
          MOST_SEEN_EVENTS);
      var eldest = seen.entrySet().iterator();
      for (int surplus = seen.size() - MOST_SEEN_EVENTS; surplus > 0; surplus--) {
        eldest.next();
        eldest.remove();
      }
    }
  }

  private Instant load() {
    String value = checkpoints.load(key()).orElse(null);
    if (value == null) {
      return null;
    }
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException e) {
      LOG.warn(
          "The checkpoint of log group {} is no time ({}): reading begins anew", logGroup, value);
      return null;
    }
  }

  private String key() {
    return "aws-cwlogs:" + logGroup;
  }

  private static final class Window {
    private final Instant start;
    private final Instant end;
    private final boolean full;
    private String token;
    private int pages;

    /** What is not delivered yet. */
    private FilterLogEventsResponse page;

    private EventContext context;

    /** The time of the page's last new event. */
    private Instant reached;

    Window(Instant start, Instant end, boolean full) {
      this.start = start;
      this.end = end;
      this.full = full;
    }
  }
}
