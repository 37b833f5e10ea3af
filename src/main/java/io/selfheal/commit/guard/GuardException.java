package io.selfheal.commit.guard;

import io.selfheal.model.FixProposal;
import io.selfheal.model.ProposalException;
import java.util.List;

/** A change that breaks rules of the diff guard. */
public final class GuardException extends ProposalException {
  private final transient FixProposal proposal;
  private final transient List<String> findings;
  private final String diff;

  /**
   * @param findings each a line that names rule, file and line
   * @param diff the change in the unified format
   */
  GuardException(FixProposal proposal, List<String> findings, String diff) {
    super(
        proposal,
        "The change was not accepted, because it breaks rules:\n- "
            + String.join("\n- ", findings)
            + "\nCorrect the cause of the error without breaking them.");
    this.proposal = proposal;
    this.findings = List.copyOf(findings);
    this.diff = diff;
  }

  FixProposal proposal() {
    return proposal;
  }

  List<String> findings() {
    return findings;
  }

  String diff() {
    return diff;
  }
}
