package io.selfheal.pullrequest;

import static io.selfheal.issue.Issues.FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.dedup.ErrorRules;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.Lease;
import io.selfheal.issue.MutableClock;
import io.selfheal.issue.Spent;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.pullrequest.PullRequestNews.Checks;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@ExtendWith(EmbeddedAws.class)
class FollowUpTest {
  private static final String URL = "https://github.com/acme/shop/pull/7";

  private final MutableClock clock = new MutableClock();
  private final Set<String> routes = new java.util.HashSet<>();
  private DynamoDbClient client;
  private String table;
  private IssueTable issues;
  private FollowUp followUp;

  @BeforeEach
  void openPullRequest(EmbeddedAws aws) {
    client = aws.dynamoDb();
    table = aws.newTable();
    issues = new IssueTable(client, table, clock);
    followUp = followUp();
    routes.addAll(List.of("read-pull-request-local", "comment-pull-request-local"));
    client.putItem(
        put ->
            put.tableName(table)
                .item(issues.newItem(Issues.seen("shop", FINGERPRINT, clock.instant()))));
    repaired(issue -> "+first");
  }

  private FollowUp followUp() {
    return new FollowUp(
        issues,
        Map.of("shop", SamplePrompts.app()),
        new FollowUpSettings(
            Duration.ofMinutes(5),
            1,
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            Duration.ofHours(1)),
        new DescribeFollowUp(app -> ErrorRules.defaults()),
        text -> text,
        routes::contains,
        clock);
  }

  private void repaired(java.util.function.Function<Issue, String> diff) {
    Lease lease = new Lease("shop", FINGERPRINT, "w");
    Issue claimed = issues.lease("shop", FINGERPRINT, "w").orElseThrow();
    issues.pullRequestOpened(
        lease,
        IssueStatus.PULL_REQUEST_OPEN,
        "Fix",
        "selfheal/0123456789ab",
        URL,
        new Spent(1, 1, null),
        claimed,
        diff.apply(claimed));
  }

  private Issue issue() {
    return issues.find("shop", FINGERPRINT).orElseThrow();
  }

  private FollowedPullRequest followed() {
    return FollowedPullRequest.of(issue(), SamplePrompts.app()).orElseThrow();
  }

  private PullRequestNews news(State state, Checks checks, Comment... comments) {
    return new PullRequestNews(
        state,
        state == State.MERGED ? clock.instant() : null,
        "c0ffee",
        "head",
        checks,
        "red",
        List.of(comments),
        List.of(),
        Set.of("ada"));
  }

  @Test
  void numbersAreReadFromAddressesOfEveryForge() {
    for (String url :
        List.of(
            "https://github.com/acme/shop/pull/7",
            "https://gitlab.com/a/b/2024/shop/-/merge_requests/7",
            "https://gitea.example.com/acme/shop/pulls/7",
            "https://bitbucket.org/acme/shop/pull-requests/7",
            "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/shop/pull-requests/7/details?region=eu-west-1",
            "file:///home/me/.selfheal/forge/shop/pull-requests/7.md")) {
      Issue issue = Issues.like(issue(), IssueStatus.PULL_REQUEST_OPEN, url, issue().history());
      assertThat(FollowedPullRequest.of(issue, SamplePrompts.app()))
          .as(url)
          .hasValueSatisfying(one -> assertThat(one.number()).isEqualTo(7));
    }
  }

  @Test
  void oneProcessAtATimeMakesARound() {
    FollowUp other = followUp();
    assertThat(followUp.due()).hasSize(1);
    assertThat(other.due()).isEmpty();
    assertThat(followUp.next(followed())).isNotNull();

    followUp.ended();
    assertThat(other.due()).isEmpty();
    clock.advance(Duration.ofMinutes(5));
    assertThat(other.due()).hasSize(1);
    assertThat(followUp.next(followed())).isNull();

    // It died.
    clock.advance(Duration.ofMinutes(11));
    assertThat(followUp.due()).hasSize(1);
    assertThat(issues.all()).hasSize(1);
  }

  @Test
  void anScmWithoutTheRoutesIsLeftAlone() {
    routes.remove("comment-pull-request-local");
    assertThat(followUp.due()).isEmpty();
  }

  @Test
  void aMergeIsWrittenDown() {
    assertThat(followUp.act(news(State.MERGED, Checks.NONE), followed())).isNull();
    Issue merged = issue();
    assertThat(merged.status()).isEqualTo(IssueStatus.MERGED);
    assertThat(merged.history().mergedAt()).isEqualTo(clock.instant());
    assertThat(merged.history().mergeCommit()).isEqualTo("c0ffee");
    assertThat(merged.history().mergedDiff()).isEqualTo("+first");
    assertThat(followUp.due()).isEmpty();
  }

  @Test
  void whatWasSeenBetweenMergeAndRoundIsARegression() {
    issues.addOccurrences("shop", FINGERPRINT, 1, clock.instant().plusSeconds(601));
    followUp.act(news(State.MERGED, Checks.NONE), followed());
    assertThat(issue().status()).isEqualTo(IssueStatus.NEW);
    assertThat(issue().history().mergedDiff()).isEqualTo("+first");
  }

