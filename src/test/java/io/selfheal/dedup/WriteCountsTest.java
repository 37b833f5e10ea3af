package io.selfheal.dedup;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.selfheal.issue.CountJournals;
import io.selfheal.issue.FailingTable;
import io.selfheal.issue.FailingTable.Fate;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@ExtendWith(EmbeddedAws.class)
class WriteCountsTest {
  private static final Instant SEEN = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(2);

  private final MutableClock clock = new MutableClock();
  private final List<WriteCounts> processes = new ArrayList<>();
  private DynamoDbClient client;
  private FailingTable failing;
  private String table;
  private IssueTable issues;
  private Occurrences occurrences;
  private WriteCounts counts;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    client = aws.dynamoDb();
    failing = new FailingTable(client);
    table = aws.newTable();
    issues = new IssueTable(client, table, clock);
    occurrences = new Occurrences();
    counts = process(occurrences);
    store(FINGERPRINT);
  }

  @AfterEach
  void stop() {
    failing.next();
    processes.forEach(WriteCounts::close);
  }

  @Test
  void aDeliveryOfRepeatsIsAnsweredOnceTheyAreInTheTable() throws Exception {
    see(3);

    Object body = counts.covered("body").toCompletableFuture().get(30, TimeUnit.SECONDS);

    assertThat(body).isEqualTo("body");
    assertThat(occurrencesInTable()).isEqualTo(1);
    takenOverByAnother();
    assertThat(occurrencesInTable()).isEqualTo(4);
  }

  @Test
  void aDeliveryWithoutRepeatsDoesNotWait() {
    occurrences.add(error("new"));

    assertThat(counts.covered("body").toCompletableFuture()).isCompletedWithValue("body");
  }

  @Test
  void whileTheTableCannotBeWrittenDeliveriesWait() {
    see(1);
    failing.next(Fate.NOT_DONE, Fate.NOT_DONE);

    var answer = counts.covered("body").toCompletableFuture();

    await().atMost(Duration.ofSeconds(30)).until(answer::isDone);
    assertThat(answer).isCompletedWithValue("body");
    takenOverByAnother();
    assertThat(occurrencesInTable()).isEqualTo(2);
  }

  @Test
  void countsThatMovedToTheirIssueAreNotAddedAgain() {
    see(3);
    counts.journal();
    counts.writeDue();
    assertThat(occurrencesInTable()).isEqualTo(4);

    takenOverByAnother();

    assertThat(occurrencesInTable()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(Fate.class)
  void aCountIsAddedOnceWhateverBecomesOfItsWrite(Fate fate) {
    see(3);
    counts.journal();
    see(2);
    failing.next(fate);
    counts.writeDue();
    see(1);

    counts.writeAll();

    assertThat(occurrencesInTable()).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource(Fate.class)
  void aJournalIsRightWhateverBecameOfTheWriteBefore(Fate fate) {
    see(3);
    failing.next(fate);
    if (fate != Fate.DONE) {
      assertThatThrownBy(counts::journal).isInstanceOf(RuntimeException.class);
    }
    see(1);
    counts.journal();

    takenOverByAnother();

    assertThat(occurrencesInTable()).isEqualTo(5);
  }

  @Test
  void aProcessThatOnlySleptCountsOnWithoutWhatOthersHaveAdded() {
    see(3);
    counts.journal();
    see(2);
    takenOverByAnother();
    assertThat(occurrencesInTable()).isEqualTo(4);

    counts.journal();
    counts.writeAll();

    assertThat(occurrencesInTable()).isEqualTo(6);
  }

  @Test
  void whatWritesIsNotTakenOver() {
    see(3);
    counts.journal();
    clock.advance(Duration.ofSeconds(30));

    process(new Occurrences()).takeOver();

    assertThat(occurrencesInTable()).isEqualTo(1);
  }

  @Test
  void aLongJournalIsTakenOverByTwoAtOnceAndAddedOnce() throws Exception {
    List<String> many = IntStream.range(0, 250).mapToObj("%032x"::formatted).toList();
    many.forEach(
        fingerprint -> {
          store(fingerprint);
          see(fingerprint, 2);
        });
    counts.journal();
    clock.advance(LONG);

    List<Thread> two =
        IntStream.range(0, 2)
            .mapToObj(i -> process(new Occurrences()))
            .map(process -> new Thread(process::takeOver))
            .toList();
    two.forEach(Thread::start);
    for (Thread one : two) {
      one.join();
    }
    process(new Occurrences()).takeOver();

    assertThat(many).allSatisfy(each -> assertThat(occurrencesInTable(each)).isEqualTo(3));
    assertThat(journals()).isEmpty();
  }

  @Test
  void anIssueThatIsGoneIsNewAgainAndHoldsNoOtherUp() {
    store("b");
    see(1);
    see("b", 1);
    client.deleteItem(delete -> delete.tableName(table).key(issues.keyOf("shop", FINGERPRINT)));

    counts.writeAll();

    assertThat(occurrences.known("shop", FINGERPRINT)).isFalse();
    assertThat(occurrencesInTable("b")).isEqualTo(2);
  }

  @Test
  void aMergedIssueIsOpenAgainOnceItsErrorIsNewerThanTheDeploy() {
    Lease lease = new Lease("shop", FINGERPRINT, "worker");
    issues.lease("shop", FINGERPRINT, lease.owner());
    issues.pullRequestOpened(lease, IssueStatus.PULL_REQUEST_OPEN, "t", "branch", "url", 0, 0);
    issues.merged(issue(), SEEN, "abc", "def");

    see(SEEN.plusSeconds(599));
    counts.writeAll();
    assertThat(issue().status()).isEqualTo(IssueStatus.MERGED);
    assertThat(issue().occurrences()).isEqualTo(2);
    see(SEEN.plusSeconds(601));
    counts.writeAll();

    assertThat(issue().status()).isEqualTo(IssueStatus.NEW);
    assertThat(issue().reason()).contains("seen again after its pull request was merged");
    assertThat(issue().occurrences()).isEqualTo(3);
  }

  @Test
  void aStopLeavesNoCounts() {
    see(3);
    counts.journal();

    counts.close();
    processes.clear();

    assertThat(occurrencesInTable()).isEqualTo(4);
    assertThat(journals()).isEmpty();
  }

  /** Requests fail, answers get lost, processes are killed: what was acknowledged is counted. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whateverHappensEachAcknowledgedOccurrenceIsCountedOnce(long seed) {
    Random random = new Random(seed);
    long counted = 1;
    long acknowledged = 1;
    for (int i = 0; i < 40; i++) {
      int some = 1 + random.nextInt(5);
      see(some);
      counted += some;
      Fate[] fates = Fate.values();
      failing.next(fates[random.nextInt(3)], fates[random.nextInt(3)]);
      if (random.nextInt(3) == 0) {
        counts.writeDue();
      }
      try {
        counts.journal();
        acknowledged = counted;
      } catch (RuntimeException e) {
        // not acknowledged
      }
      failing.next();
      if (random.nextInt(10) == 0) {
        counted = killed(acknowledged, counted);
        acknowledged = counted;
      }
    }
    counts.writeAll();

    assertThat(occurrencesInTable()).isEqualTo(counted);
  }

  /** Returns how many are counted now. */
  private long killed(long acknowledged, long counted) {
    processes.remove(counts);
    takenOverByAnother();
    occurrences = new Occurrences();
    occurrences.markKnown("shop", FINGERPRINT);
    counts = process(occurrences);
    assertThat(occurrencesInTable()).isBetween(acknowledged, counted);
    return occurrencesInTable();
  }

  private void takenOverByAnother() {
    clock.advance(LONG);
    process(new Occurrences()).takeOver();
  }

  private List<CountJournals.Journal> journals() {
    return new CountJournals(client, table, issues, clock).abandoned(Duration.ofDays(-1));
  }

  private WriteCounts process(Occurrences seen) {
    WriteCounts process =
        new WriteCounts(
            seen,
            new CountJournals(failing.client(), table, issues, clock),
            issues,
            Duration.ofSeconds(10),
            Duration.ofMinutes(10));
    processes.add(process);
    return process;
  }

  private void store(String fingerprint) {
    client.putItem(
        put -> put.tableName(table).item(issues.newItem(Issues.seen("shop", fingerprint, SEEN))));
    occurrences.markKnown("shop", fingerprint);
  }

  private void see(int times) {
    see(FINGERPRINT, times);
  }

  private void see(String fingerprint, int times) {
    for (int i = 0; i < times; i++) {
      occurrences.addTo(occurrences.find("shop", fingerprint), SEEN);
    }
  }

  private void see(Instant at) {
    occurrences.addTo(occurrences.find("shop", FINGERPRINT), at);
  }

  private static ErrorEvent error(String fingerprint) {
    return OccurrencesTest.event(fingerprint, SEEN);
  }

  private Issue issue() {
    return issues.find("shop", FINGERPRINT).orElseThrow();
  }

  private long occurrencesInTable() {
    return issue().occurrences();
  }

  private long occurrencesInTable(String fingerprint) {
    return issues.find("shop", fingerprint).orElseThrow().occurrences();
  }
}
