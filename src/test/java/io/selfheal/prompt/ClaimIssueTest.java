package io.selfheal.prompt;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.issue.LeaseKeeper;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.queue.BrakeLimits;
import io.selfheal.queue.Brakes;
import io.selfheal.queue.RepairJob;
import io.selfheal.settings.Application;
import io.selfheal.workspace.TestApplications;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(EmbeddedAws.class)
class ClaimIssueTest {
  private static final RepairJob JOB = new RepairJob("shop", FINGERPRINT);

  private final MutableClock clock = new MutableClock();
  private final Application shop = TestApplications.of("shop", "/srv/git/shop.git");
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private DynamoDbClient client;
  private String table;
  private IssueTable issues;
  private LeaseKeeper leases;
  private BrakeCounts counts;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    client = aws.dynamoDb();
    table = aws.newTable();
    issues = new IssueTable(client, table, clock);
    leases = new LeaseKeeper(issues);
    counts = new BrakeCounts(client, table, clock);
    store(FINGERPRINT);
  }

  @AfterEach
  void stop() {
    leases.close();
  }

  @Test
  void takesAnIssueOnce() {
    ClaimedIssue claimed = claim(10, 50).claim(JOB, exchange);

    assertThat(claimed.app()).isEqualTo(shop);
    assertThat(claimed.issue().attempts()).isEqualTo(1);
    assertThat(exchange.getProperty(ClaimIssue.LEASE, Lease.class)).isEqualTo(claimed.lease());
    assertThat(claim(10, 50).claim(JOB, exchange)).isNull();
  }

  @Test
  void anIssueThatIsGoneIsNothingToDo() {
    assertThat(claim(10, 50).claim(new RepairJob("shop", "f".repeat(32)), exchange)).isNull();
  }

  @Test
  void anUnknownApplicationIsTold() {
    assertThatThrownBy(() -> claim(10, 50).claim(new RepairJob("billing", FINGERPRINT), exchange))
        .isInstanceOf(RepairFailedException.class)
        .hasMessageContaining("selfheal.apps.billing.repository");
  }

  @Test
  void anIssueWhoseTriesAreUsedUpFailsAndStaysFailed() {
    for (int i = 0; i < 2; i++) {
      issues.lease("shop", FINGERPRINT, "dead");
      clock.advance(Lease.LENGTH.plusSeconds(1));
    }

    assertThatThrownBy(() -> claim(10, 50).claim(JOB, exchange))
        .isInstanceOf(RepairFailedException.class)
        .hasMessageContaining("All 2 tries are used up")
        .hasMessageContaining("killed");
    assertThat(find().status()).isEqualTo(IssueStatus.FAILED);
    assertThatThrownBy(() -> claim(10, 50).claim(JOB, exchange))
        .isInstanceOf(RepairFailedException.class);
  }

  @Test
  void tooManyOpenPullRequestsHoldItBack() {
    String open = "1".repeat(32);
    store(open);
    issues.lease("shop", open, "a");
    issues.pullRequestOpened(
        new Lease("shop", open, "a"), IssueStatus.PULL_REQUEST_OPEN, "t", "b", "u", 0, 0);

    assertThat(claim(1, 50).claim(JOB, exchange)).isNull();

    assertThat(find().status()).isEqualTo(IssueStatus.SUPPRESSED);
    assertThat(find().attempts()).isZero();
    assertThat(find().reason()).contains("selfheal.heal.max-open-pull-requests is 1");
  }

  @Test
  void tooManyRepairsInADayHoldItBack() {
    counts.takeRepair("shop", 1);

    assertThat(claim(10, 1).claim(JOB, exchange)).isNull();
    assertThat(find().reason()).contains("selfheal.heal.max-repairs-per-day is 1");

    issues.retry("shop", FINGERPRINT, java.util.Optional.empty());
    clock.advance(Duration.ofHours(25));
    assertThat(claim(10, 1).claim(JOB, exchange)).isNotNull();
  }

  /** However many brakes are on: nothing is repaired. */
  @Test
  void aTestIsReportedAndNotWorkedOn() {
    Map<String, AttributeValue> item =
        new HashMap<>(issues.newItem(Issues.seen("shop", FINGERPRINT, clock.instant())));
    item.put("exception_type", AttributeValue.fromS(Issue.TEST_ERROR));
    client.putItem(put -> put.tableName(table).item(item));

    assertThat(claim(0, 0).claim(JOB, exchange)).isNull();

    assertThat(find().status()).isEqualTo(IssueStatus.REPORTED);
    assertThat(find().reason()).contains("doctor --inject");
    assertThat(counts.repairs("shop")).isZero();
  }

  private ClaimIssue claim(int maxOpen, int maxPerDay) {
    HealSettings settings = new HealSettings(2, Duration.ofSeconds(1), 24_000, 200_000, false, 100);
    BrakeLimits limits =
        new BrakeLimits(maxOpen, maxPerDay, 1_000_000, 0, Duration.ofMinutes(5), 1);
    return new ClaimIssue(
        issues, Map.of("shop", shop), leases, settings, new Brakes(issues, counts, limits));
  }

  private Issue find() {
    return issues.find("shop", FINGERPRINT).orElseThrow();
  }

  private void store(String fingerprint) {
    Issue issue = Issues.seen("shop", fingerprint, clock.instant());
    client.putItem(put -> put.tableName(table).item(issues.newItem(issue)));
  }
}
