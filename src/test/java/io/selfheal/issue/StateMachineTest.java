package io.selfheal.issue;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.local.EmbeddedAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The table of {@code docs/state-machine.md} says what {@link IssueTable} does. */
@ExtendWith(EmbeddedAws.class)
class StateMachineTest {
  private static final Lease LEASE = new Lease("shop", FINGERPRINT, "worker");
  private static final Lease LOST = new Lease("shop", FINGERPRINT, "another");

  private static List<Line> lines;
  private static DynamoDbClient client;
  private static String table;
  private static MutableClock clock;
  private static IssueTable issues;

  private record Line(String state, String event, String condition, String next) {
    boolean isOf(IssueStatus status, String name) {
      return event.equals(name) && (state.equals("any") || state.equals(status.name()));
    }
  }

  /** Does it to the issue as it was seen, with a lease. */
  private interface Write {
    void to(Issue seen, Lease lease);
  }

  private static final Map<String, Write> EVENTS = new TreeMap<>();

  static {
    EVENTS.put("queue", (seen, lease) -> issues.queue(seen));
    EVENTS.put("unqueue", (seen, lease) -> issues.unqueue("shop", FINGERPRINT));
    EVENTS.put("hold back unsent", (seen, lease) -> issues.holdBack(seen, "storm", "why"));
    EVENTS.put("lease", (seen, lease) -> issues.lease("shop", FINGERPRINT, "new"));
    EVENTS.put("renew", (seen, lease) -> issues.renew(lease));
    EVENTS.put("hold back", (seen, lease) -> issues.holdBack(lease, "tokens", "why"));
    EVENTS.put("try again", (seen, lease) -> issues.tryAgain(lease, "why", 1, 1));
    EVENTS.put("postpone", (seen, lease) -> issues.postpone(lease, "why", Duration.ZERO));
    EVENTS.put("fail", (seen, lease) -> finish(lease, IssueStatus.FAILED));
    EVENTS.put("report", (seen, lease) -> finish(lease, IssueStatus.REPORTED));
    EVENTS.put("give up adding", (seen, lease) -> finish(lease, IssueStatus.FAILED));
    EVENTS.put("find it open", (seen, lease) -> open(lease, IssueStatus.PULL_REQUEST_OPEN));
    EVENTS.put("find it merged", (seen, lease) -> open(lease, IssueStatus.MERGED));
    EVENTS.put("find it closed", (seen, lease) -> open(lease, IssueStatus.REJECTED));
    EVENTS.put("merge", (seen, lease) -> issues.merged(seen, clock.instant(), "abc", "def"));
    EVENTS.put("reject", (seen, lease) -> issues.rejected(seen, "why", null, null));
    EVENTS.put("go on", (seen, lease) -> issues.goOn(seen, "why", "abc", null, true));
    EVENTS.put(
        "regress",
        (seen, lease) ->
            issues.regressed("shop", FINGERPRINT, seen.lastSeen(), Duration.ofMinutes(10)));
    EVENTS.put("retry", (seen, lease) -> issues.retry("shop", FINGERPRINT, Optional.empty()));
  }

  @BeforeAll
  static void readThePage(EmbeddedAws aws) throws IOException {
    client = aws.dynamoDb();
    table = aws.newTable();
    clock = new MutableClock();
    issues = new IssueTable(client, table, clock);
    try (Stream<String> page = Files.lines(Path.of("docs/state-machine.md"))) {
      lines =
          page.takeWhile(line -> !line.startsWith("## "))
              .filter(line -> line.startsWith("| `") || line.startsWith("| any"))
              .map(line -> line.replace("`", "").substring(1).split("\\|"))
              .map(cell -> Arrays.stream(cell).map(String::strip).toList())
              .map(cell -> new Line(cell.get(0), cell.get(1), cell.get(2), cell.get(3)))
              .toList();
    }
  }

  @Test
  void thePageNamesEachEventOfTheTable() {
    assertThat(lines.stream().map(Line::event).collect(Collectors.toSet()))
        .isEqualTo(EVENTS.keySet());
  }

  @ParameterizedTest
  @EnumSource
  void everyEventDoesWhatThePageSays(IssueStatus state) {
    EVENTS.forEach(
        (name, event) -> {
          Issue seen = make(state, name, clock.instant().minus(Duration.ofHours(1)), "worker");

          event.to(seen, LEASE);

          assertThat(status()).as(state + ", " + name).isEqualTo(next(state, name, false));
        });
  }

  @ParameterizedTest
  @EnumSource
  void whereItsConditionDoesNotHoldNothingChanges(IssueStatus state) {
    EVENTS.forEach(
        (name, event) -> {
          Issue seen = make(state, name, clock.instant().minus(Duration.ofHours(1)), "worker");
          // Since then somebody else has leased it, or the merge came after what was seen.
          make(state, name, clock.instant(), "worker");
          Map<String, AttributeValue> before = item();

          event.to(seen, LOST);

          assertThat(status()).as(state + ", " + name).isEqualTo(next(state, name, true));
          if (lines.stream().noneMatch(line -> line.isOf(state, name) && unconditional(line))) {
            assertThat(item()).as(state + ", " + name).isEqualTo(before);
          }
        });
  }

  private static boolean unconditional(Line line) {
    return line.condition.equals("–");
  }

  private static IssueStatus next(IssueStatus state, String event, boolean unconditionalOnly) {
    return lines.stream()
        .filter(line -> line.isOf(state, event))
        .filter(line -> !unconditionalOnly || unconditional(line))
        .map(line -> IssueStatus.valueOf(line.next))
        .findFirst()
        .orElse(state);
  }

  private static Issue make(
      IssueStatus state, String event, Instant lastChange, String leaseOwner) {
    Map<String, AttributeValue> item =
        new HashMap<>(issues.newItem(Issues.seen("shop", FINGERPRINT, clock.instant())));
    item.put("status", AttributeValue.fromS(state.name()));
    item.put("last_change", AttributeValue.fromS(IssueTable.stamp(lastChange)));
    if (state == IssueStatus.REPAIRING) {
      item.put("lease_owner", AttributeValue.fromS(leaseOwner));
    }
    if (state == IssueStatus.MERGED) {
      item.put("merged_at", AttributeValue.fromS(IssueTable.stamp(lastChange)));
    }
    if (event.equals("give up adding")) {
      item.put("go_on_from", AttributeValue.fromS("abc"));
    }
    client.putItem(put -> put.tableName(table).item(item));
    return IssueTable.read(item);
  }

  private static Map<String, AttributeValue> item() {
    return client
        .getItem(
            get -> get.tableName(table).key(issues.keyOf("shop", FINGERPRINT)).consistentRead(true))
        .item();
  }

  private static IssueStatus status() {
    return IssueStatus.valueOf(item().get("status").s());
  }

  private static void finish(Lease lease, IssueStatus status) {
    issues.finish(lease, status, "title", "why", 1, 1);
  }

  private static void open(Lease lease, IssueStatus status) {
    issues.pullRequestOpened(lease, status, "title", "branch", "url", 1, 1);
  }
}
