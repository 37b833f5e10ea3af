package io.selfheal.doctor;

import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** Whether the stream of a CloudWatch Logs subscription is there. */
public final class KinesisCheck {
  private final KinesisClient kinesis;
  private final String stream;

  public KinesisCheck(KinesisClient kinesis, String stream) {
    this.kinesis = kinesis;
    this.stream = stream;
  }

  public Finding look() {
    try {
      StreamDescriptionSummary summary =
          kinesis
              .describeStreamSummary(describe -> describe.streamName(stream))
              .streamDescriptionSummary();
      return switch (summary.streamStatusAsString()) {
        case "ACTIVE", "UPDATING" ->
            Finding.ok(
                "%s is %s, %d shards"
                    .formatted(stream, summary.streamStatusAsString(), summary.openShardCount()));
        default ->
            Finding.fail(
                stream + " is " + summary.streamStatusAsString(), "wait until it is ACTIVE");
      };
    } catch (ResourceNotFoundException e) {
      return Finding.fail(
          "there is no stream " + stream + " in this account and region",
          "create it and a subscription that feeds it, or set selfheal.kinesis.stream");
    }
  }
}
