package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.settings.Application;
import io.selfheal.workspace.WorkTree;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What the model is asked.
 *
 * @param issue the issue as it was when the repair was claimed; {@code attempts} counts this try
 * @param workTree the repair's own checkout of the base branch
 * @param system the house rules
 * @param user error and source code
 * @param rejection the model's answer that did not hold and why, when this is the second question
 *     of a try
 * @param deployed what the log tells of the version that ran
 */
public record RepairPrompt(
    Issue issue,
    Application app,
    WorkTree workTree,
    String system,
    String user,
    Optional<Rejection> rejection,
    Deployed deployed) {

  /** A question on the version that ran. */
  public RepairPrompt(
      Issue issue,
      Application app,
      WorkTree workTree,
      String system,
      String user,
      Optional<Rejection> rejection) {
    this(issue, app, workTree, system, user, rejection, Deployed.PRESENT);
  }

  /**
   * The version that ran, where it is not the present one.
   *
   * @param difference what people are told about it, in words
   * @param alreadyFixed why the error is probably fixed since, in words
   */
  public record Deployed(Optional<String> difference, Optional<String> alreadyFixed) {
    /** The present version ran, or nothing is known. */
    public static final Deployed PRESENT = new Deployed(Optional.empty(), Optional.empty());
  }

  /** Whether there is probably nothing left to repair. */
  public boolean probablyFixed() {
    return deployed.alreadyFixed().isPresent();
  }

  /**
   * An answer that was not accepted.
   *
   * @param answer the answer as JSON (or whatever the model said)
   * @param reason what did not hold, in words for the model
   * @param inputTokens what the question cost
   * @param outputTokens what the answer cost
   * @param costUsd of both, estimated; null where the price is not known
   */
  public record Rejection(
      String answer, String reason, long inputTokens, long outputTokens, BigDecimal costUsd) {
    public Rejection(String answer, String reason, long inputTokens, long outputTokens) {
      this(answer, reason, inputTokens, outputTokens, null);
    }
  }

  /** The same question with an answer that did not hold, and the reason. */
  public RepairPrompt rejected(Rejection rejected) {
    return new RepairPrompt(issue, app, workTree, system, user, Optional.of(rejected), deployed);
  }
}
