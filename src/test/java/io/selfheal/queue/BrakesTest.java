package io.selfheal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.util.Lists;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@ExtendWith(EmbeddedAws.class)
class BrakesTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final MutableClock clock = new MutableClock();
  private DynamoDbClient client;
  private String table;
  private IssueTable issues;
  private BrakeCounts counts;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    client = aws.dynamoDb();
    table = aws.newTable();
    issues = new IssueTable(client, table, clock);
    counts = new BrakeCounts(client, table, clock);
  }

  @Test
  void repairsOfADayAreCountedOverAllProcesses() throws Exception {
    ExecutorService processes = Executors.newFixedThreadPool(4);
    List<Callable<Boolean>> takes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      BrakeCounts own = new BrakeCounts(client, table, clock);
      takes.add(() -> own.takeRepair("shop", 7));
    }
    int taken = 0;
    for (Future<Boolean> take : processes.invokeAll(takes)) {
      taken += take.get() ? 1 : 0;
    }
    processes.shutdown();

    assertThat(taken).isEqualTo(7);
    assertThat(counts.repairs("shop")).isEqualTo(7);
    assertThat(counts.repairs("billing")).isZero();
  }

  @Test
  void countsAreNoIssues() {
    counts.takeRepair("shop", 7);
    counts.addTokens("shop", 5);
    counts.addNewError("shop", WINDOW);

    assertThat(issues.all()).isEmpty();
    assertThat(issues.stale(Duration.ZERO, Duration.ZERO)).isEmpty();
    assertThat(issues.heldBack("shop", 9)).isEmpty();
  }

  @Test
  void theDayOfUtcEndsTheCount() {
    assertThat(counts.takeRepair("shop", 1)).isTrue();
    assertThat(counts.takeRepair("shop", 1)).isFalse();
    clock.advance(Duration.ofDays(1));
    assertThat(counts.takeRepair("shop", 1)).isTrue();
  }

  @Test
  void aFurtherTryIsTheSameRepair() {
    Brakes brakes = brakes(10, 1, 1_000, 0);
    store("1", 1);
    assertThat(brakes.beforeRepair(leased("1"))).isEmpty();
    issues.tryAgain(new Lease("shop", fingerprint("1"), "me"), "no", 0, 0);

    assertThat(brakes.beforeRepair(leased("1"))).isEmpty();
    assertThat(counts.repairs("shop")).isEqualTo(1);
  }

  @Test
  void tokensOfADayHoldTheNextTryBack() {
    Brakes brakes = brakes(10, 50, 1_000, 0);
    store("1", 1);
    counts.addTokens("shop", 999);
    assertThat(brakes.beforeRepair(leased("1"))).isEmpty();
    counts.addTokens("shop", 1);
    store("2", 1);

    assertThat(brakes.beforeRepair(leased("2")).orElseThrow().reason())
        .contains("1000 tokens")
        .contains("selfheal.heal.max-tokens-per-day is 1000");
  }

  @Test
  void ofTwoInWorkAtOnceOnlyOneMayOpenTheLastPullRequest() {
    Brakes brakes = brakes(1, 50, 1_000, 0);
    store("1", 1);
    store("2", 1);
    Issue first = leased("1");
    Issue second = leased("2");

    assertThat(brakes.beforeRepair(first)).isEmpty();
    assertThat(brakes.beforeRepair(second).orElseThrow().name()).isEqualTo("open-pull-requests");
  }

  @Test
  void whatABrakeHoldsBackGoesOnByItselfMostFrequentFirst() {
    Brakes brakes = brakes(1, 50, 1_000, 0);
    QueueRepairs repairs = repairs(brakes);
    store("1", 1);
    open("1");
    for (String n : List.of("2", "3", "4")) {
      store(n, n.equals("3") ? 9 : 2);
      hold(n, brakes);
    }
    clock.advance(Duration.ofHours(1));
    assertThat(repairs.staleIssues()).isExhausted();

    issues.retry("shop", fingerprint("1"), Optional.empty());
    issues.lease("shop", fingerprint("1"), "me");
    issues.finish(new Lease("shop", fingerprint("1"), "me"), IssueStatus.REPORTED, null, "r", 0, 0);

    assertThat(repairs.staleIssues()).as("looked at again every five minutes").isExhausted();
    clock.advance(Duration.ofMinutes(5));
    List<Issue> released = Lists.newArrayList(repairs.staleIssues());
    assertThat(released).extracting(Issue::fingerprint).containsExactly(fingerprint("3"));
    assertThat(repairs.claim(released.get(0))).isNotNull();
    // It is under way, so there is no room for the others.
    assertThat(repairs.staleIssues()).isExhausted();
    Issue going = issues.lease("shop", fingerprint("3"), "me").orElseThrow();
    assertThat(going.attempts()).isEqualTo(1);
    assertThat(going.reason()).isNull();
    assertThat(brakes.beforeRepair(going)).isEmpty();
  }

  @Test
  void whatSomebodySaidOutlivesABrake() {
    Brakes brakes = brakes(1, 50, 1_000, 0);
    store("1", 1);
    open("1");
    store("2", 1);
    issues.retry("shop", fingerprint("2"), Optional.of("look at the cache"));
    hold("2", brakes);
    hold("2", brakes);
    assertThat(find("2").reason()).contains("selfheal.heal.max-open-pull-requests");

    assertThat(issues.queue(find("2"))).isTrue();

    assertThat(find("2").reason()).contains("look at the cache");
  }

  @Test
  void aStormIsCountedOnlyAndItsMostFrequentErrorsAreRepaired() {
    Brakes brakes = brakes(100, 50, 1_000, 3);
    QueueRepairs repairs = repairs(brakes);
    int sent = 0;
    for (int i = 1; i <= 9; i++) {
      String n = String.valueOf(i);
      store(n, i);
      sent += repairs.claim(find(n)) == null ? 0 : 1;
    }

    assertThat(sent).isEqualTo(3);
    assertThat(find("4").status()).isEqualTo(IssueStatus.SUPPRESSED);
    assertThat(find("9").status()).isEqualTo(IssueStatus.SUPPRESSED);
    assertThat(find("9").reason())
        .contains("selfheal.heal.storm-errors")
        .contains("More than 3 new errors of shop came within 5m");

    // Those that were sent before the storm was seen wait, too.
    assertThat(hold("1", brakes)).isEqualTo("storm");

    List<Issue> released = Lists.newArrayList(repairs.staleIssues());
    assertThat(released)
        .extracting(Issue::fingerprint)
        .containsExactly(fingerprint("9"), fingerprint("8"));
    released.forEach(issue -> assertThat(repairs.claim(issue)).isNotNull());
    assertThat(brakes.beforeRepair(leased("9"))).isEmpty();
    assertThat(repairs.staleIssues()).isExhausted();

    // The storm is over two windows after its last error.
    clock.advance(WINDOW.multipliedBy(2));
    assertThat(repairs.staleIssues())
        .toIterable()
        .filteredOn(issue -> issue.status() == IssueStatus.SUPPRESSED)
        .extracting(Issue::fingerprint)
        .startsWith(fingerprint("7"), fingerprint("6"))
        .contains(fingerprint("1"));
  }

  @Test
  void whatAPersonSendsAgainIsNoPartOfAStorm() {
    Brakes brakes = brakes(100, 50, 1_000, 1);
    QueueRepairs repairs = repairs(brakes);
    for (String n : List.of("1", "2", "3")) {
      store(n, 1);
      repairs.claim(find(n));
    }
    assertThat(find("3").status()).isEqualTo(IssueStatus.SUPPRESSED);

    issues.retry("shop", fingerprint("3"), Optional.empty());

    assertThat(repairs.claim(find("3"))).isNotNull();
    assertThat(brakes.beforeRepair(leased("3"))).isEmpty();
  }

  @Test
  void oneApplicationsStormIsNotAnothers() {
    Brakes brakes = brakes(100, 50, 1_000, 1);
    counts.addNewError("shop", WINDOW);
    counts.addNewError("shop", WINDOW);

    assertThat(brakes.storming("shop")).isTrue();
    assertThat(brakes.storming("billing")).isFalse();
    assertThat(brakes(100, 50, 1_000, 0).storming("shop")).isFalse();
  }

  private Brakes brakes(int open, int repairs, long tokens, int stormErrors) {
    return new Brakes(
        issues, counts, new BrakeLimits(open, repairs, tokens, stormErrors, WINDOW, 2));
  }

  private QueueRepairs repairs(Brakes brakes) {
    return new QueueRepairs(
        issues,
        brakes,
        1,
        Duration.ofDays(9),
        Duration.ofDays(9),
        List.of("shop", "billing"),
        clock);
  }

  private String hold(String n, Brakes brakes) {
    Issue leased = leased(n);
    Brakes.Held held = brakes.beforeRepair(leased).orElseThrow();
    issues.holdBack(new Lease("shop", leased.fingerprint(), "me"), held.name(), held.reason());
    return held.name();
  }

  private Issue leased(String n) {
    Issue seen = find(n);
    if (seen.status() == IssueStatus.SUPPRESSED) {
      issues.queue(seen);
    }
    return issues.lease("shop", fingerprint(n), "me").orElseThrow();
  }

  private void open(String n) {
    leased(n);
    issues.pullRequestOpened(
        new Lease("shop", fingerprint(n), "me"),
        IssueStatus.PULL_REQUEST_OPEN,
        "t",
        "b",
        "u",
        0,
        0);
  }

  private void store(String n, int occurrences) {
    Issue issue = Issues.seen("shop", fingerprint(n), clock.instant());
    client.putItem(put -> put.tableName(table).item(issues.newItem(issue)));
    issues.addOccurrences("shop", fingerprint(n), occurrences - 1, clock.instant());
  }

  private Issue find(String n) {
    return issues.find("shop", fingerprint(n)).orElseThrow();
  }

  private static String fingerprint(String n) {
    return n.repeat(32);
  }
}
