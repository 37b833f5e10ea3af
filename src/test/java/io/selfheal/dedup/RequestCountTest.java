package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.CountJournals;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.stacktrace.StackTraces;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * Of a thousand occurrences each issue costs at most ten requests, however fast they come. Counts
 * are added every ten seconds of the events' time, and deliveries are acknowledged all the time.
 */
public class RequestCountTest {
  /** Of a million events with a thousand distinct errors. */
  public static final int MOST_REQUESTS = 10_000;

  private static final int INTERVAL = 10;

  private final Occurrences occurrences = new Occurrences();
  private final CountingTable table = new CountingTable();
  private final WriteCounts counts =
      new WriteCounts(
          occurrences,
          new CountJournals(table.client(), "t", null, Clock.systemUTC()),
          null,
          Duration.ofSeconds(INTERVAL),
          Duration.ZERO);
  private final StoreErrors store =
      new StoreErrors(
          occurrences,
          new IssueTable(null, "t", Clock.systemUTC()),
          app -> ErrorRules.defaults(),
          text -> text);
  private double journaledAt;

  @ParameterizedTest
  @CsvSource({"100", "1000", "10000", "100000"})
  void aMillionEventsWithAThousandErrorsMakeTenThousandRequests(
      int perSecond, TestReporter reporter) {
    Random random = new Random(perSecond);
    Instant time = Instant.EPOCH;
    for (int i = 0; i < 1_000_000; i++) {
      if (i % (perSecond * INTERVAL) == 0) {
        counts.writeDue();
      }
      String fingerprint = "f" + random.nextInt(1_000);
      time = time.plusNanos(1_000_000_000L / perSecond);
      Occurrences.Count issue = occurrences.find("shop", fingerprint);
      if (issue == null) {
        table.put("shop", fingerprint, 1);
        occurrences.markKnown("shop", fingerprint);
      } else {
        occurrences.addTo(issue, time);
      }
      acknowledge(i / (double) perSecond);
    }
    counts.writeAll();

    reporter.publishEntry(perSecond + " events per second", table.requests + " requests");
    assertThat(table.requests).isLessThanOrEqualTo(MOST_REQUESTS);
    assertThat(table.written.values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @CsvSource({"100", "10000"})
  void theSameThroughTheWholeIntake(int perSecond) throws Exception {
    int events = 100_000;
    int issues = 100;
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    try (AssembleErrors assemble =
        new AssembleErrors(
            new StackTraces(), new Fingerprints(), occurrences, Duration.ofSeconds(1))) {
      for (int i = 0; i < events; i += 100) {
        if (i % (perSecond * INTERVAL) == 0) {
          counts.writeDue();
        }
        List<LogEvent> batch = new ArrayList<>();
        for (int j = 0; j < 100; j++) {
          String text =
              "shop.OrderException: order %d\n\tat shop.A.a(A.java:1)\n\tat shop.B.b%d(B.java:2)"
                  .formatted(i + j, (i + j) % issues);
          batch.add(new LogEvent(null, Instant.EPOCH.plusSeconds((i + j) / perSecond), text));
        }
        ReceivedLogs logs = new ReceivedLogs(List.of(new LogBatch("shop", "g", "s", batch)));
        for (ErrorEvent error :
            store.unknown(assemble.assemble(logs).toCompletableFuture().get())) {
          exchange.getMessage().setBody(error);
          store.newItem(exchange);
          table.put(error.app(), error.fingerprint().value(), Long.parseLong(count(exchange)));
          store.stored(exchange);
        }
        acknowledge(i / (double) perSecond);
      }
    }
    counts.writeAll();

    assertThat(table.written).hasSize(issues);
    assertThat(table.requests).isLessThanOrEqualTo(events / 100);
    assertThat(table.written.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(events);
  }

  private static String count(Exchange exchange) {
    @SuppressWarnings("unchecked")
    Map<String, AttributeValue> item =
        exchange.getMessage().getHeader(Ddb2Constants.ITEM, Map.class);
    return item.get("occurrences").n();
  }

  /** Somebody always waits for the write that covers what was counted. */
  private void acknowledge(double seconds) {
    if (seconds - journaledAt >= WriteCounts.EVERY.toMillis() / 1000.0) {
      journaledAt = seconds;
      counts.journal();
    }
  }

  /** Takes every write and adds the counts up. */
  private static final class CountingTable {
    private final Map<String, Long> written = new HashMap<>();
    private long requests;

    void put(String app, String fingerprint, long count) {
      requests++;
      written.merge(IssueTable.key(app, fingerprint), count, Long::sum);
    }

    DynamoDbClient client() {
      return (DynamoDbClient)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {DynamoDbClient.class},
              (proxy, method, arguments) -> {
                if (method.isDefault() && arguments[0] instanceof Consumer) {
                  return InvocationHandler.invokeDefault(proxy, method, arguments);
                }
                requests++;
                if (arguments[0] instanceof TransactWriteItemsRequest transaction) {
                  transaction.transactItems().stream()
                      .map(TransactWriteItem::update)
                      .filter(Objects::nonNull)
                      .forEach(
                          update ->
                              written.merge(
                                  update.key().get("pk").s(),
                                  Long.parseLong(
                                      update.expressionAttributeValues().get(":count").n()),
                                  Long::sum));
                }
                return null;
              });
    }
  }
}
