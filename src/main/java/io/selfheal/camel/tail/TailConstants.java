package io.selfheal.camel.tail;

import org.apache.camel.spi.Metadata;

/** Headers of the exchanges that the {@code tail} consumer makes. */
public final class TailConstants {
  @Metadata(
      description = "The file that the lines come from, under the name it had before any rotation",
      javaType = "String")
  public static final String PATH = "CamelTailPath";

  private TailConstants() {}
}
