package io.selfheal.queue;

import io.selfheal.settings.Settings;
import java.time.Duration;

/**
 * The brakes among the keys {@code selfheal.heal.*}, each for one application.
 *
 * @param maxOpenPullRequests pull requests that may wait for people
 * @param maxRepairsPerDay issues taken into work on one day of UTC
 * @param maxTokensPerDay questions and answers of one day of UTC; looked at before each try
 * @param stormErrors new distinct errors within {@code stormWindow} that are still no storm; 0
 *     turns the storm breaker off
 * @param stormWindow windows begin at multiples of it
 * @param stormRepairs errors that are repaired in each window of a storm, the most frequent first
 */
public record BrakeLimits(
    int maxOpenPullRequests,
    int maxRepairsPerDay,
    long maxTokensPerDay,
    int stormErrors,
    Duration stormWindow,
    int stormRepairs) {

  public static BrakeLimits of(Settings settings) {
    return new BrakeLimits(
        settings.number("selfheal.heal.max-open-pull-requests", 1, 100_000),
        settings.number("selfheal.heal.max-repairs-per-day", 1, 1_000_000),
        settings.number("selfheal.heal.max-tokens-per-day", 1_000, 2_000_000_000),
        settings.number("selfheal.heal.storm-errors", 0, 1_000_000),
        settings.duration("selfheal.heal.storm-window"),
        settings.number("selfheal.heal.storm-repairs", 0, 1_000_000));
  }
}
