package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Issues;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.DecideFollowUp.Action;
import io.selfheal.pullrequest.DecideFollowUp.Again;
import io.selfheal.pullrequest.DecideFollowUp.Confirm;
import io.selfheal.pullrequest.DecideFollowUp.Explain;
import io.selfheal.pullrequest.DecideFollowUp.Merge;
import io.selfheal.pullrequest.DecideFollowUp.Nothing;
import io.selfheal.pullrequest.DecideFollowUp.Read;
import io.selfheal.pullrequest.DecideFollowUp.Reject;
import io.selfheal.pullrequest.DecideFollowUp.TellNumbers;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.pullrequest.PullRequestNews.Checks;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecideFollowUpTest {
  private static final Instant NOW = Instant.parse("2026-01-08T12:00:00Z");
  private static final String URL = "https://github.com/acme/shop/pull/7";

  private final DecideFollowUp decide =
      new DecideFollowUp(
          new FollowUpSettings(
              Duration.ofMinutes(5), 1, Duration.ZERO, Duration.ofHours(24), Duration.ofHours(1)),
          text -> text.replace("hunter2", "***"));

  private static Issue open(int checkRepairs, String handled, long told, Instant toldAt) {
    return Issues.like(
        SamplePrompts.issue(),
        IssueStatus.PULL_REQUEST_OPEN,
        URL,
        new PullRequestHistory(
            "+a",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            checkRepairs,
            handled,
            told,
            toldAt,
            null));
  }

  private static Issue open() {
    return open(0, null, 41, NOW);
  }

  private static Issue merged(Instant at) {
    return Issues.like(
        SamplePrompts.issue(),
        IssueStatus.MERGED,
        URL,
        new PullRequestHistory("+a", at, "c", "h", "+a", null, null, null, 0, null, 41, NOW, null));
  }

  private static PullRequestNews news(State state, Checks checks, Comment... comments) {
    return new PullRequestNews(
        state,
        state == State.MERGED ? NOW.minusSeconds(60) : null,
        "c0ffee",
        "head",
        checks,
        "build: assert 1 == 2, hunter2",
        List.of(comments),
        List.of(new Comment("9", "ben", "ben", "Please no.", NOW)),
        Set.of("ada"));
  }

  private static Comment comment(int id, String who, String text) {
    return new Comment(String.valueOf(id), who, who, text, NOW.plusSeconds(id));
  }

  private Action decide(Issue issue, PullRequestNews news) {
    return decide.decide(issue, news, NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, NONE, Nothing",
    "OPEN, PENDING, Nothing",
    "OPEN, GREEN, Nothing",
    "OPEN, RED, Again",
    "MERGED, RED, Merge",
    "MERGED, NONE, Merge",
    "CLOSED, RED, Reject",
    "CLOSED, NONE, Reject"
  })
  void stateAndChecksDecide(State state, Checks checks, String action) {
    assertThat(decide(open(), news(state, checks)).getClass().getSimpleName()).isEqualTo(action);
  }

  @Test
  void aMergeCountsFromTheForgesTime() {
    assertThat(decide(open(), news(State.MERGED, Checks.NONE)))
        .isEqualTo(new Merge(NOW.minusSeconds(60), "c0ffee", "head"));
  }

  @Test
  void aRejectionKeepsWhatPeopleSaidAndNotOurOwnWords() {
    Comment ours = comment(1, "bot", "<!-- selfheal:" + SamplePrompts.FINGERPRINT + " --> Seen");
    Comment said = comment(2, "ada\n", "Wrong layer.\u202e The password is hunter2");
    var reject = (Reject) decide(open(), news(State.CLOSED, Checks.NONE, ours, said));
    assertThat(reject.review()).isEqualTo("ben: Please no.\nada: Wrong layer. The password is ***");
  }

  @Test
  void failedChecksAreRepairedOnceAndWaitForTheOthers() {
    var again = (Again) decide(open(), news(State.OPEN, Checks.RED));
    assertThat(again.forChecks()).isTrue();
    assertThat(again.reason()).contains("checks failed", "assert 1 == 2, ***");
    assertThat(decide(open(1, null, 41, NOW), news(State.OPEN, Checks.RED)))
        .isInstanceOf(Nothing.class);
  }

  @Test
  void aWriterMayAskForAnotherChange() {
    Comment asked = comment(3, "ada", "/selfheal retry  use a default,\nnot hunter2");
    assertThat(decide(open(), news(State.OPEN, Checks.RED, asked)))
        .isEqualTo(
            new Again(
                "A reviewer of the pull request asks for another change: use a default,\nnot ***",
                asked.cursor(),
                false));
  }

  @Test
  void aHintIsCut() {
    Comment asked = comment(3, "ada", "/selfheal retry " + "x".repeat(50_000));
    var again = (Again) decide(open(), news(State.OPEN, Checks.NONE, asked));
    assertThat(again.reason()).hasSizeLessThan(1_100);
  }

  @Test
  void aWriterMayAskForAnExplanationOrStop() {
    Comment explain = comment(3, "ada", "/selfheal explain");
    assertThat(decide(open(), news(State.OPEN, Checks.NONE, explain)))
        .isEqualTo(new Explain(explain));
    Comment stop = comment(4, "ada", "/selfheal stop it");
    var reject = (Reject) decide(open(), news(State.OPEN, Checks.NONE, stop));
    assertThat(reject.reason()).isEqualTo("stopped by ada");
    assertThat(reject.cursor()).isEqualTo(stop.cursor());
  }

  @Test
  void othersAreNotHeard() {
    Comment stop = comment(3, "mallory", "/selfheal stop");
    assertThat(decide(open(), news(State.OPEN, Checks.NONE, stop)))
        .isEqualTo(new Read(stop.cursor()));
    Comment retry = comment(4, "ada", "/selfheal retry");
    assertThat(decide(open(), news(State.OPEN, Checks.NONE, stop, retry)))
        .isInstanceOf(Again.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/selfheal",
        "/selfheal merge",
        "/selfheal STOP",
        "/selfheal stop;now",
        "/selfheal rm -rf /"
      })
  void unknownWordsDoNothing(String text) {
    assertThat(decide(open(), news(State.OPEN, Checks.NONE, comment(3, "ada", text))))
        .isInstanceOf(Read.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "please /selfheal stop",
        "> /selfheal stop",
        "/selfhealing stop",
        "<!-- selfheal:x -->"
      })
  void onlyACommentThatBeginsWithTheWordSpeaksToUs(String text) {
    assertThat(decide(open(), news(State.OPEN, Checks.NONE, comment(3, "ada", text))))
        .isInstanceOf(Nothing.class);
  }

  @Test
  void aCommentIsHeardOnce() {
    Comment first = comment(9, "ada", "/selfheal explain");
    Comment second = comment(10, "ada", "/selfheal stop");
    Issue issue = open(0, first.cursor(), 41, NOW);
    assertThat(decide(issue, news(State.OPEN, Checks.NONE, first))).isInstanceOf(Nothing.class);
    assertThat(decide(issue, news(State.OPEN, Checks.NONE, first, second)))
        .isInstanceOf(Reject.class);
  }

  @ParameterizedTest
  @CsvSource({
    "41, 7200, false",
    "38, 7200, false",
    "37, 7200, true",
    "37, 60, false",
    "0, 7200, true"
  })
  void numbersAreToldWhenTheyChangedNoticeablyAndNotTooOften(
      long told, long secondsAgo, boolean due) {
    Issue issue = open(0, null, told, NOW.minusSeconds(secondsAgo));
    assertThat(decide(issue, news(State.OPEN, Checks.GREEN)) instanceof TellNumbers).isEqualTo(due);
  }

  @Test
  void theCommentWithTheNumbersIsChanged() {
    Comment ours = comment(5, "bot", "<!-- selfheal:" + SamplePrompts.FINGERPRINT + " -->\n\nSeen");
    assertThat(decide(open(0, null, 1, null), news(State.OPEN, Checks.NONE, ours)))
        .isEqualTo(new TellNumbers("5"));
  }

  @Test
  void aQuietMergeIsConfirmedOnce() {
    PullRequestNews silent = news(State.MERGED, Checks.NONE);
    assertThat(decide(merged(NOW.minus(Duration.ofHours(23))), silent)).isInstanceOf(Nothing.class);
    Issue quiet = merged(NOW.minus(Duration.ofHours(25)));
    assertThat(decide(quiet, silent)).isEqualTo(new Confirm(false));
    Comment told = comment(1, "bot", "<!-- selfheal:" + SamplePrompts.FINGERPRINT + ":quiet --> 0");
    assertThat(decide(quiet, news(State.MERGED, Checks.NONE, told))).isEqualTo(new Confirm(true));
  }

  @Test
  void theClosingCommentSaysWhatItWasBefore() {
    var describe = new DescribeFollowUp(app -> io.selfheal.dedup.ErrorRules.defaults());
    assertThat(describe.confirmation(merged(Instant.parse("2026-01-06T12:00:00Z"))))
        .contains("0 since 2026-01-06T12:00:00Z, was 38 a day");
    assertThat(describe.explanation(open(), "<!-- m -->"))
        .startsWith("<!-- m -->")
        .contains("handlers/create_order.py", "KeyError", "yours");
  }
}
