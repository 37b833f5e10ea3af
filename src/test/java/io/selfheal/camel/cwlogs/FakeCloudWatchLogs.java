package io.selfheal.camel.cwlogs;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * CloudWatch Logs in memory: pages sorted by time, ends with a page that may be empty, as the real
 * one. A filter pattern is a text that must occur.
 */
final class FakeCloudWatchLogs implements CloudWatchLogsClient {
  final List<FilterLogEventsRequest> requests = new CopyOnWriteArrayList<>();
  final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final Map<String, List<FilteredLogEvent>> groups = new TreeMap<>();
  private int failAt;
  private RuntimeException failureThere;
  private int ids;
  private int pageSize = 10_000;

  FakeCloudWatchLogs pageSize(int size) {
    pageSize = size;
    return this;
  }

  synchronized void group(String name) {
    groups.computeIfAbsent(name, group -> new ArrayList<>());
  }

  synchronized void put(String group, String stream, Instant time, String message) {
    group(group);
    groups
        .get(group)
        .add(
            FilteredLogEvent.builder()
                .eventId(String.valueOf(ids++))
                .logStreamName(stream)
                .timestamp(time.toEpochMilli())
                .message(message)
                .build());
  }

  /** The request of this number fails, the first being 1. */
  synchronized void failAt(int number, RuntimeException failure) {
    failAt = number;
    failureThere = failure;
  }

  static RuntimeException throttling() {
    return CloudWatchLogsException.builder()
        .statusCode(400)
        .message("Rate exceeded")
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode("ThrottlingException")
                .errorMessage("Rate exceeded")
                .build())
        .build();
  }

  @Override
  public synchronized FilterLogEventsResponse filterLogEvents(FilterLogEventsRequest request) {
    requests.add(request);
    if (!failures.isEmpty()) {
      throw failures.poll();
    }
    if (requests.size() == failAt) {
      throw failureThere;
    }
    if (!groups.containsKey(request.logGroupName())) {
      throw ResourceNotFoundException.builder().message("no such group").build();
    }
    List<FilteredLogEvent> found =
        groups.get(request.logGroupName()).stream()
            .filter(
                event ->
                    request.filterPattern() == null
                        || event.message().contains(request.filterPattern().replace("\"", "")))
            .filter(
                event ->
                    !request.hasLogStreamNames()
                        || request.logStreamNames().contains(event.logStreamName()))
            .filter(
                event ->
                    event.timestamp() >= request.startTime()
                        && event.timestamp() <= request.endTime())
            .sorted(Comparator.comparing(FilteredLogEvent::timestamp))
            .toList();
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int to = Math.min(found.size(), from + pageSize);
    return FilterLogEventsResponse.builder()
        .events(found.subList(from, to))
        .nextToken(to < found.size() ? String.valueOf(to) : null)
        .build();
  }

  @Override
  public synchronized DescribeLogGroupsResponse describeLogGroups(
      DescribeLogGroupsRequest request) {
    String prefix = request.logGroupNamePrefix() == null ? "" : request.logGroupNamePrefix();
    List<LogGroup> found =
        groups.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> LogGroup.builder().logGroupName(name).build())
            .toList();
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int to = Math.min(found.size(), from + 2);
    return DescribeLogGroupsResponse.builder()
        .logGroups(found.subList(from, to))
        .nextToken(to < found.size() ? String.valueOf(to) : null)
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
