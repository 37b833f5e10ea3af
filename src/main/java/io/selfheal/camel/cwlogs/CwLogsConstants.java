package io.selfheal.camel.cwlogs;

import org.apache.camel.spi.Metadata;

/** Headers of the exchanges that the {@code aws-cwlogs} consumer makes. */
public final class CwLogsConstants {
  @Metadata(
      description = "The log group that all events of the body come from",
      javaType = "String")
  public static final String LOG_GROUP = "CamelAwsCwLogsLogGroup";

  private CwLogsConstants() {}
}
