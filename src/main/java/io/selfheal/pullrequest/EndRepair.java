package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Lease;
import io.selfheal.issue.RetryAfter;
import io.selfheal.issue.Spent;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ModelException;
import io.selfheal.model.ProposalException;
import io.selfheal.model.TokenLimitException;
import io.selfheal.prompt.ClaimIssue;
import io.selfheal.prompt.HealSettings;
import io.selfheal.prompt.RepairFailedException;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.queue.DelayRetry;
import io.selfheal.settings.ConfigurationException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Writes down how a try ended. A try whose lease was lost is not written: somebody else has the
 * issue by then.
 */
public final class EndRepair {
  private static final Logger LOG = LoggerFactory.getLogger(EndRepair.class);

  private final IssueTable issues;
  private final BrakeCounts counts;
  private final HealSettings settings;
  private final UnaryOperator<String> masked;

  /**
   * @param masked hides secrets in reasons
   */
  public EndRepair(
      IssueTable issues, BrakeCounts counts, HealSettings settings, UnaryOperator<String> masked) {
    this.issues = issues;
    this.counts = counts;
    this.settings = settings;
    this.masked = masked;
  }

  /** The pull request is there; it may be one that people have merged or closed meanwhile. */
  public void opened(@Body PullRequest opened, @ExchangeProperty(ClaimIssue.LEASE) Lease lease) {
    FixProposal proposal = opened.branch().proposal();
    IssueStatus status =
        switch (opened.state()) {
          case OPEN -> IssueStatus.PULL_REQUEST_OPEN;
          case MERGED -> IssueStatus.MERGED;
          case CLOSED -> IssueStatus.REJECTED;
        };
    counts.addTokens(lease.app(), proposal.spent().tokens());
    boolean written =
        issues.pullRequestOpened(
            lease,
            status,
            masked.apply(proposal.title()),
            opened.branch().name(),
            opened.url(),
            proposal.spent(),
            proposal.prompt().issue(),
            masked.apply(opened.branch().diff()));
    if (written) {
      LOG.info("Issue {} of {} is {}: {}", lease.fingerprint(), lease.app(), status, opened.url());
    }
  }

  /** The model found the root cause and proposes no change. */
  public void reported(
      @Body FixProposal proposal, @ExchangeProperty(ClaimIssue.LEASE) Lease lease) {
    finish(lease, proposal, proposal.rootCause());
  }

  /** The version that ran is not the present one, which has probably no such error any more. */
  public void probablyFixed(
      @Body RepairPrompt prompt, @ExchangeProperty(ClaimIssue.LEASE) Lease lease) {
    String reason = prompt.deployed().alreadyFixed().orElseThrow();
    issues.finish(lease, IssueStatus.REPORTED, null, masked.apply(reason), 0, 0);
    LOG.info("Issue {} of {} is reported: probably fixed", lease.fingerprint(), lease.app());
  }

  /** All was done but push and open, as {@code selfheal.heal.dry-run} says. */
  public void rehearsed(@Body FixBranch branch, @ExchangeProperty(ClaimIssue.LEASE) Lease lease) {
    finish(
        lease,
        branch.proposal(),
        "selfheal.heal.dry-run is on, nothing was pushed. Root cause: "
            + branch.proposal().rootCause()
            + "\n\n"
            + branch.diff());
  }

  /**
   * The try failed. The message stays in the queue, which delivers it again or, when the tries are
   * used up, moves it to the dead-letter queue. An outage that comes before the model has cost
   * anything uses no try up: what to wait is left for {@link DelayRetry}.
   */
  public void failed(
      // As thrown: @ExchangeException would give its deepest cause.
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, Exchange exchange) {
    Lease lease = exchange.getProperty(ClaimIssue.LEASE, Lease.class);
    boolean outage = Outage.is(failure);
    if (lease == null) {
      if (failure instanceof RepairFailedException) {
        LOG.info("A message of an ended issue is on its way to the dead-letter queue");
        LOG.debug("It ended so: {}", said(failure));
      } else {
        LOG.error("A message of the work queue cannot be worked on: {}", said(failure));
      }
      if (outage) {
        exchange.setProperty(DelayRetry.OUTAGE, settings.retryDelay());
      }
      return;
    }
    try {
      ended(failure, outage, lease, exchange);
    } catch (SdkException e) {
      // Its lease runs out, and the sweep finds it
      LOG.warn(
          "How a try for issue {} of {} ended could not be written down, so it is taken up again: {}",
          lease.fingerprint(),
          lease.app(),
          e.getMessage());
      exchange.setProperty(DelayRetry.OUTAGE, Lease.LENGTH);
    }
  }

