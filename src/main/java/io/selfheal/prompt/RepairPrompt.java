package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.settings.Application;
import io.selfheal.workspace.WorkTree;
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
 */
public record RepairPrompt(
    Issue issue,
    Application app,
    WorkTree workTree,
    String system,
    String user,
    Optional<Rejection> rejection) {

  /**
   * An answer that was not accepted.
   *
   * @param answer the answer as JSON (or whatever the model said)
   * @param reason what did not hold, in words for the model
   * @param inputTokens what the question cost
   * @param outputTokens what the answer cost
   */
  public record Rejection(String answer, String reason, long inputTokens, long outputTokens) {}

  /** The same question with an answer that did not hold, and the reason. */
  public RepairPrompt rejected(Rejection rejected) {
    return new RepairPrompt(issue, app, workTree, system, user, Optional.of(rejected));
  }
}
