package io.selfheal.issue;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.local.EmbeddedAws;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@ExtendWith(EmbeddedAws.class)
class LeaseKeeperTest {
  @Test
  void renewsWhatIsHeldAndNothingElse(EmbeddedAws aws) {
    MutableClock clock = new MutableClock();
    DynamoDbClient client = aws.dynamoDb();
    String table = aws.newTable();
    IssueTable issues = new IssueTable(client, table, clock);
    Issue issue = Issues.seen("shop", FINGERPRINT, clock.instant());
    client.putItem(put -> put.tableName(table).item(issues.newItem(issue)));
    issues.lease("shop", FINGERPRINT, "me");
    Lease lease = new Lease("shop", FINGERPRINT, "me");
    clock.advance(Duration.ofSeconds(50));
    Instant renewed = clock.instant();

    try (LeaseKeeper keeper = new LeaseKeeper(issues, Duration.ofMillis(20))) {
      keeper.hold(lease);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> issues.find("shop", FINGERPRINT).orElseThrow().lastChange().equals(renewed));
      keeper.release(lease);
    }
    assertThat(issues.lease("shop", FINGERPRINT, "another")).isEmpty();
  }
}
