package io.selfheal.model;

import io.selfheal.prompt.RepairPrompt;
import java.util.List;

/**
 * The model's answer, of the right shape but not yet checked against the checkout.
 *
 * @param answer the answer as JSON text, kept for the second question and for {@code answer.json}
 * @param modelId who answered
 * @param inputTokens tokens of all questions of this try so far
 * @param outputTokens tokens of all answers of this try so far
 */
public record FixProposal(
    RepairPrompt prompt,
    Verdict verdict,
    String rootCause,
    String title,
    String description,
    List<Edit> edits,
    String answer,
    String modelId,
    long inputTokens,
    long outputTokens) {

  /** Whether the model proposes a change. */
  public enum Verdict {
    FIX,
    REPORT
  }

  public FixProposal {
    edits = List.copyOf(edits);
  }
}
