package io.selfheal.camel.kcl;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.StreamIdentifier;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.MetricsLevel;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * Runs the library's scheduler. Records are polled, not pushed (no enhanced fan-out, which costs
 * extra), and the library's own CloudWatch metrics are off.
 *
 * <p>While an exchange fails it is repeated, from one second up to a minute apart: the shard waits,
 * other shards go on, and the library keeps the lease. At the stop, what does not succeed is left
 * to the next process.
 */
public class KclConsumer extends DefaultConsumer {
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Shorter than the time that Camel gives a route to stop. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(KclConsumer.class);

  private final Deque<SdkAutoCloseable> ownClients = new ArrayDeque<>();
  private volatile CountDownLatch stopping = new CountDownLatch(1);
  private Scheduler scheduler;

  public KclConsumer(KclEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
  }

  @Override
  public KclEndpoint getEndpoint() {
    return (KclEndpoint) super.getEndpoint();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    stopping = new CountDownLatch(1);
    KclEndpoint endpoint = getEndpoint();
    KinesisAsyncClient kinesis = kinesis();
    ConfigsBuilder configs =
        new ConfigsBuilder(
            new SingleStreamTracker(
                StreamIdentifier.singleStreamInstance(endpoint.getStreamName()),
                InitialPositionInStreamExtended.newInitialPosition(
                    InitialPositionInStream.valueOf(endpoint.getInitialPosition()))),
            endpoint.getApplicationName(),
            kinesis,
            dynamoDb(),
            cloudWatch(),
            hostName() + "-" + UUID.randomUUID(),
            () -> new DeliverRecords(this::deliver));
    PollingConfig polling =
        new PollingConfig(endpoint.getStreamName(), kinesis).maxRecords(endpoint.getMaxRecords());
    scheduler =
        new Scheduler(
            configs.checkpointConfig(),
            configs.coordinatorConfig(),
            configs.leaseManagementConfig(),
            configs.lifecycleConfig(),
            configs
                .metricsConfig()
                .metricsLevel(MetricsLevel.NONE)
                .metricsFactory(new NullMetricsFactory()),
            configs.processorConfig(),
            configs.retrievalConfig().retrievalSpecificConfig(polling));
    getEndpoint()
        .getCamelContext()
        .getExecutorServiceManager()
        .newThread("aws-kcl:" + endpoint.getStreamName(), scheduler)
        .start();
  }

  @Override
  protected void doStop() throws Exception {
    stopping.countDown();
    if (scheduler != null) {
      try {
        scheduler.startGracefulShutdown().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        LOG.info(
            "Reading {} did not end in time: another process takes its shards over when their leases expire",
            getEndpoint().getStreamName());
        scheduler.shutdown();
      }
      scheduler = null;
    }
    while (!ownClients.isEmpty()) {
      ownClients.pop().close();
    }
    super.doStop();
  }

  /**
   * Hands records to the route until it has taken them.
   *
   * @return whether it has; false only when this consumer is stopped meanwhile
   */
  private boolean deliver(String shardId, List<byte[]> records) {
    long pause = SHORTEST_PAUSE.toMillis();
    while (stopping.getCount() > 0) {
      Exception failure = deliverOnce(shardId, records);
      if (failure == null) {
        return true;
      }
      LOG.warn(
          "{} records of shard {} could not be stored, next try in {} ms: {}",
          records.size(),
          shardId,
          pause,
          failure.toString());
      try {
        stopping.await(pause, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
    }
    return false;
  }

  private Exception deliverOnce(String shardId, List<byte[]> records) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(records);
      exchange.getMessage().setHeader(KclConstants.SHARD_ID, shardId);
      getProcessor().process(exchange);
      return exchange.getException();
    } catch (Exception e) {
      return e;
    } finally {
      releaseExchange(exchange, false);
    }
  }

  private KinesisAsyncClient kinesis() {
    KinesisAsyncClient bound = bound(KinesisAsyncClient.class);
    // HTTP/2, the client's default, is for enhanced fan-out only.
    return bound != null
        ? bound
        : own(
            KinesisAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
                .build());
  }

  private DynamoDbAsyncClient dynamoDb() {
    DynamoDbAsyncClient bound = bound(DynamoDbAsyncClient.class);
    return bound != null ? bound : own(DynamoDbAsyncClient.create());
  }

  /** The library wants one; without metrics it makes no calls. */
  private CloudWatchAsyncClient cloudWatch() {
    CloudWatchAsyncClient bound = bound(CloudWatchAsyncClient.class);
    return bound != null ? bound : own(CloudWatchAsyncClient.create());
  }

  private <T> T bound(Class<T> type) {
    CamelContext context = getEndpoint().getCamelContext();
    return CamelContextHelper.findSingleByType(context, type);
  }

  private <T extends SdkAutoCloseable> T own(T client) {
    ownClients.push(client);
    return client;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "selfheal";
    }
  }
}
