package io.selfheal.issue;

import java.math.BigDecimal;

/**
 * What one try has cost.
 *
 * @param inputTokens of all questions, what the prompt cache read and wrote included
 * @param outputTokens of all answers
 * @param costUsd estimated, in US dollars; null where a price is not known
 */
public record Spent(long inputTokens, long outputTokens, BigDecimal costUsd) {
  public static final Spent NOTHING = new Spent(0, 0, null);

  public long tokens() {
    return inputTokens + outputTokens;
  }
}
