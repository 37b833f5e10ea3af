package io.selfheal.doctor;

import io.selfheal.camel.cwlogs.LogGroupPattern;
import io.selfheal.settings.Application;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;

/** Whether an application's log groups are there and can be read. */
public final class LogGroupsCheck {
  private static final int MOST_NAMED = 3;
  private static final int MOST_PAGES = 20;

  private final CloudWatchLogsClient logs;
  private final Application app;
  private final Predicate<String> leftOut;
  private final Optional<String> own;
  private final Clock clock;

  /**
   * @param leftOut log groups that are not read
   * @param own the one with this program's own log, where the platform tells
   */
  public LogGroupsCheck(
      CloudWatchLogsClient logs,
      Application app,
      Predicate<String> leftOut,
      Optional<String> own,
      Clock clock) {
    this.logs = logs;
    this.app = app;
    this.leftOut = leftOut;
    this.own = own;
    this.clock = clock;
  }

  public Finding look() {
    String key = "selfheal.apps." + app.name() + ".log-groups";
    List<String> patterns = app.logGroups().isEmpty() ? List.of("*") : app.logGroups();
    List<String> all = new ArrayList<>();
    for (String text : patterns) {
      LogGroupPattern pattern = new LogGroupPattern(text);
      List<String> found = groups(pattern);
      if (found.isEmpty()) {
        return pattern.isExact()
            ? Finding.fail(
                "there is no log group " + text + " in this account and region",
                "check " + key + " and AWS_REGION; CloudWatch makes it with the first log line")
            : Finding.warn(
                "no log group matches " + text,
                "check " + key + "; it is looked for again while selfheal runs");
      }
      if (own.filter(found::contains).isPresent()) {
        return Finding.fail(own.get() + " holds selfheal's own log", "take it out of " + key);
      }
      found.stream().filter(name -> !all.contains(name)).forEach(all::add);
    }
    long since = clock.instant().minus(Duration.ofMinutes(5)).toEpochMilli();
    String first = all.get(0);
    logs.filterLogEvents(filter -> filter.logGroupName(first).startTime(since).limit(1));
    return Finding.ok(
        (all.size() <= MOST_NAMED
                ? String.join(", ", all)
                : all.size() + " log groups, such as " + first)
            + " can be read");
  }

  /** The first log group of the application; empty where there is none. */
  public Optional<String> first() {
    for (String text : app.logGroups().isEmpty() ? List.of("*") : app.logGroups()) {
      Optional<String> found = groups(new LogGroupPattern(text)).stream().findFirst();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private List<String> groups(LogGroupPattern pattern) {
    String prefix = pattern.prefix();
    return logs
        .describeLogGroupsPaginator(
            describe -> {
              if (!prefix.isEmpty()) {
                describe.logGroupNamePrefix(prefix);
              }
            })
        .stream()
        .limit(MOST_PAGES)
        .flatMap(page -> page.logGroups().stream())
        .map(LogGroup::logGroupName)
        .filter(pattern::matches)
        .filter(name -> pattern.isExact() || !leftOut.test(name))
        .toList();
  }
}
