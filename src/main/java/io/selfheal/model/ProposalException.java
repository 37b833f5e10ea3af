package io.selfheal.model;

import io.selfheal.issue.Spent;
import io.selfheal.prompt.RepairPrompt;
import java.math.BigDecimal;

/**
 * An answer that does not hold. The message is written for the model, which is told once per try.
 */
public class ProposalException extends RuntimeException {
  private final transient RepairPrompt prompt;
  private final String answer;
  private final long inputTokens;
  private final long outputTokens;
  private final BigDecimal costUsd;

  /**
   * @param prompt the question
   * @param answer what the model said
   * @param inputTokens tokens of all questions of this try so far
   * @param outputTokens tokens of all answers of this try so far
   * @param reason what does not hold, and what to do instead
   */
  public ProposalException(
      RepairPrompt prompt, String answer, long inputTokens, long outputTokens, String reason) {
    this(prompt, answer, new Spent(inputTokens, outputTokens, null), reason);
  }

  /**
   * @param spent what this try has cost so far
   */
  ProposalException(RepairPrompt prompt, String answer, Spent spent, String reason) {
    super(reason);
    this.prompt = prompt;
    this.answer = answer;
    this.inputTokens = spent.inputTokens();
    this.outputTokens = spent.outputTokens();
    this.costUsd = spent.costUsd();
  }

  /** An answer of the right shape whose content does not hold. */
  public ProposalException(FixProposal proposal, String reason) {
    this(proposal.prompt(), proposal.answer(), proposal.spent(), reason);
  }

  /** The same question again, with this answer and the reason. */
  public RepairPrompt nextPrompt() {
    return prompt.rejected(
        new RepairPrompt.Rejection(answer, getMessage(), inputTokens, outputTokens, costUsd));
  }

  /** Whether the model was already told once in this try. */
  public boolean toldBefore() {
    return prompt.rejection().isPresent();
  }

  /** What this try has cost so far. */
  public Spent spent() {
    return new Spent(inputTokens, outputTokens, costUsd);
  }

  public long inputTokens() {
    return inputTokens;
  }

  public long outputTokens() {
    return outputTokens;
  }
}
