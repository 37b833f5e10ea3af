package io.selfheal.prompt;

import io.selfheal.settings.Settings;
import java.time.Duration;

/**
 * The keys {@code selfheal.heal.*}.
 *
 * @param maxAttempts tries per issue, 1 to 20
 * @param retryDelay how long a failed try waits for the next one
 * @param promptTokens source code and error in the prompt, at most
 * @param maxTokensPerRepair brake, questions and answers of one try together
 * @param dryRun do all but push and open
 * @param maxOutages how often in a row an issue waits for something outside without that being a
 *     try
 */
public record HealSettings(
    int maxAttempts,
    Duration retryDelay,
    int promptTokens,
    int maxTokensPerRepair,
    boolean dryRun,
    int maxOutages) {

  public static HealSettings of(Settings settings) {
    return new HealSettings(
        settings.number("selfheal.heal.max-attempts", 1, 20),
        settings.duration("selfheal.heal.retry-delay"),
        settings.number("selfheal.heal.prompt-tokens", 1_000, 1_000_000),
        settings.number("selfheal.heal.max-tokens-per-repair", 1_000, 100_000_000),
        settings.flag("selfheal.heal.dry-run"),
        settings.number("selfheal.heal.max-outages", 0, 10_000));
  }
}
