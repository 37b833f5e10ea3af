package io.selfheal.camel.cwlogs;

/** Headers of the exchanges that the {@code aws-cwlogs} consumer makes. */
public final class CwLogsConstants {
  /** String: the log group that all events of the body come from. */
  public static final String LOG_GROUP = "CamelAwsCwLogsLogGroup";

  private CwLogsConstants() {}
}
