package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.commit.Verification;
import io.selfheal.issue.Issue;
import io.selfheal.model.Edit;
import io.selfheal.model.FixProposal;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.settings.Application;
import java.util.List;

/** A pushed fix for the order service's error. */
final class SampleBranches {
  static final String COMMIT = "1111111111111111111111111111111111111111";

  private SampleBranches() {}

  static FixBranch branch() {
    return branch(SamplePrompts.issue(), SamplePrompts.app(), COMMIT);
  }

  static FixBranch branch(Issue issue, Application app, String commit) {
    return branch(issue, app, commit, "Orders may come without items.", Verification.NONE);
  }

  static FixBranch branch(String rootCause, Verification verification) {
    return branch(SamplePrompts.issue(), SamplePrompts.app(), COMMIT, rootCause, verification);
  }

  static FixBranch branch(
      Issue issue, Application app, String commit, String rootCause, Verification verification) {
    var proposal =
        new FixProposal(
            SamplePrompts.prompt(issue, app),
            FixProposal.Verdict.FIX,
            rootCause,
            "Answer 400 to orders without items",
            "The handler now says what is missing.",
            List.of(
                new Edit("handlers/create_order.py", "a", "b"),
                new Edit("tests/test_create_order.py", "a", "b")),
            "{}",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            12_345,
            678);
    return new FixBranch(
        proposal,
        "selfheal/3f2a9c0d1e4b",
        "main",
        commit,
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
        verification);
  }
}
