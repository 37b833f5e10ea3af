package io.selfheal.camel.kcl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.KinesisClientLibRetryableException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** One shard's records, as long as this process has its lease. */
final class DeliverRecords implements ShardRecordProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(DeliverRecords.class);

  /** Takes records of a shard; false if they were not taken and reading has to end. */
  @FunctionalInterface
  interface Delivery {
    boolean deliver(String shardId, List<byte[]> records);
  }

  private final Delivery delivery;
  private String shardId;
  private boolean gaveUp;

  DeliverRecords(Delivery delivery) {
    this.delivery = delivery;
  }

  @Override
  public void initialize(InitializationInput input) {
    shardId = input.shardId();
    LOG.info("Reading shard {} from {}", shardId, input.extendedSequenceNumber());
  }

  @Override
  public void processRecords(ProcessRecordsInput input) {
    // What comes after records that were not taken must not be checkpointed, nor delivered.
    if (gaveUp || input.records().isEmpty()) {
      return;
    }
    List<byte[]> records = new ArrayList<>();
    for (KinesisClientRecord kinesisRecord : input.records()) {
      ByteBuffer data = kinesisRecord.data();
      byte[] bytes = new byte[data.remaining()];
      data.duplicate().get(bytes);
      records.add(bytes);
    }
    if (delivery.deliver(shardId, records)) {
      checkpoint(input.checkpointer());
    } else {
      gaveUp = true;
    }
  }

  @Override
  public void leaseLost(LeaseLostInput input) {
    LOG.info("Shard {} is no longer read by this process", shardId);
  }

  @Override
  public void shardEnded(ShardEndedInput input) {
    if (!gaveUp) {
      checkpoint(input.checkpointer());
    }
  }

  @Override
  public void shutdownRequested(ShutdownRequestedInput input) {
    // Whatever was stored has its checkpoint already.
  }

  private void checkpoint(RecordProcessorCheckpointer checkpointer) {
    try {
      checkpointer.checkpoint();
    } catch (ShutdownException e) {
      LOG.debug("Shard {} was taken over, its new reader sees the last records again", shardId);
    } catch (InvalidStateException | KinesisClientLibRetryableException e) {
      // The next one covers it; after a crash the last records are read again.
      LOG.warn("Shard {}: the checkpoint could not be written: {}", shardId, e.toString());
    }
  }
}