  private void ended(Exception failure, boolean outage, Lease lease, Exchange exchange) {
    Spent spent = spent(failure, exchange.getMessage().getBody());
    counts.addTokens(lease.app(), spent.tokens());
    String reason = said(failure);
    Optional<Issue> issue = issues.find(lease.app(), lease.fingerprint());
    int attempt = issue.map(Issue::attempts).orElse(0);
    int outages = issue.map(Issue::outages).orElse(0);
    LOG.debug("Try {} failed", attempt, failure);
    if (outage && spent.tokens() == 0 && outages < settings.maxOutages()) {
      postpone(lease, attempt, outages, failure, reason, exchange);
      return;
    }
    boolean last = attempt >= settings.maxAttempts();
    if (last || endsAtOnce(failure)) {
      LOG.error(
          "Issue {} of {} could not be healed: {}",
          lease.fingerprint(),
          lease.app(),
          loggable(failure, reason));
      issues.finish(
          lease, IssueStatus.FAILED, null, forPeople(failure, reason, last, lease), spent);
    } else {
      LOG.warn(
          "Try {} of {} for issue {} of {} failed: {}",
          attempt,
          settings.maxAttempts(),
          lease.fingerprint(),
          lease.app(),
          loggable(failure, reason));
      issues.tryAgain(lease, reason, spent, RetryAfter.of(failure).orElse(Duration.ZERO));
    }
  }

  private void postpone(
      Lease lease, int attempt, int outages, Exception failure, String reason, Exchange exchange) {
    Duration grown = Outage.wait(outages, settings.retryDelay());
    Duration wait =
        RetryAfter.of(failure).filter(asked -> asked.compareTo(grown) > 0).orElse(grown);
    LOG.warn(
        "Issue {} of {} waits {}, as something outside is down: {}",
        lease.fingerprint(),
        lease.app(),
        wait,
        loggable(failure, reason));
    if (issues.postpone(lease, reason, wait)) {
      exchange.setProperty(DelayRetry.OUTAGE, wait);
      if (attempt == 1) {
        counts.giveBackRepair(lease.app());
      }
    }
  }

  /** Whether another try would end the same way, as somebody has to change something first. */
  private static boolean endsAtOnce(Exception failure) {
    return failure instanceof ModelException
        || failure instanceof TokenLimitException
        || failure instanceof ScmException
        || failure instanceof ConfigurationException && !Outage.is(failure);
  }

  /** What was wrong with an answer may quote the answer, which is not logged. */
  private static String loggable(Exception failure, String reason) {
    return failure instanceof ProposalException
        ? "the model's answer was not accepted; 'selfheal issues show' says why"
        : reason;
  }

  private String forPeople(Exception failure, String reason, boolean last, Lease lease) {
    String retry = "selfheal issues retry " + lease.fingerprint().substring(0, 12);
    String tries = "All %d tries are used up; ".formatted(settings.maxAttempts());
    if (failure instanceof ProposalException) {
      return tries
          + "the model's last answer was not accepted, and it was told: "
          + reason
          + "\n\nRepair it by hand, or send it again with a word for the model: "
          + retry
          + " --hint \"…\"";
    }
    if (endsAtOnce(failure)) {
      return reason
          + "\n\nOther tries would end the same way, so none was made. When it is changed: "
          + retry;
    }
    return tries + "the last one: " + reason;
  }

  private void finish(Lease lease, FixProposal proposal, String reason) {
    counts.addTokens(lease.app(), proposal.spent().tokens());
    issues.finish(
        lease,
        IssueStatus.REPORTED,
        masked.apply(proposal.title()),
        masked.apply(reason),
        proposal.spent());
    LOG.info("Issue {} of {} is reported: no pull request", lease.fingerprint(), lease.app());
  }

  private String said(Exception failure) {
    String message = failure.getMessage();
    return masked.apply(
        message == null || message.isBlank()
            ? failure.getClass().getSimpleName()
            : message.strip());
  }

  private static Spent spent(Exception failure, Object body) {
    if (failure instanceof ProposalException rejected) {
      return rejected.spent();
    }
    if (body instanceof FixProposal proposal) {
      return proposal.spent();
    }
    if (body instanceof FixBranch branch) {
      return branch.proposal().spent();
    }
    return body instanceof RepairPrompt prompt
        ? prompt
            .rejection()
            .map(told -> new Spent(told.inputTokens(), told.outputTokens(), told.costUsd()))
            .orElse(Spent.NOTHING)
        : Spent.NOTHING;
  }
}