  @Test
  void aRejectionKeepsDiffAndReview() {
    Comment said = new Comment("1", "ada", "ada", "Wrong layer", clock.instant());
    followUp.act(news(State.CLOSED, Checks.NONE, said), followed());
    assertThat(issue().status()).isEqualTo(IssueStatus.REJECTED);
    assertThat(issue().history().rejectedDiff()).isEqualTo("+first");
    assertThat(issue().history().review()).isEqualTo("ada: Wrong layer");
    issues.retry("shop", FINGERPRINT, java.util.Optional.empty());
    assertThat(issue().history().review()).isEqualTo("ada: Wrong layer");
  }

  @Test
  void failedChecksSendItAgainOnceForThePullRequest() {
    FollowedPullRequest seen = followed();
    followUp.act(news(State.OPEN, Checks.RED), seen);
    // The same round by a process that thought it had the turn.
    followUp.act(news(State.OPEN, Checks.RED), seen);
    assertThat(issue().status()).isEqualTo(IssueStatus.NEW);
    assertThat(issue().history().goOnFrom()).isEqualTo("head");
    assertThat(issue().history().checkRepairs()).isEqualTo(1);

    repaired(claimed -> "+second");
    assertThat(issue().history().diff()).isEqualTo("+first\n+second");
    assertThat(issue().history().goOnFrom()).isNull();
    followUp.act(news(State.OPEN, Checks.RED), followed());
    assertThat(issue().status()).isEqualTo(IssueStatus.PULL_REQUEST_OPEN);
  }

  @Test
  void aTryThatCannotAddLeavesThePullRequestOpen() {
    followUp.act(news(State.OPEN, Checks.RED), followed());
    issues.lease("shop", FINGERPRINT, "w");
    issues.finish(new Lease("shop", FINGERPRINT, "w"), IssueStatus.FAILED, null, "no idea", 1, 1);
    assertThat(issue().status()).isEqualTo(IssueStatus.PULL_REQUEST_OPEN);
    assertThat(issue().reason()).isEqualTo("no idea");
    assertThat(issue().history().goOnFrom()).isNull();
  }

  @Test
  void anAnswerIsWrittenOnceEvenIfItsProcessDied() {
    Comment asked = new Comment("1", "ada", "ada", "/selfheal explain", clock.instant());
    PullRequestComment answer = followUp.act(news(State.OPEN, Checks.NONE, asked), followed());
    assertThat(answer.existing()).isNull();

    // It was written and never noted.
    Comment written = new Comment("2", "bot", "bot", answer.text(), clock.instant());
    assertThat(followUp.act(news(State.OPEN, Checks.NONE, asked, written), followed())).isNull();
    assertThat(issue().history().handledComment()).isEqualTo(asked.cursor());
    assertThat(followUp.act(news(State.OPEN, Checks.NONE, asked), followed())).isNull();
  }

  @Test
  void numbersStandInOneComment() {
    issues.addOccurrences("shop", FINGERPRINT, 40, clock.instant());
    assertThat(followUp.act(news(State.OPEN, Checks.NONE), followed())).isNull();
    clock.advance(Duration.ofHours(2));
    List<PullRequestComment> written = new ArrayList<>();
    written.add(followUp.act(news(State.OPEN, Checks.NONE), followed()));
    assertThat(written.get(0).text()).contains("Seen 41 times");
    followUp.commented(written.get(0));
    Comment there = new Comment("5", "bot", "bot", written.get(0).text(), clock.instant());
    assertThat(followUp.act(news(State.OPEN, Checks.NONE, there), followed())).isNull();

    issues.addOccurrences("shop", FINGERPRINT, 10, clock.instant());
    clock.advance(Duration.ofHours(2));
    assertThat(followUp.act(news(State.OPEN, Checks.NONE, there), followed()).existing())
        .isEqualTo("5");
  }

  @Test
  void aQuietMergeIsConfirmedAndLeftAlone() {
    followUp.act(news(State.MERGED, Checks.NONE), followed());
    clock.advance(Duration.ofHours(25));
    assertThat(followUp.due()).hasSize(1);
    PullRequestComment closing = followUp.act(news(State.MERGED, Checks.NONE), followed());
    assertThat(closing.text()).contains("0 since 2026-03-01T10:00:00Z");
    followUp.commented(closing);
    assertThat(followUp.due()).isEmpty();
    assertThat(issue().history().confirmedAt()).isEqualTo(clock.instant());
    Instant later = clock.instant();
    assertThat(issues.regressed("shop", FINGERPRINT, later, Duration.ZERO)).isTrue();
  }

  @Test
  void aForgeThatAsksForPatienceIsLeftAloneUntilThen() {
    var exchange = new ScmUnavailableException("no room", Duration.ofMinutes(30), null);
    followUp.postponed(exchange, followed());
    assertThat(followUp.due()).isEmpty();
    clock.advance(Duration.ofMinutes(31));
    assertThat(followUp.due()).hasSize(1);
  }
}
