package io.selfheal.camel.cwlogs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ScheduledPollConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * Polls log groups in turns, a page of each, until all are read up to now.
 *
 * <p>When CloudWatch throttles, polls are skipped for a while, from one second up to a minute;
 * nothing is lost, the next page is the one that was refused. A log group that cannot be read does
 * not hold up the others; the poll fails after they were read, so that Camel's log and health check
 * tell.
 */
public class CwLogsConsumer extends ScheduledPollConsumer {
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(CwLogsConsumer.class);

  private final Clock clock;
  private final List<LogGroupPattern> wanted;
  private final List<LogGroupPattern> excluded;
  private final Map<String, LogGroupReader> readers = new LinkedHashMap<>();
  private final Set<String> leftOut = new HashSet<>();
  private Instant refreshed = Instant.MIN;
  private Instant pausedUntil = Instant.MIN;
  private final AtomicInteger throttled = new AtomicInteger();

  public CwLogsConsumer(CwLogsEndpoint endpoint, Processor processor, Clock clock) {
    super(endpoint, processor);
    this.clock = clock;
    this.wanted = patterns(endpoint.getConfiguration().getLogGroups());
    this.excluded = patterns(endpoint.getConfiguration().getExcludeLogGroups());
  }

  @Override
  public CwLogsEndpoint getEndpoint() {
    return (CwLogsEndpoint) super.getEndpoint();
  }

  @Override
  protected int poll() throws Exception {
    if (clock.instant().isBefore(pausedUntil)) {
      return 0;
    }
    Exception failure = null;
    int delivered = 0;
    try {
      refreshLogGroups();
    } catch (SdkException e) {
      failure = e;
    }
    List<LogGroupReader> unread = new ArrayList<>(readers.values());
    while (!unread.isEmpty() && isRunAllowed()) {
      for (var turn = unread.iterator(); turn.hasNext() && isRunAllowed(); ) {
        LogGroupReader reader = turn.next();
        try {
          delivered += deliverPage(reader);
          throttled.set(0);
          // Readiness must not wait for the end of a first poll that has hours to catch up.
          forceConsumerAsReady();
          if (!reader.hasMore()) {
            turn.remove();
          }
        } catch (ResourceNotFoundException e) {
          // Not created yet, or deleted since the last look: there is nothing to read.
          LOG.debug("Log group {} does not exist", reader.logGroup());
          reader.failed();
          turn.remove();
        } catch (SdkException e) {
          if (isThrottling(e)) {
            pause(e);
            return delivered;
          }
          reader.failed();
          turn.remove();
          failure = first(failure, e);
        } catch (Exception e) {
          reader.failed();
          turn.remove();
          failure = first(failure, e);
        }
      }
    }
    if (failure instanceof SdkException e && isThrottling(e)) {
      pause(e);
      return delivered;
    }
    if (failure != null) {
      throw failure;
    }
    return delivered;
  }

  private int deliverPage(LogGroupReader reader) throws Exception {
    List<FilteredLogEvent> events = reader.readPage(clock.instant());
    if (!events.isEmpty()) {
      Exchange exchange = createExchange(false);
      try {
        exchange.getMessage().setBody(events);
        exchange.getMessage().setHeader(CwLogsConstants.LOG_GROUP, reader.logGroup());
        getProcessor().process(exchange);
        if (exchange.getException() != null) {
          throw exchange.getException();
        }
      } finally {
        releaseExchange(exchange, false);
      }
    }
    reader.delivered(events, clock.instant());
    return events.isEmpty() ? 0 : 1;
  }

  private void refreshLogGroups() {
    Instant now = clock.instant();
    Duration interval = getEndpoint().getConfiguration().getRefreshInterval();
    if (!refreshed.equals(Instant.MIN)
        && Duration.between(refreshed, now).compareTo(interval) < 0) {
      return;
    }
    TreeSet<String> names = new TreeSet<>();
    wanted.stream().filter(LogGroupPattern::isExact).forEach(pattern -> names.add(pattern.text()));
    names.forEach(this::read);
    for (LogGroupPattern pattern : wanted) {
      if (!pattern.isExact()) {
        find(pattern, names);
      }
    }
    readers.keySet().retainAll(names);
    names.forEach(this::read);
    if (names.isEmpty()) {
      LOG.warn(
          "No log group fits {}: nothing is read until there is one",
          getEndpoint().getConfiguration().getLogGroups());
    }
    refreshed = now;
  }

  private void read(String logGroup) {
    readers.computeIfAbsent(
        logGroup,
        added -> {
          LOG.info("Reading log group {}", added);
          return new LogGroupReader(
              added,
              getEndpoint().getConfiguration(),
              getEndpoint().client(),
              getEndpoint().checkpointStore());
        });
  }

  private void find(LogGroupPattern pattern, TreeSet<String> names) {
    String prefix = pattern.prefix().isEmpty() ? null : pattern.prefix();
    var pages =
        getEndpoint()
            .client()
            .describeLogGroupsPaginator(
                DescribeLogGroupsRequest.builder().logGroupNamePrefix(prefix).build());
    for (LogGroup group : pages.logGroups()) {
      String name = group.logGroupName();
      if (!pattern.matches(name) || names.contains(name)) {
        continue;
      }
      if (excluded.stream().noneMatch(exclusion -> exclusion.matches(name))) {
        names.add(name);
      } else if (leftOut.add(name)) {
        LOG.info(
            "Log group {} is left out (excludeLogGroups {})",
            name,
            getEndpoint().getConfiguration().getExcludeLogGroups());
      }
    }
  }

  /** Half of the pause is chance, so that several readers do not come back at the same moment. */
  private void pause(SdkException cause) {
    long longest =
        Math.min(
            LONGEST_PAUSE.toMillis(), SHORTEST_PAUSE.toMillis() << Math.min(throttled.get(), 16));
    long millis = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    throttled.incrementAndGet();
    pausedUntil = clock.instant().plusMillis(millis);
    LOG.info("CloudWatch Logs throttles, reading pauses for {} ms: {}", millis, cause.getMessage());
  }

  private static boolean isThrottling(SdkException e) {
    return e instanceof SdkServiceException service && service.isThrottlingException();
  }

  private static Exception first(Exception earlier, Exception later) {
    return earlier == null ? later : earlier;
  }

  private static List<LogGroupPattern> patterns(String list) {
    return Arrays.stream(list.split(","))
        .filter(pattern -> !pattern.isBlank())
        .map(LogGroupPattern::new)
        .toList();
  }
}
