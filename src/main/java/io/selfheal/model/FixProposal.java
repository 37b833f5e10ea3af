package io.selfheal.model;

import io.selfheal.issue.Spent;
import io.selfheal.prompt.RepairPrompt;
import java.math.BigDecimal;
import java.util.List;

/**
 * The model's answer, of the right shape but not yet checked against the checkout.
 *
 * @param answer the answer as JSON text, kept for the second question and for {@code answer.json}
 * @param modelId who answered
 * @param inputTokens tokens of all questions of this try so far
 * @param outputTokens tokens of all answers of this try so far
 * @param costUsd of all of them, estimated; null where the price is not known
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
    long outputTokens,
    BigDecimal costUsd) {

  /** Whether the model proposes a change. */
  public enum Verdict {
    FIX,
    REPORT
  }

  public FixProposal {
    edits = List.copyOf(edits);
  }

  /** A proposal whose price is not known. */
  public FixProposal(
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
    this(
        prompt,
        verdict,
        rootCause,
        title,
        description,
        edits,
        answer,
        modelId,
        inputTokens,
        outputTokens,
        null);
  }

  /** What this try has cost so far. */
  public Spent spent() {
    return new Spent(inputTokens, outputTokens, costUsd);
  }
}
