package io.selfheal.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.Issue;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.workspace.RepairRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordRepairTest {
  @TempDir private Path folder;
  private final Issue issue = SamplePrompts.issue();
  private final RepairPrompt prompt =
      new RepairPrompt(
          issue,
          SamplePrompts.app(),
          SamplePrompts.workTree(),
          "the rules",
          "the error",
          Optional.empty());

  @Test
  void keepsQuestionAndAnswerOfEachTryWithoutSecrets() {
    RecordRepair record =
        new RecordRepair(
            new RepairRecords(Optional.of(folder)), text -> text.replace("hunter2", "***"));

    record.prompt(prompt.rejected(new RepairPrompt.Rejection("say hunter2", "no such path", 1, 1)));
    record.answer(
        new FixProposal(
            prompt,
            FixProposal.Verdict.REPORT,
            "",
            "",
            "",
            List.of(),
            "{\"a\": \"hunter2\"}",
            "m",
            1,
            1));

    Path repair =
        folder
            .resolve("repairs")
            .resolve(issue.fingerprint().substring(0, 12))
            .resolve(Integer.toString(issue.attempts()));
    assertThat(repair.resolve("prompt.txt"))
        .content()
        .contains("the rules", "the error", "say ***", "no such path");
    assertThat(repair.resolve("answer.json")).hasContent("{\"a\": \"***\"}");
  }
}
