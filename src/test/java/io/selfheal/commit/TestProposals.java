package io.selfheal.commit;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Issues;
import io.selfheal.model.Edit;
import io.selfheal.model.FixProposal;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.WorkTree;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Proposals for tests, about one issue of the application {@code shop}. */
final class TestProposals {
  static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";
  static final String BRANCH = "selfheal/0123456789ab";

  private TestProposals() {}

  static Application app(String repository, String verify, String format, String... paths) {
    return new Application(
        "shop",
        List.of(),
        repository,
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        "local",
        Optional.empty(),
        Secret.NONE,
        Optional.ofNullable(verify),
        Optional.ofNullable(format),
        List.of(paths));
  }

  static FixProposal fix(Application app, WorkTree tree, Edit... edits) {
    return fix(prompt(app, tree), edits);
  }

  static FixProposal fix(RepairPrompt prompt, Edit... edits) {
    return new FixProposal(
        prompt,
        FixProposal.Verdict.FIX,
        "The handler trusts its input.",
        "Check the input",
        "It did not.",
        List.of(edits),
        "{}",
        "test-model",
        10,
        5);
  }

  static FixProposal report(RepairPrompt prompt) {
    return new FixProposal(
        prompt,
        FixProposal.Verdict.REPORT,
        "A full disk.",
        "Disk full",
        "-",
        List.of(),
        "{}",
        "test-model",
        1,
        1);
  }

  static RepairPrompt prompt(Application app, WorkTree tree) {
    Issue issue =
        Issues.with(
            Issues.seen("shop", FINGERPRINT, Instant.EPOCH),
            "status",
            IssueStatus.REPAIRING,
            "message",
            "trace",
            "title",
            "KeyError: 'x'",
            "logGroup",
            "/aws/lambda/shop",
            "logStream",
            "s",
            "attempts",
            1,
            "branch",
            BRANCH);
    return new RepairPrompt(issue, app, tree, "system", "user", Optional.empty());
  }
}
