package io.selfheal.dedup;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.ddb.Ddb2Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(EmbeddedAws.class)
class StoreErrorsTest {
  private final Occurrences occurrences = new Occurrences();
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final ErrorEvent error =
      new ErrorEvent(
          "shop",
          "/aws/lambda/shop",
          "stream",
          Instant.parse("2026-03-01T10:00:00Z"),
          "KeyError: 'hunter2'",
          new StackTrace("python", "KeyError", "'hunter2'", List.of(), List.of(), true),
          new Fingerprint(FINGERPRINT, 1, List.of("KeyError")));
  private DynamoDbClient client;
  private String table;
  private IssueTable issues;
  private StoreErrors store;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    client = aws.dynamoDb();
    table = aws.newTable();
    issues = new IssueTable(client, table, new MutableClock());
    store =
        new StoreErrors(
            occurrences,
            issues,
            app -> ErrorRules.defaults(),
            text -> text.replace("hunter2", "***"));
  }

  @Test
  void anUnknownErrorIsStoredOnceWithItsCountAndWithoutSecrets() {
    occurrences.add(error);
    occurrences.add(error);

    assertThat(store.unknown(List.of(error, error))).containsExactly(error);
    Map<String, AttributeValue> item = newItem();
    store.stored(exchange);

    assertThat(item.get("occurrences").n()).isEqualTo("2");
    assertThat(item.get("message").s()).isEqualTo("KeyError: '***'");
    assertThat(item.get("title").s()).isEqualTo("KeyError: '***'");
    assertThat(store.unknown(List.of(error))).isEmpty();
    assertThat(occurrences.drainAll()).isEmpty();
  }

  @Test
  void aWriteThatWasRepeatedBecauseItsAnswerWasLostCountsOnce() {
    occurrences.add(error);
    Map<String, AttributeValue> item = newItem();
    client.putItem(put -> put.tableName(table).item(item));

    store.alreadyStored(exchange);

    assertThat(store.unknown(List.of(error))).isEmpty();
    assertThat(occurrences.drainAll()).isEmpty();
  }

  @Test
  void anErrorOfTheEnvironmentIsReportedAndGoesOnBeingCounted() {
    ErrorEvent refused =
        new ErrorEvent(
            "shop",
            "/aws/lambda/shop",
            "stream",
            error.timestamp(),
            "2026-03-01 10:00:00,1 - shop.db - ERROR - hunter2\nConnectionRefusedError",
            new StackTrace(
                "python", "ConnectionRefusedError", "[Errno 111]", List.of(), List.of(), true),
            error.fingerprint(),
            new LogContext("ERROR", "shop.db", "hunter2-1", "4bf92f35"));
    occurrences.add(refused);
    exchange.getMessage().setBody(refused);
    store.newItem(exchange);
    Map<String, AttributeValue> item = item();
    client.putItem(put -> put.tableName(table).item(item));
    store.stored(exchange);
    issues.addOccurrences("shop", FINGERPRINT, 1, refused.timestamp());

    Issue issue = issues.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.REPORTED);
    assertThat(issue.reason()).contains("connection-refused", "Look at whether the service runs");
    assertThat(issue.occurrences()).isEqualTo(2);
    assertThat(issue.context()).isEqualTo(new LogContext("ERROR", "shop.db", "***-1", "4bf92f35"));
    assertThat(item).doesNotContainKey("unfinished");
    assertThat(issues.stale(Duration.ofDays(-1), Duration.ofDays(-1))).isEmpty();
    assertThat(issues.lease("shop", FINGERPRINT, "worker")).isEmpty();
  }

  @Test
  void aReportedErrorCanBeSentOnAllTheSame() {
    anErrorOfTheEnvironmentIsReportedAndGoesOnBeingCounted();

    issues.retry("shop", FINGERPRINT, Optional.empty());

    Issue issue = issues.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.NEW);
    assertThat(issue.reason()).isNull();
    assertThat(issues.lease("shop", FINGERPRINT, "worker")).isPresent();
  }

  @Test
  void levelAndIdsOfPlainTextAreStored() {
    ErrorEvent plain =
        new ErrorEvent(
            "shop",
            "/aws/lambda/shop",
            "stream",
            error.timestamp(),
            "[ERROR]\t2026-03-01T10:00:00.000Z\t0e9b3f4c-1111-4222-8333-123456789abc\tno order",
            error.trace(),
            error.fingerprint());
    exchange.getMessage().setBody(plain);
    store.newItem(exchange);

    assertThat(item().get("level").s()).isEqualTo("ERROR");
    assertThat(item().get("request_id").s()).isEqualTo("0e9b3f4c-1111-4222-8333-123456789abc");
    assertThat(item()).doesNotContainKeys("logger", "trace_id", "reason");
    assertThat(item().get("status").s()).isEqualTo("NEW");
  }

  @Test
  void whatAnotherProcessHasStoredIsOnlyCounted() {
    occurrences.add(error);
    newItem();
    store.alreadyStored(exchange);

    assertThat(store.unknown(List.of(error))).isEmpty();
    assertThat(occurrences.drainAll()).extracting(Occurrences.Seen::count).containsExactly(1L);
  }

  @Test
  void aFailedWriteIsToldToTheSourceAndCountedWhenItDeliversAgain() {
    occurrences.add(error);
    occurrences.add(error);
    newItem();
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IOException("throttled"));

    assertThatThrownBy(() -> store.notStored(exchange)).hasMessage("throttled");

    assertThat(store.unknown(List.of(error))).containsExactly(error);
    assertThat(occurrences.drainAll()).extracting(Occurrences.Seen::count).containsExactly(1L);
  }

  private Map<String, AttributeValue> newItem() {
    exchange.getMessage().setBody(error);
    store.newItem(exchange);
    return item();
  }

  @SuppressWarnings("unchecked")
  private Map<String, AttributeValue> item() {
    return exchange.getMessage().getHeader(Ddb2Constants.ITEM, Map.class);
  }
}
