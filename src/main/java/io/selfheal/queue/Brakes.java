package io.selfheal.queue;

import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueTable;
import java.util.Optional;

/**
 * Holds repairs back, for each application: too many open pull requests, repairs or tokens of a
 * day, or a storm of new errors. All counts are the table's, so that they hold over all processes.
 */
public final class Brakes {
  static final String STORM = "storm";

  private final IssueTable issues;
  private final BrakeCounts counts;
  private final BrakeLimits limits;

  public Brakes(IssueTable issues, BrakeCounts counts, BrakeLimits limits) {
    this.issues = issues;
    this.counts = counts;
    this.limits = limits;
  }

  /**
   * A brake that is on.
   *
   * @param name kept with the issue
   * @param reason what is counted, the limit and its key
   */
  public record Held(String name, String reason) {}

  /**
   * Asks every brake about an issue that was just leased; when none is on, the repair is counted.
   */
  public Optional<Held> beforeRepair(Issue leased) {
    String app = leased.app();
    if (leased.attempts() == 1 && isNew(leased) && storming(app)) {
      return Optional.of(storm(app));
    }
    long open = issues.openPullRequestsBefore(leased);
    if (open >= limits.maxOpenPullRequests()) {
      return Optional.of(
          new Held(
              "open-pull-requests",
              "%d pull requests of %s are open or under way, and selfheal.heal.max-open-pull-requests is %d. It goes on when people have dealt with some."
                  .formatted(open, app, limits.maxOpenPullRequests())));
    }
    long tokens = counts.tokens(app);
    if (tokens >= limits.maxTokensPerDay()) {
      return Optional.of(
          new Held(
              "tokens-per-day",
              "%d tokens were used for %s today, and selfheal.heal.max-tokens-per-day is %d. It goes on at midnight UTC."
                  .formatted(tokens, app, limits.maxTokensPerDay())));
    }
    // A further try belongs to a repair that is counted.
    if (leased.attempts() == 1 && !counts.takeRepair(app, limits.maxRepairsPerDay())) {
      return Optional.of(
          new Held(
              "repairs-per-day",
              "%d issues of %s were worked on today, and selfheal.heal.max-repairs-per-day is %d. It goes on at midnight UTC."
                  .formatted(counts.repairs(app), app, limits.maxRepairsPerDay())));
    }
    return Optional.empty();
  }

  /** Whether no brake has held the issue yet, and no person has sent it again. */
  static boolean isNew(Issue issue) {
    return issue.brake() == null;
  }

  /** Whether new errors of the application come faster than the limit. */
  boolean storming(String app) {
    return limits.stormErrors() > 0
        && counts.newErrors(app, limits.stormWindow()) > limits.stormErrors();
  }

  /**
   * Counts a new error.
   *
   * @return whether it is one too many
   */
  boolean countNew(String app) {
    return limits.stormErrors() > 0
        && counts.addNewError(app, limits.stormWindow()) > limits.stormErrors();
  }

  Held storm(String app) {
    return new Held(
        STORM,
        "More than %d new errors of %s came within %s (selfheal.heal.storm-errors, selfheal.heal.storm-window): they are counted, and the most frequent ones are repaired first, %d at a time."
            .formatted(
                limits.stormErrors(),
                app,
                limits.stormWindow().toString().substring(2).toLowerCase(java.util.Locale.ROOT),
                limits.stormRepairs()));
  }

  /** How many issues of the application that were held back may go on now. */
  long room(String app) {
    if (counts.tokens(app) >= limits.maxTokensPerDay()) {
      return 0;
    }
    long today = limits.maxRepairsPerDay() - counts.repairs(app);
    long open = limits.maxOpenPullRequests() - issues.openOrUnderWay(app);
    return Math.max(0, Math.min(today, open));
  }

  /** Whether one more may go on although a storm goes on; counted. */
  boolean takeStormRepair(String app) {
    return counts.takeStormRepair(app, limits.stormWindow(), limits.stormRepairs());
  }
}
