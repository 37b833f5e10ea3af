package io.selfheal.pullrequest;

import io.selfheal.settings.Settings;
import java.time.Duration;

/**
 * How pull requests are looked after.
 *
 * @param interval between two rounds
 * @param ciAttempts how often a pull request is repaired for failed checks
 * @param deployGrace how long after a merge the version before it may still run
 * @param quietAfter how long an error must stay away before its merge is confirmed
 * @param refreshInterval between two changes of the numbers in a comment, at least
 */
public record FollowUpSettings(
    Duration interval,
    int ciAttempts,
    Duration deployGrace,
    Duration quietAfter,
    Duration refreshInterval) {

  /**
   * @throws io.selfheal.settings.ConfigurationException naming the key
   */
  public static FollowUpSettings of(Settings settings) {
    return new FollowUpSettings(
        settings.duration("selfheal.follow-up.interval"),
        settings.number("selfheal.follow-up.ci-attempts", 0, 10),
        settings.durationOrZero("selfheal.follow-up.deploy-grace"),
        settings.duration("selfheal.follow-up.quiet-after"),
        settings.duration("selfheal.follow-up.refresh-interval"));
  }
}
