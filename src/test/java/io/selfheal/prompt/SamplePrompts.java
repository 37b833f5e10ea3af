package io.selfheal.prompt;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Issues;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.WorkTree;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An issue of a small order service, its application and the prompt about it. */
public final class SamplePrompts {
  public static final String FINGERPRINT = "3f2a9c0d1e4b5a6978c0ffee12345678";

  public static final String TRACE =
      """
      [ERROR] KeyError: 'order_items'
      Traceback (most recent call last):
        File "/var/task/handlers/create_order.py", line 33, in handler
          items = order["order_items"]
      KeyError: 'order_items'
      """;

  private SamplePrompts() {}

  public static Issue issue() {
    return issue(1, 0, 0, null);
  }

  public static Issue issue(
      int attempts, long inputTokens, long outputTokens, String pullRequestUrl) {
    return issue(TRACE, attempts, inputTokens, outputTokens, pullRequestUrl);
  }

  public static Issue issue(String message) {
    return issue(message, 1, 0, 0, null);
  }

  private static Issue issue(
      String message, int attempts, long inputTokens, long outputTokens, String pullRequestUrl) {
    return Issues.with(
        Issues.seen("shop", FINGERPRINT, Instant.parse("2026-01-06T11:30:00Z")),
        "status",
        IssueStatus.REPAIRING,
        "message",
        message,
        "title",
        "KeyError: 'order_items'",
        "occurrences",
        41L,
        "firstSeen",
        Instant.parse("2026-01-05T10:00:00Z"),
        "logGroup",
        "/aws/lambda/shop-create-order",
        "logStream",
        "2026/01/06/[$LATEST]abc",
        "attempts",
        attempts,
        "pullRequestUrl",
        pullRequestUrl,
        "inputTokens",
        inputTokens,
        "outputTokens",
        outputTokens);
  }

  public static Application app() {
    return app("local", null, Secret.NONE);
  }

  public static Application app(String scm, String scmApiUrl, Secret token) {
    return new Application(
        "shop",
        List.of("/aws/lambda/shop-*"),
        "git@github.com:acme/shop.git",
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        scm,
        Optional.ofNullable(scmApiUrl),
        token,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  public static WorkTree workTree() {
    return new WorkTree(Path.of("work"), "main", "c0ffee", "selfheal/3f2a9c0d1e4b");
  }

  public static RepairPrompt prompt() {
    return prompt(issue(), app());
  }

  public static RepairPrompt prompt(Issue issue, Application app) {
    return new RepairPrompt(
        issue,
        app,
        workTree(),
        "House rules: fix the cause.",
        "KeyError: 'order_items' in größe.py",
        Optional.empty());
  }
}
