package io.selfheal.camel.kcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.camel.MotoServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** The Kinesis Client Library, against Kinesis and DynamoDB as moto plays them. */
@Timeout(900)
class KclMotoIT {
  private static final String STREAM = "app-logs";
  private static final int SHARDS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private final Set<String> shards = new ConcurrentSkipListSet<>();
  private final AtomicBoolean storeIsDown = new AtomicBoolean();
  private MotoServer moto;
  private KinesisAsyncClient kinesis;
  private DynamoDbAsyncClient dynamoDb;
  private CloudWatchAsyncClient cloudWatch;

  @BeforeEach
  void makeStream() throws Exception {
    // moto does not speak CBOR.
    System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), "false");
    moto = MotoServer.start();
    kinesis =
        moto.client(
            KinesisAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1)));
    dynamoDb = moto.client(DynamoDbAsyncClient.builder());
    // Nobody listens there: a metric that is sent would fail, and none is.
    cloudWatch =
        moto.client(
            CloudWatchAsyncClient.builder().endpointOverride(URI.create("http://127.0.0.1:1")));
    kinesis.createStream(request -> request.streamName(STREAM).shardCount(SHARDS)).join();
    kinesis.waiter().waitUntilStreamExists(request -> request.streamName(STREAM)).join();
  }

  @AfterEach
  void close() {
    System.clearProperty(SdkSystemSetting.CBOR_ENABLED.property());
    if (moto != null) {
      kinesis.close();
      dynamoDb.close();
      cloudWatch.close();
      moto.close();
    }
  }

  /** One scenario, because the library takes its time to start, and for a lease to expire. */
  @Test
  void whatFailsIsRepeatedAndAStopLosesNothing() throws Exception {
    put(0, 30);
    storeIsDown.set(true);
    try (DefaultCamelContext context = start()) {
      await().atMost(PATIENCE).until(() -> shards.size() == SHARDS);
    }
    assertThat(delivered).as("failed until the stop").isEmpty();
    shards.clear();
    try (DefaultCamelContext context = start()) {
      await().atMost(PATIENCE).until(() -> !shards.isEmpty());
      storeIsDown.set(false);
      awaitDelivered(0, 30);
    }
    put(30, 45);
    try (DefaultCamelContext context = start()) {
      awaitDelivered(0, 45);
    }
    assertThat(delivered).as("what was taken is not read again").doesNotHaveDuplicates();
  }

  private void put(int from, int to) {
    IntStream.range(from, to)
        .forEach(
            i ->
                kinesis
                    .putRecord(
                        request ->
                            request
                                .streamName(STREAM)
                                .partitionKey("stream-" + i % 10)
                                .data(SdkBytes.fromUtf8String("record-" + i)))
                    .join());
  }

  private void awaitDelivered(int from, int to) {
    Set<String> all = new TreeSet<>();
    IntStream.range(from, to).forEach(i -> all.add("record-" + i));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(new TreeSet<>(delivered)).isEqualTo(all));
  }

  private DefaultCamelContext start() throws Exception {
    DefaultCamelContext context = new DefaultCamelContext();
    context.getRegistry().bind("kinesis", kinesis);
    context.getRegistry().bind("dynamoDb", dynamoDb);
    context.getRegistry().bind("cloudWatch", cloudWatch);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("aws-kcl:" + STREAM + "?applicationName=selfheal-kinesis")
                .errorHandler(noErrorHandler())
                .process(
                    exchange -> {
                      shards.add(
                          exchange.getMessage().getHeader(KclConstants.SHARD_ID, String.class));
                      if (storeIsDown.get()) {
                        throw new IllegalStateException("store is down");
                      }
                      List<String> texts = new ArrayList<>();
                      for (Object data : exchange.getMessage().getMandatoryBody(List.class)) {
                        texts.add(new String((byte[]) data, StandardCharsets.UTF_8));
                      }
                      delivered.addAll(texts);
                    });
          }
        });
    context.start();
    return context;
  }
}
