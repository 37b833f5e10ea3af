package io.selfheal.queue;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.issue.MutableClock;
import io.selfheal.issue.RetryAfter;
import io.selfheal.local.EmbeddedAws;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

@ExtendWith(EmbeddedAws.class)
class QueueRepairsTest {
  private final MutableClock clock = new MutableClock();
  private DynamoDbClient client;
  private String table;
  private IssueTable issues;
  private Brakes brakes;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    client = aws.dynamoDb();
    table = aws.newTable();
    issues = new IssueTable(client, table, clock);
    brakes =
        new Brakes(
            issues,
            new BrakeCounts(client, table, clock),
            new BrakeLimits(10, 50, 1_000_000, 50, Duration.ofMinutes(5), 5));
  }

  @Test
  void readsNewIssuesFromTheStreamAndNothingElse() {
    QueueRepairs repairs = repairs(1);
    Issue issue = store();

    assertThat(repairs.newIssue(record(issues.newItem(issue)))).isEqualTo(issue);
    assertThat(repairs.newIssue(record(Map.of("pk", AttributeValue.fromS("checkpoint#x")))))
        .isNull();
    assertThat(repairs.newIssue(Record.builder().dynamodb(deleted -> {}).build())).isNull();
  }

  @Test
  void waitsUntilAnErrorWasSeenOftenEnough() {
    Issue issue = store();

    assertThat(repairs(2).newIssue(record(issues.newItem(issue)))).isNull();
    Map<String, AttributeValue> test = new HashMap<>(issues.newItem(issue));
    test.put("exception_type", AttributeValue.fromS(Issue.TEST_ERROR));
    assertThat(repairs(2).newIssue(record(test))).isNotNull();
    clock.advance(Duration.ofMinutes(1));
    assertThat(repairs(2).staleIssues()).isExhausted();
    issues.addOccurrences("shop", FINGERPRINT, 1, clock.instant());
    assertThat(repairs(2).staleIssues()).toIterable().hasSize(1);
  }

  @Test
  void aRecordThatIsReadTwiceSendsOneMessage() {
    QueueRepairs repairs = repairs(1);
    Issue issue = store();

    assertThat(repairs.claim(issue)).isEqualTo(new RepairJob("shop", FINGERPRINT));
    assertThat(repairs.claim(issue)).isNull();
    assertThat(status()).isEqualTo(IssueStatus.QUEUED);
  }

  @Test
  void aMessageThatCouldNotBeSentIsSentByTheNextSweep() {
    QueueRepairs repairs = repairs(1);
    repairs.release(repairs.claim(store()));

    assertThat(status()).isEqualTo(IssueStatus.NEW);
    clock.advance(Duration.ofMinutes(1));
    assertThat(repairs.claim(repairs.staleIssues().next())).isNotNull();
  }

  @Test
  void aMessageThatWaitsInALongQueueIsSentAgainAfterEverLongerWaits() {
    QueueRepairs repairs = repairs(1);
    repairs.claim(store());
    List<Integer> sentAgainAfter = new ArrayList<>();
    for (int minute = 1; minute <= 120; minute++) {
      clock.advance(Duration.ofMinutes(1));
      for (Iterator<Issue> stale = repairs.staleIssues(); stale.hasNext(); ) {
        assertThat(repairs.claim(stale.next())).isNotNull();
        sentAgainAfter.add(minute);
      }
    }
    assertThat(sentAgainAfter).containsExactly(6, 17, 38, 79);

    Lease lease = new Lease("shop", FINGERPRINT, "a");
    issues.lease("shop", FINGERPRINT, "a");
    issues.tryAgain(lease, "the push was rejected", 1, 1);
    clock.advance(Duration.ofMinutes(6));
    assertThat(repairs.claim(repairs.staleIssues().next())).isNotNull();
    clock.advance(Duration.ofMinutes(11));
    assertThat(repairs.staleIssues()).as("a try begins anew").hasNext();
  }

  @Test
  void aSweepReadsOneIssueAfterTheOther() {
    for (int n = 0; n < 5; n++) {
      Issue issue = Issues.seen("shop", Integer.toString(n).repeat(32), clock.instant());
      client.putItem(put -> put.tableName(table).item(issues.newItem(issue)));
    }
    Issue dead = store();
    issues.lease("shop", FINGERPRINT, "dead");
    clock.advance(Duration.ofMinutes(2));
    List<String> asked = new ArrayList<>();
    DynamoDbClient watched =
        (DynamoDbClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> {
                  asked.add(method.getName());
                  return method.invoke(client, arguments);
                });
    QueueRepairs repairs =
        new QueueRepairs(
            new IssueTable(watched, table, clock),
            brakes,
            1,
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            List.of("shop"),
            clock);

    Iterator<Issue> stale = repairs.staleIssues();

    assertThat(stale.next().fingerprint())
        .as("what a killed worker has left")
        .isEqualTo(dead.fingerprint());
    stale.next();
    assertThat(asked.stream().filter("getItem"::equals)).hasSize(2);
    assertThat(stale).toIterable().hasSize(4);
  }

  @Test
  void aMessageOfTheQueueIsCheckedLikeAnyInput() {
    assertThatThrownBy(() -> new RepairJob("shop", "../../x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RepairJob("", FINGERPRINT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RepairJob(null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatTheOtherSideAsksToWaitCountsWhenItIsLonger() {
    List<Integer> waits = new ArrayList<>();
    SqsClient sqs =
        (SqsClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SqsClient.class},
                (proxy, method, arguments) -> {
                  @SuppressWarnings("unchecked")
                  var change = (Consumer<ChangeMessageVisibilityRequest.Builder>) arguments[0];
                  waits.add(
                      ChangeMessageVisibilityRequest.builder()
                          .applyMutation(change)
                          .build()
                          .visibilityTimeout());
                  return null;
                });
    DelayRetry delay = new DelayRetry(sqs, "q", Duration.ofSeconds(30));

    delay.delay("r", null, null, new TryLaterException("busy", Duration.ofSeconds(90), null) {});
    delay.delay("r", null, null, new TryLaterException("busy", Duration.ofSeconds(5), null) {});
    delay.delay("r", null, null, new TryLaterException("busy", null, null) {});
    delay.delay("r", null, null, new TryLaterException("busy", Duration.ofDays(9), null) {});
    delay.delay("r", null, null, new IllegalStateException());

    assertThat(waits).containsExactly(90, 30, 30, 39_600, 30);
  }

  @Test
  void aFailedMessageComesBackAfterTheDelay(EmbeddedAws aws) {
    SqsClient sqs = aws.sqs();
    String name = aws.newQueue(3);
    String queue = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
    sqs.sendMessage(send -> send.queueUrl(queue).messageBody("x"));
    String receipt =
        sqs.receiveMessage(
                receive -> receive.queueUrl(queue).visibilityTimeout(600).waitTimeSeconds(5))
            .messages()
            .get(0)
            .receiptHandle();

    new DelayRetry(sqs, queue, Duration.ofSeconds(1)).delay(receipt, null, null, null);

    assertThat(
            sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(10)).messages())
        .hasSize(1);
    // A message that is gone meanwhile is no reason to fail
    new DelayRetry(sqs, queue, Duration.ofSeconds(1)).delay("no such receipt", null, null, null);
    new DelayRetry(sqs, queue, Duration.ofSeconds(1)).delay(null, null, null, null);
  }

  @Test
  void theMessageOfAnOutageIsReplacedSoThatItsDeliveriesDoNotCount(EmbeddedAws aws) {
    SqsClient sqs = aws.sqs();
    String name = aws.newQueue(1);
    String queue = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
    sqs.sendMessage(send -> send.queueUrl(queue).messageBody("x"));
    for (int i = 0; i < 3; i++) {
      Message message =
          sqs.receiveMessage(
                  receive ->
                      receive
                          .queueUrl(queue)
                          .visibilityTimeout(600)
                          .waitTimeSeconds(10)
                          .messageSystemAttributeNames(
                              MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
              .messages()
              .get(0);
      assertThat(message.body()).isEqualTo("x");
      assertThat(message.attributesAsStrings()).containsEntry("ApproximateReceiveCount", "1");

      new DelayRetry(sqs, queue, Duration.ofSeconds(30))
          .delay(message.receiptHandle(), message.body(), Duration.ofSeconds(1), null);
    }
  }

  @Test
  void aFailureThatAsksForMoreTimeGetsIt() {
    List<ChangeMessageVisibilityRequest> changes = new ArrayList<>();
    SqsClient sqs =
        (SqsClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SqsClient.class},
                (proxy, method, arguments) -> {
                  var request = ChangeMessageVisibilityRequest.builder();
                  @SuppressWarnings("unchecked")
                  var change = (Consumer<ChangeMessageVisibilityRequest.Builder>) arguments[0];
                  change.accept(request);
                  changes.add(request.build());
                  return null;
                });
    DelayRetry delay = new DelayRetry(sqs, "queue", Duration.ofSeconds(30));
    delay.delay("r", null, null, new IllegalStateException("a bug"));
    delay.delay("r", null, null, new Limited(null));
    delay.delay("r", null, null, new Limited(Duration.ofSeconds(10)));
    delay.delay("r", null, null, new IllegalStateException(new Limited(Duration.ofMillis(90_500))));
    delay.delay("r", null, null, new Limited(Duration.ofDays(2)));
    assertThat(changes)
        .extracting(ChangeMessageVisibilityRequest::visibilityTimeout)
        .containsExactly(30, 30, 30, 91, 39_600);
  }

  private static final class Limited extends RuntimeException implements RetryAfter {
    private final transient Duration wait;

    Limited(Duration wait) {
      this.wait = wait;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(wait);
    }
  }

  private QueueRepairs repairs(int minOccurrences) {
    return new QueueRepairs(
        issues,
        brakes,
        minOccurrences,
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        List.of("shop"),
        clock);
  }

  private Issue store() {
    Issue issue = Issues.seen("shop", FINGERPRINT, clock.instant());
    client.putItem(put -> put.tableName(table).item(issues.newItem(issue)));
    return issue;
  }

  private IssueStatus status() {
    return issues.find("shop", FINGERPRINT).orElseThrow().status();
  }

  private static Record record(Map<String, AttributeValue> image) {
    return Record.builder().dynamodb(stream -> stream.newImage(image)).build();
  }
}
