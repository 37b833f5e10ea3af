package io.selfheal.pullrequest;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.RetryAfter;
import io.selfheal.pullrequest.DecideFollowUp.Action;
import io.selfheal.pullrequest.DecideFollowUp.Again;
import io.selfheal.pullrequest.DecideFollowUp.Confirm;
import io.selfheal.pullrequest.DecideFollowUp.Explain;
import io.selfheal.pullrequest.DecideFollowUp.Merge;
import io.selfheal.pullrequest.DecideFollowUp.Read;
import io.selfheal.pullrequest.DecideFollowUp.Reject;
import io.selfheal.pullrequest.DecideFollowUp.TellNumbers;
import io.selfheal.pullrequest.PullRequestComment.Purpose;
import io.selfheal.settings.Application;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after pull requests, in rounds that one process at a time makes. Each decision is one
 * conditional write; a comment is written before it is noted and carries a mark, so that a process
 * that dies in between writes no second one.
 */
public final class FollowUp {
  /** Exchange property with the {@link FollowedPullRequest}. */
  public static final String FOLLOWED = "followed";

  private static final Logger LOG = LoggerFactory.getLogger(FollowUp.class);
  private static final String TASK = "follow-up";

  /** Longer than what one pull request takes, which is when the turn is kept. */
  private static final Duration TURN = Duration.ofMinutes(10);

  private final IssueTable issues;
  private final Map<String, Application> applications;
  private final FollowUpSettings settings;
  private final DecideFollowUp decide;
  private final DescribeFollowUp describe;
  private final Predicate<String> hasRoute;
  private final Clock clock;
  private final String owner = UUID.randomUUID().toString();
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Instant> began = new AtomicReference<>(Instant.EPOCH);
  private final AtomicReference<Instant> notBefore = new AtomicReference<>(Instant.EPOCH);

  /**
   * @param masked hides secrets in what people and checks wrote
   * @param hasRoute whether there is a route of that id
   */
  public FollowUp(
      IssueTable issues,
      Map<String, Application> applications,
      FollowUpSettings settings,
      DescribeFollowUp describe,
      UnaryOperator<String> masked,
      Predicate<String> hasRoute,
      Clock clock) {
    this.issues = issues;
    this.applications = applications;
    this.settings = settings;
    this.decide = new DecideFollowUp(settings, masked);
    this.describe = describe;
    this.hasRoute = hasRoute;
    this.clock = clock;
  }

  /** The pull requests to look at in this round; none where another process makes it. */
  public List<FollowedPullRequest> due() {
    Instant now = clock.instant();
    if (now.isBefore(notBefore.get()) || !issues.takeTurn(TASK, owner, TURN)) {
      return List.of();
    }
    began.set(now);
    List<FollowedPullRequest> due = new ArrayList<>();
    for (Issue issue : issues.followed()) {
      Application app = applications.get(issue.app());
      boolean wanted = issue.status() != IssueStatus.MERGED || decide.quiet(issue, now);
      if (app != null && wanted && followable(app)) {
        FollowedPullRequest.of(issue, app).ifPresent(due::add);
      }
    }
    return due;
  }

  /** The round is over; the next one is for whoever comes first. */
  public void ended() {
    // A little early, because timers are never exact.
    Duration pause = settings.interval().multipliedBy(9).dividedBy(10);
    issues.endTurn(TASK, owner, began.get().plus(pause));
  }

  /** The same pull request; null where the round is over for this process. */
  public FollowedPullRequest next(@Body FollowedPullRequest followed) {
    boolean go = !clock.instant().isBefore(notBefore.get()) && issues.takeTurn(TASK, owner, TURN);
    return go ? followed : null;
  }

  private boolean followable(Application app) {
    boolean both =
        hasRoute.test("read-pull-request-" + app.scm())
            && hasRoute.test("comment-pull-request-" + app.scm());
    if (!both && told.add(app.scm())) {
      LOG.info(
          "Pull requests at {} are not looked after: there are no routes read-pull-request-{} and comment-pull-request-{}",
          app.scm(),
          app.scm(),
          app.scm());
    }
    return both;
  }

  /**
   * Does what the news ask for.
   *
   * @return a comment to write, or null
   */
  public PullRequestComment act(
      @Body PullRequestNews news, @ExchangeProperty(FOLLOWED) FollowedPullRequest followed) {
    Issue issue = followed.issue();
    Action action = decide.decide(issue, news, clock.instant());
    if (action instanceof Merge merge) {
      merged(issue, merge);
    } else if (action instanceof Reject reject) {
      if (issues.rejected(issue, reject.reason(), reject.review(), reject.cursor())) {
        LOG.info("Issue {} of {} is REJECTED", issue.fingerprint(), issue.app());
      }
    } else if (action instanceof Again again) {
      if (issues.goOn(issue, again.reason(), news.head(), again.cursor(), again.forChecks())) {
        LOG.info(
            "Issue {} of {} is repaired further: {}",
            issue.fingerprint(),
            issue.app(),
            again.forChecks() ? "its pull request's checks failed" : "a reviewer asks for it");
      }
    } else if (action instanceof Read read) {
      issues.commentHandled(issue, read.cursor());
    } else if (action instanceof Explain explain) {
      String mark = DecideFollowUp.answerMark(issue, explain.comment());
      String cursor = explain.comment().cursor();
      if (DecideFollowUp.marked(news, mark).isEmpty()) {
        return new PullRequestComment(
            followed, null, describe.explanation(issue, mark), Purpose.ANSWER, cursor);
      }
      issues.commentHandled(issue, cursor);
    } else if (action instanceof TellNumbers tell) {
      return new PullRequestComment(
          followed, tell.existing(), describe.numbers(issue), Purpose.NUMBERS, null);
    } else if (action instanceof Confirm confirm) {
      if (!confirm.told()) {
        return new PullRequestComment(
            followed, null, describe.confirmation(issue), Purpose.CONFIRMATION, null);
      }
      issues.confirmed(issue);
    }
    return null;
  }

  private void merged(Issue issue, Merge merge) {
    Optional<Issue> merged = issues.merged(issue, merge.at(), merge.commit(), merge.head());
    if (merged.isEmpty()) {
      return;
    }
    LOG.info("Issue {} of {} is MERGED", issue.fingerprint(), issue.app());
    // It may have been seen between the merge and this round.
    if (issues.regressed(
        issue.app(), issue.fingerprint(), merged.get().lastSeen(), settings.deployGrace())) {
      LOG.info("Issue {} of {} was seen again after its merge", issue.fingerprint(), issue.app());
    }
  }

  /** The comment was written. */
  public void commented(@Body PullRequestComment comment) {
    Issue issue = comment.followed().issue();
    switch (comment.purpose()) {
      case ANSWER -> issues.commentHandled(issue, comment.cursor());
      case NUMBERS -> issues.occurrencesTold(issue, issue.occurrences());
      case CONFIRMATION -> issues.confirmed(issue);
    }
  }

  /** It could not be looked at; the next round does. */
  public void postponed(
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
      @ExchangeProperty(FOLLOWED) FollowedPullRequest followed) {
    RetryAfter.of(failure).ifPresent(wait -> notBefore.set(clock.instant().plus(wait)));
    String url = followed == null ? "a pull request" : followed.issue().pullRequestUrl();
    if (told.add(url + failure.getMessage())) {
      LOG.warn("{} could not be looked after: {}", url, failure.getMessage());
    }
    LOG.debug("Not looked after: {}", url, failure);
  }
}
