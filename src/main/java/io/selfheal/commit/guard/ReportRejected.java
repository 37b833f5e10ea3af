package io.selfheal.commit.guard;

import io.selfheal.issue.Issue;
import io.selfheal.model.FixProposal;
import io.selfheal.workspace.RepairRecords;
import org.apache.camel.ExchangeException;

/**
 * Turns a change that still breaks the rules into a report: people get the root cause and the
 * rejected change, and nothing is pushed.
 */
public final class ReportRejected {
  private static final int MAX_DIFF = 20_000;

  private final RepairRecords records;

  public ReportRejected(RepairRecords records) {
    this.records = records;
  }

  /**
   * @return the answer with the verdict {@code report}; findings and diff stand behind its root
   *     cause
   */
  public FixProposal report(@ExchangeException GuardException rejected) {
    FixProposal proposal = rejected.proposal();
    Issue issue = proposal.prompt().issue();
    records.write(issue.fingerprint(), issue.attempts(), "change.diff", rejected.diff());
    String diff = rejected.diff();
    return new FixProposal(
        proposal.prompt(),
        FixProposal.Verdict.REPORT,
        proposal.rootCause()
            + "\n\nA change was proposed and not pushed, because it breaks rules of selfheal.heal.guards:\n- "
            + String.join("\n- ", rejected.findings())
            + "\n\nThe rejected change:\n"
            + (diff.length() > MAX_DIFF ? diff.substring(0, MAX_DIFF) + "…" : diff),
        proposal.title(),
        proposal.description(),
        proposal.edits(),
        proposal.answer(),
        proposal.modelId(),
        proposal.inputTokens(),
        proposal.outputTokens());
  }
}
