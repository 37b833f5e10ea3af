package io.selfheal.doctor;

import io.selfheal.settings.ConfigurationException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;

/** Logs test errors to a log group, in a stream of their own. */
public final class CloudWatchTestLog implements TestErrorLog {
  static final String STREAM = "selfheal-doctor";

  private final CloudWatchLogsClient logs;
  private final String app;
  private final Supplier<Optional<String>> group;
  private final Clock clock;

  /**
   * @param group the application's first log group
   */
  public CloudWatchTestLog(
      CloudWatchLogsClient logs, String app, Supplier<Optional<String>> group, Clock clock) {
    this.logs = logs;
    this.app = app;
    this.group = group;
    this.clock = clock;
  }

  @Override
  public String write(TestError error) {
    String name =
        group
            .get()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "selfheal.apps."
                            + app
                            + ".log-groups: no such log group is there; check the names and"
                            + " AWS_REGION"));
    try {
      logs.createLogStream(create -> create.logGroupName(name).logStreamName(STREAM));
    } catch (ResourceAlreadyExistsException e) {
      // of an earlier test
    }
    logs.putLogEvents(
        put ->
            put.logGroupName(name)
                .logStreamName(STREAM)
                .logEvents(
                    InputLogEvent.builder()
                        .timestamp(clock.millis())
                        .message(error.text())
                        .build()));
    return "the log group " + name + ", stream " + STREAM;
  }
}
