package io.selfheal.model;

import io.selfheal.issue.Issue;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.workspace.RepairRecords;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;

/** Keeps question and answer in files to read; only the embedded default does. */
public final class RecordRepair {
  private final RepairRecords records;
  private final UnaryOperator<String> masked;

  public RecordRepair(RepairRecords records, UnaryOperator<String> masked) {
    this.records = records;
    this.masked = masked;
  }

  public void prompt(@Body RepairPrompt prompt) {
    StringBuilder text = new StringBuilder();
    text.append(prompt.system()).append("\n\n").append(prompt.user());
    prompt
        .rejection()
        .ifPresent(
            rejection ->
                text.append("\n\n--- rejected answer ---\n")
                    .append(masked.apply(rejection.answer()))
                    .append("\n\n--- reason ---\n")
                    .append(rejection.reason()));
    Issue issue = prompt.issue();
    records.write(issue.fingerprint(), issue.attempts(), "prompt.txt", text.toString());
  }

  public void answer(@Body FixProposal proposal) {
    Issue issue = proposal.prompt().issue();
    records.write(
        issue.fingerprint(), issue.attempts(), "answer.json", masked.apply(proposal.answer()));
  }
}
