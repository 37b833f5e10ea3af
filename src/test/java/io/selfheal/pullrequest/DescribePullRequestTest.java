package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.commit.FixBranch;
import io.selfheal.commit.Verification;
import io.selfheal.commit.Verification.Run;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ModelPrices;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.SamplePrompts;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribePullRequestTest {
  private final DescribePullRequest describe =
      new DescribePullRequest(new ModelPrices(null, null), text -> text.replace("hunter2", "***"));

  private static Verification verification(Integer before, Integer after) {
    return new Verification(
        Optional.of("pytest -q"),
        Optional.ofNullable(before).map(code -> new Run(code, "")),
        Optional.ofNullable(after).map(code -> new Run(code, "")));
  }

  @Test
  void versionThatRanIsTold() {
    FixBranch branch = SampleBranches.branch();
    FixProposal proposal = branch.proposal();
    RepairPrompt prompt = proposal.prompt();
    var stale =
        new RepairPrompt(
            prompt.issue(),
            prompt.app(),
            prompt.workTree(),
            "",
            "",
            Optional.empty(),
            new RepairPrompt.Deployed(
                Optional.of("Another version was running: hunter2"), Optional.empty()));
    var told =
        new FixBranch(
            new FixProposal(
                stale,
                proposal.verdict(),
                proposal.rootCause(),
                proposal.title(),
                proposal.description(),
                proposal.edits(),
                "{}",
                proposal.modelId(),
                1,
                1),
            branch.name(),
            branch.base(),
            branch.commit(),
            branch.diff(),
            branch.verification());

    assertThat(describe.body(told))
        .contains("Another version was running: ")
        .doesNotContain("hunter2");
  }

  @Test
  void bodySaysWhatPeopleNeedToJudge() {
    assertThat(describe.body(SampleBranches.branch()))
        .isEqualTo(
            """
            An error in the log of `shop`, and a proposed fix. Nobody has reviewed it yet.

            ### Root cause

            Orders may come without items.

            ### What changes and why

            The handler now says what is missing.

            Changed: `handlers/create_order.py`, `tests/test_create_order.py`

            ### The error

            ```text
            [ERROR] KeyError: 'order_items'
            Traceback (most recent call last):
              File "/var/task/handlers/create_order.py", line 33, in handler
                items = order["order_items"]
            KeyError: 'order_items'
            ```

            Seen 41 times between 2026-01-05T10:00:00Z and 2026-01-06T11:30:00Z in `/aws/lambda/shop-create-order`.

            ### Verification

            This change is not verified: no verify command is configured (`selfheal.apps.shop.verify`).

            ### Cost

            Model `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, 12,345 tokens in and 678 out. Estimated cost: 0.0472 USD.

            Fingerprint: `3f2a9c0d1e4b5a6978c0ffee12345678`
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 0 | `pytest -q` failed (exit code 1) before the change and passes after it.",
        "-1 | 0 | was stopped for taking too long before the change and passes after it.",
        "0 | 0 | That is no evidence that the error is gone",
        "1 | 2 | **This change is not verified:** the verify command `pytest -q` failed (exit code 1) before the change and failed (exit code 2) after",
        " | 0 | It was not run before, so this is weak evidence.",
        "1 |  | This change is not verified: the verify command `pytest -q` was not run."
      })
  void evidenceIsHonest(Integer before, Integer after, String said) {
    assertThat(describe.body(SampleBranches.branch("r", verification(before, after))))
        .contains(said);
  }

  @Test
  void earlierTriesCostToo() {
    var branch =
        SampleBranches.branch(
            SamplePrompts.issue(2, 1_000_000, 0, null), SamplePrompts.app(), SampleBranches.COMMIT);
    assertThat(describe.body(branch))
        .contains("1,012,345 tokens in and 678 out in 2 tries. Estimated cost: 3.0472 USD");
  }

  @Test
  void modelsTextIsDefusedAndMasked() {
    FixBranch branch =
        SampleBranches.branch(
            "@admin fixes #1, the password is hunter2 ![x](https://evil.example)",
            Verification.NONE);
    assertThat(describe.body(branch))
        .contains("`@admin` fixes `#1`, the password is *** x (`https://evil.example`)");
  }

  @Test
  void traceCannotLeaveItsFence() {
    var branch =
        SampleBranches.branch(
            SamplePrompts.issue("KeyError\n```\n# fake\n@admin"),
            SamplePrompts.app(),
            SampleBranches.COMMIT);
    assertThat(describe.body(branch)).contains("````text\nKeyError\n```\n# fake\n@admin\n````");
  }

  @Test
  void bodyFitsIntoEverySystem() {
    var branch =
        SampleBranches.branch(
            SamplePrompts.issue("`<&\\".repeat(30_000)),
            SamplePrompts.app(),
            SampleBranches.COMMIT,
            "`<&\\@x #1 ".repeat(5_000),
            Verification.NONE);
    assertThat(describe.body(branch))
        .hasSizeLessThan(60_000)
        .contains("### Verification", "Fingerprint: `3f2a");
  }

  @Test
  void mapNamesTheBranches() {
    assertThat(describe.asMap(SampleBranches.branch()))
        .containsEntry("title", "Answer 400 to orders without items")
        .containsEntry("head", "selfheal/3f2a9c0d1e4b")
        .containsEntry("base", "main")
        .containsKey("body");
  }

  @Test
  void secretsOfTheVerifyCommandAreMasked() {
    FixBranch branch =
        SampleBranches.branch(
            "r",
            new Verification(
                Optional.of("DB_PASSWORD=hunter2 pytest -q"),
                Optional.of(new Run(1, "")),
                Optional.of(new Run(0, ""))));
    assertThat(describe.body(branch)).contains("DB_PASSWORD=*** pytest").doesNotContain("hunter2");
  }
}
