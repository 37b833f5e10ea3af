package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Lease;
import io.selfheal.issue.RetryAfter;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ProposalException;
import io.selfheal.prompt.ClaimIssue;
import io.selfheal.prompt.HealSettings;
import io.selfheal.prompt.RepairPrompt;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down how a try ended. A try whose lease was lost is not written: somebody else has the
 * issue by then.
 */
public final class EndRepair {
  private static final Logger LOG = LoggerFactory.getLogger(EndRepair.class);

  private final IssueTable issues;
  private final HealSettings settings;
  private final UnaryOperator<String> masked;

  /**
   * @param masked hides secrets in reasons
   */
  public EndRepair(IssueTable issues, HealSettings settings, UnaryOperator<String> masked) {
    this.issues = issues;
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
    boolean written =
        issues.pullRequestOpened(
            lease,
            status,
            masked.apply(proposal.title()),
            opened.branch().name(),
            opened.url(),
            proposal.inputTokens(),
            proposal.outputTokens());
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
   * used up, moves it to the dead-letter queue.
   */
  public void failed(
      // As thrown: @ExchangeException would give its deepest cause.
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, Exchange exchange) {
    Lease lease = exchange.getProperty(ClaimIssue.LEASE, Lease.class);
    if (lease == null) {
      LOG.error("A message of the work queue cannot be worked on: {}", said(failure));
      return;
    }
    long[] tokens = tokens(failure, exchange.getMessage().getBody());
    String reason = said(failure);
    int attempt =
        issues.find(lease.app(), lease.fingerprint()).map(issue -> issue.attempts()).orElse(0);
    LOG.debug("Try {} failed", attempt, failure);
    if (attempt >= settings.maxAttempts()) {
      LOG.error("Issue {} of {} could not be healed: {}", lease.fingerprint(), lease.app(), reason);
      issues.finish(
          lease,
          IssueStatus.FAILED,
          null,
          "All %d tries are used up; the last one: %s".formatted(settings.maxAttempts(), reason),
          tokens[0],
          tokens[1]);
    } else {
      LOG.warn(
          "Try {} of {} for issue {} of {} failed: {}",
          attempt,
          settings.maxAttempts(),
          lease.fingerprint(),
          lease.app(),
          reason);
      issues.tryAgain(
          lease, reason, tokens[0], tokens[1], RetryAfter.of(failure).orElse(Duration.ZERO));
    }
  }

  private void finish(Lease lease, FixProposal proposal, String reason) {
    issues.finish(
        lease,
        IssueStatus.REPORTED,
        masked.apply(proposal.title()),
        masked.apply(reason),
        proposal.inputTokens(),
        proposal.outputTokens());
    LOG.info("Issue {} of {} is reported: no pull request", lease.fingerprint(), lease.app());
  }

  private String said(Exception failure) {
    String message = failure.getMessage();
    return masked.apply(
        message == null || message.isBlank()
            ? failure.getClass().getSimpleName()
            : message.strip());
  }

  private static long[] tokens(Exception failure, Object body) {
    if (failure instanceof ProposalException rejected) {
      return new long[] {rejected.inputTokens(), rejected.outputTokens()};
    }
    Optional<FixProposal> proposal =
        body instanceof FixProposal asked
            ? Optional.of(asked)
            : body instanceof FixBranch branch ? Optional.of(branch.proposal()) : Optional.empty();
    if (proposal.isPresent()) {
      return new long[] {proposal.get().inputTokens(), proposal.get().outputTokens()};
    }
    if (body instanceof RepairPrompt prompt && prompt.rejection().isPresent()) {
      return new long[] {
        prompt.rejection().get().inputTokens(), prompt.rejection().get().outputTokens()
      };
    }
    return new long[] {0, 0};
  }
}
