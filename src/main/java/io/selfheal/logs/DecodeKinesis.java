package io.selfheal.logs;

import io.selfheal.camel.kcl.KclConstants;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the records of one shard of a Kinesis stream that a CloudWatch Logs subscription feeds.
 *
 * <p>A record that can never be taken (malformed, or of a log group of no application) is told in
 * the log and skipped: nobody would send it in a better shape, and the shard must not stand still.
 */
public final class DecodeKinesis {
  private static final Logger LOG = LoggerFactory.getLogger(DecodeKinesis.class);

  private final ApplicationRouter router;
  private final Clock clock;

  public DecodeKinesis(ApplicationRouter router, Clock clock) {
    this.router = router;
    this.clock = clock;
  }

  /** Decodes all records that can be taken. */
  public ReceivedLogs decode(
      @Body List<byte[]> records, @Header(KclConstants.SHARD_ID) String shardId) {
    List<LogBatch> batches = new ArrayList<>();
    int skipped = 0;
    IntakeException reason = null;
    for (byte[] data : records) {
      // One reader for each: the limit on what it may inflate to is that of one payload.
      SubscriptionReader reader = new SubscriptionReader(router, clock, more -> {});
      try {
        reader.add(data, "the record");
      } catch (IntakeException e) {
        skipped++;
        reason = reason == null ? e : reason;
      }
      batches.addAll(reader.received().batches());
    }
    if (skipped > 0) {
      LOG.warn(
          "{} of {} records of {} were skipped, the first because: {}",
          skipped,
          records.size(),
          shardId,
          reason.getMessage());
    }
    return new ReceivedLogs(batches);
  }
}
