package io.selfheal.camel.kcl;

import org.apache.camel.spi.Metadata;

/** Headers of the exchanges that the {@code aws-kcl} consumer makes. */
public final class KclConstants {
  @Metadata(description = "The shard that all records of the body come from", javaType = "String")
  public static final String SHARD_ID = "CamelAwsKclShardId";

  private KclConstants() {}
}
