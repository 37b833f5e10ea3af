package io.selfheal.issue;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.local.EmbeddedAws;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

@ExtendWith(EmbeddedAws.class)
class IssueTableTest {
  private final MutableClock clock = new MutableClock();
  private DynamoDbClient client;
  private String name;
  private IssueTable table;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    client = aws.dynamoDb();
    name = aws.newTable();
    table = new IssueTable(client, name, clock);
  }

  @Test
  void holdsTheContractsAttributes() {
    store(FINGERPRINT);
    Map<String, AttributeValue> item = item();
    assertThat(item.get("pk").s()).isEqualTo("shop#" + FINGERPRINT);
    assertThat(item.get("status").s()).isEqualTo("NEW");
    assertThat(item.get("occurrences").n()).isEqualTo("1");
    assertThat(item.get("first_seen").s()).isEqualTo("2026-03-01T10:00:00.000Z");
    assertThat(item)
        .containsKeys(
            "app",
            "fingerprint",
            "message",
            "exception_type",
            "title",
            "language",
            "last_seen",
            "log_group",
            "log_stream",
            "attempts",
            "input_tokens",
            "output_tokens",
            "fingerprint_version",
            "unfinished",
            "last_change");
  }

  @Test
  void readsWhatItWrote() {
    Issue issue = store(FINGERPRINT);
    assertThat(table.find("shop", FINGERPRINT)).contains(issue);
    assertThat(table.all()).containsExactly(issue);
  }

  @Test
  void storesAnErrorOnce() {
    store(FINGERPRINT);
    assertThatThrownBy(() -> store(FINGERPRINT))
        .isInstanceOf(ConditionalCheckFailedException.class);
  }

  @Test
  void keepsAnItemUnderTheLimitWhateverTheLogSaid() {
    Issue small = Issues.seen("shop", FINGERPRINT, clock.instant());
    Issue huge =
        Issues.with(
            small,
            "message",
            "€".repeat(300_000),
            "exceptionType",
            "E".repeat(5_000),
            "title",
            "t".repeat(5_000));
    Map<String, AttributeValue> item = table.newItem(huge);
    int bytes =
        item.values().stream()
            .mapToInt(
                value ->
                    value.s() == null
                        ? 8
                        : value.s().getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
            .sum();
    assertThat(bytes).isLessThan(400_000);
    client.putItem(put -> put.tableName(name).item(item));
  }

  @Test
  void oneOfTwoQueuesAnIssue() {
    Issue issue = store(FINGERPRINT);
    clock.advance(Duration.ofSeconds(1));
    assertThat(table.queue(issue)).isTrue();
    assertThat(table.queue(issue)).isFalse();
    assertThat(item().get("unfinished").s()).isEqualTo("QUEUED");
  }

  @Test
  void givesAnIssueBackWhoseMessageWasNotSent() {
    table.queue(store(FINGERPRINT));
    table.unqueue("shop", FINGERPRINT);
    assertThat(table.find("shop", FINGERPRINT).orElseThrow().status()).isEqualTo(IssueStatus.NEW);
  }

  @Test
  void oneOfTwoLeasesAnIssueAndItsTryCounts() {
    store(FINGERPRINT);
    assertThat(table.lease("shop", FINGERPRINT, "a").orElseThrow().attempts()).isEqualTo(1);
    assertThat(table.lease("shop", FINGERPRINT, "b")).isEmpty();
  }

  @Test
  void takesOverALeaseThatHasRunOut() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    clock.advance(Lease.LENGTH.plusSeconds(1));
    assertThat(table.lease("shop", FINGERPRINT, "b").orElseThrow().attempts()).isEqualTo(2);
    assertThat(table.renew(new Lease("shop", FINGERPRINT, "a"))).isFalse();
    assertThat(table.finish(lease("a"), IssueStatus.FAILED, null, "late", 0, 0)).isFalse();
    assertThat(table.renew(lease("b"))).isTrue();
  }

  @Test
  void aRenewedLeaseIsNotStale() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    clock.advance(Duration.ofSeconds(50));
    table.renew(lease("a"));
    clock.advance(Duration.ofSeconds(50));
    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5))).isEmpty();
    assertThat(table.lease("shop", FINGERPRINT, "b")).isEmpty();
  }

  @Test
  void findsWhatIsStaleByItsState() {
    store(FINGERPRINT);
    String queued = "1".repeat(32);
    table.queue(store(queued));
    String repairing = "2".repeat(32);
    store(repairing);
    table.lease("shop", repairing, "dead");
    String open = "3".repeat(32);
    store(open);
    table.lease("shop", open, "a");
    table.pullRequestOpened(
        new Lease("shop", open, "a"), IssueStatus.PULL_REQUEST_OPEN, "t", "b", "u", 1, 1);

    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5))).isEmpty();
    clock.advance(Duration.ofSeconds(31));
    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5)))
        .extracting(Issue::fingerprint)
        .containsExactly(FINGERPRINT);
    clock.advance(Duration.ofSeconds(30));
    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5)))
        .extracting(Issue::fingerprint)
        .containsExactlyInAnyOrder(FINGERPRINT, repairing);
    clock.advance(Duration.ofMinutes(5));
    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5)))
        .extracting(Issue::fingerprint)
        .containsExactlyInAnyOrder(FINGERPRINT, queued, repairing);
  }

  @Test
  void aStaleRepairCanBeTakenUpAtOnce() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "dead");
    clock.advance(Lease.LENGTH.plusSeconds(1));
    Issue stale =
        table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5)).findFirst().orElseThrow();
    assertThat(table.queue(stale)).isTrue();
    assertThat(table.lease("shop", FINGERPRINT, "b")).isPresent();
  }

  @Test
  void scansWhereTheIndexIsMissing() {
    String plain = "plain-" + UUID.randomUUID();
    client.createTable(
        create ->
            create
                .tableName(plain)
                .billingMode("PAY_PER_REQUEST")
                .attributeDefinitions(
                    a -> a.attributeName("pk").attributeType(ScalarAttributeType.S))
                .keySchema(k -> k.attributeName("pk").keyType(KeyType.HASH)));
    IssueTable unindexed = new IssueTable(client, plain, clock);
    Issue issue = Issues.seen("shop", FINGERPRINT, clock.instant());
    client.putItem(put -> put.tableName(plain).item(unindexed.newItem(issue)));
    clock.advance(Duration.ofMinutes(1));
    assertThat(unindexed.stale(Duration.ofSeconds(30), Duration.ofMinutes(5))).hasSize(1);
  }

  @Test
  void aFailedTryKeepsItsReasonAndTokens() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    table.tryAgain(lease("a"), "the push was rejected", 100, 20);
    Issue issue = table.lease("shop", FINGERPRINT, "b").orElseThrow();
    assertThat(issue.reason()).isEqualTo("the push was rejected");
    table.finish(lease("b"), IssueStatus.FAILED, null, "again", 10, 2);
    issue = table.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.FAILED);
    assertThat(issue.inputTokens()).isEqualTo(110);
    assertThat(issue.outputTokens()).isEqualTo(22);
    assertThat(item()).doesNotContainKey("unfinished");
  }

  @Test
  void aTryThatWaitsOnPurposeIsNotTakenForLost() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    table.tryAgain(lease("a"), "the forge is busy", new Spent(0, 0, null), Duration.ofMinutes(50));
    clock.advance(Duration.ofMinutes(54));
    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5))).isEmpty();
    assertThat(table.lease("shop", FINGERPRINT, "b")).isPresent();
    table.tryAgain(lease("b"), "the forge is busy", new Spent(0, 0, null), Duration.ofMinutes(50));
    clock.advance(Duration.ofMinutes(56));
    assertThat(table.stale(Duration.ofSeconds(30), Duration.ofMinutes(5))).hasSize(1);
  }

  @Test
  void anOpenPullRequestIsNoLongerUnfinished() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    table.pullRequestOpened(
        lease("a"),
        IssueStatus.PULL_REQUEST_OPEN,
        "Check the items",
        "selfheal/0123456789ab",
        "https://x/1",
        5,
        6);
    Issue issue = table.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.PULL_REQUEST_OPEN);
    assertThat(issue.branch()).isEqualTo("selfheal/0123456789ab");
    assertThat(issue.pullRequestUrl()).isEqualTo("https://x/1");
    assertThat(item()).doesNotContainKeys("unfinished", "lease_owner");
    assertThat(table.openOrUnderWay("shop")).isEqualTo(1);
    assertThat(table.openOrUnderWay("other")).isZero();
  }

  @Test
  void costsOfAllTriesAreSummed() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    table.tryAgain(lease("a"), "no", new Spent(10, 2, new BigDecimal("0.0125")));
    table.lease("shop", FINGERPRINT, "a");
    table.finish(
        lease("a"), IssueStatus.REPORTED, null, "r", new Spent(1, 1, new BigDecimal("0.01")));

    Issue issue = table.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.costUsd()).isEqualByComparingTo("0.0225");
    assertThat(item().get("cost_usd").n()).isEqualTo("0.0225");
  }

  @Test
  void anIssueThatABrakeHeldBackWasNotRepaired() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    assertThat(table.holdBack(lease("a"), "repairs-per-day", "enough for today")).isTrue();
    Issue issue = table.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.SUPPRESSED);
    assertThat(issue.attempts()).isZero();
    assertThat(issue.brake()).isEqualTo("repairs-per-day");
    assertThat(issue.reason()).isEqualTo("enough for today");
    assertThat(table.heldBack("shop", 9)).containsExactly(FINGERPRINT);
    assertThat(table.heldBack("shop", 0)).isEmpty();
    assertThat(table.heldBack("sho", 9)).isEmpty();
    assertThat(item()).doesNotContainKeys("repaired_at", "lease_owner");
  }

  @Test
  void aMergeWithoutATimeIsAsOldAsTheLastChange() {
    store(FINGERPRINT);
    client.updateItem(
        update ->
            update
                .tableName(name)
                .key(table.keyOf("shop", FINGERPRINT))
                .updateExpression("SET #status = :merged")
                .expressionAttributeNames(Map.of("#status", "status"))
                .expressionAttributeValues(
                    Map.of(":merged", AttributeValue.builder().s("MERGED").build())));
    Duration grace = Duration.ofMinutes(10);

    assertThat(table.regressed("shop", FINGERPRINT, clock.instant(), grace)).isFalse();
    assertThat(table.regressed("shop", FINGERPRINT, clock.instant().plusSeconds(1), grace))
        .isTrue();
  }

  @Test
  void aRetriedIssueHasAllItsTriesAgainAndTheHint() {
    store(FINGERPRINT);
    table.lease("shop", FINGERPRINT, "a");
    table.finish(lease("a"), IssueStatus.FAILED, null, "no", 0, 0);
    table.retry("shop", FINGERPRINT, Optional.of("look at the parser"));
    Issue issue = table.find("shop", FINGERPRINT).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.NEW);
    assertThat(issue.attempts()).isZero();
    assertThat(issue.reason()).endsWith("look at the parser");
    assertThat(table.retry("shop", FINGERPRINT, Optional.empty()).orElseThrow().reason()).isNull();
    assertThat(table.retry("shop", "f".repeat(32), Optional.empty())).isEmpty();
  }

  @Test
  void keepsCheckpointsThatAreNoIssues() {
    store(FINGERPRINT);
    table.saveCheckpoint("/aws/lambda/x", "1700000000000");
    assertThat(table.checkpoint("/aws/lambda/x")).contains("1700000000000");
    assertThat(table.checkpoint("/aws/lambda/y")).isEmpty();
    assertThat(table.all()).hasSize(1);
    assertThat(table.clear()).isEqualTo(1);
    assertThat(table.all()).isEmpty();
    assertThat(table.checkpoint("/aws/lambda/x")).contains("1700000000000");
  }

  @Test
  void deletesATestAndNothingElse() {
    store(FINGERPRINT);
    String test = "a".repeat(32);
    Map<String, AttributeValue> item =
        new HashMap<>(table.newItem(Issues.seen("shop", test, clock.instant())));
    item.put("exception_type", AttributeValue.fromS(Issue.TEST_ERROR));
    client.putItem(put -> put.tableName(name).item(item));

    assertThat(table.deleteTest("shop", FINGERPRINT)).isFalse();
    assertThat(table.deleteTest("shop", test)).isTrue();
    assertThat(table.deleteTest("shop", test)).isFalse();
    assertThat(table.all()).extracting(Issue::fingerprint).containsExactly(FINGERPRINT);
  }

  @Test
  void knowsItsShape() {
    assertThat(table.shape())
        .isEqualTo(new TableShape("ACTIVE", true, Optional.of("NEW_AND_OLD_IMAGES"), true));
  }

  private Lease lease(String owner) {
    return new Lease("shop", FINGERPRINT, owner);
  }

  private Issue store(String fingerprint) {
    Issue issue = Issues.seen("shop", fingerprint, clock.instant());
    client.putItem(put -> put.tableName(name).item(table.newItem(issue)).expected(table.absent()));
    return issue;
  }

  private Map<String, AttributeValue> item() {
    return client.getItem(get -> get.tableName(name).key(table.keyOf("shop", FINGERPRINT))).item();
  }
}
