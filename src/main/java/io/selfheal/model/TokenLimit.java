package io.selfheal.model;

import io.selfheal.issue.Issue;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.RepairPrompt.Rejection;
import io.selfheal.prompt.TokenEstimate;

/**
 * The brake on what one repair may cost. A repair is all tries of an issue, from the first one
 * after it was sent to the queue as new: tokens of an earlier repair of the same issue do not count
 * against a new first try.
 */
public final class TokenLimit {
  private final long maxTokensPerRepair;

  /**
   * @param maxTokensPerRepair {@code selfheal.heal.max-tokens-per-repair}, questions and answers
   *     together
   */
  public TokenLimit(long maxTokensPerRepair) {
    if (maxTokensPerRepair < 1) {
      throw new IllegalArgumentException("maxTokensPerRepair must be positive");
    }
    this.maxTokensPerRepair = maxTokensPerRepair;
  }

  /**
   * Lets the question pass or stops it.
   *
   * @throws TokenLimitException when what was used so far and the question, as estimated, exceed
   *     the limit
   */
  public void check(RepairPrompt prompt) {
    long used = usedBefore(prompt);
    long question = estimate(prompt);
    if (used + question > maxTokensPerRepair) {
      throw new TokenLimitException(
          "The repair has used %d tokens and the next question needs about %d, more than the %d of selfheal.heal.max-tokens-per-repair; raise it to let this issue be repaired."
              .formatted(used, question, maxTokensPerRepair));
    }
  }

  /** Tokens of the question, estimated. */
  static long estimate(RepairPrompt prompt) {
    long rejected =
        prompt
            .rejection()
            .map(r -> TokenEstimate.of(r.answer()) + TokenEstimate.of(r.reason()))
            .orElse(0L);
    return TokenEstimate.of(prompt.system()) + TokenEstimate.of(prompt.user()) + rejected;
  }

  private static long usedBefore(RepairPrompt prompt) {
    Issue issue = prompt.issue();
    long earlierTries = issue.attempts() > 1 ? issue.inputTokens() + issue.outputTokens() : 0;
    Rejection none = new Rejection("", "", 0, 0);
    Rejection thisTry = prompt.rejection().orElse(none);
    return earlierTries + thisTry.inputTokens() + thisTry.outputTokens();
  }
}
