package io.selfheal.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.RepairPrompt.Rejection;
import io.selfheal.prompt.SamplePrompts;
import org.junit.jupiter.api.Test;

class TokenLimitTest {
  private final TokenLimit limit = new TokenLimit(1000);

  private static RepairPrompt prompt(int attempts, long input, long output) {
    return SamplePrompts.prompt(
        SamplePrompts.issue(attempts, input, output, null), SamplePrompts.app());
  }

  @Test
  void earlierTriesCount() {
    assertThatCode(() -> limit.check(prompt(2, 800, 100))).doesNotThrowAnyException();
    assertThatThrownBy(() -> limit.check(prompt(2, 800, 190)))
        .isInstanceOf(TokenLimitException.class);
  }

  @Test
  void earlierRepairOfTheSameIssueDoesNot() {
    assertThatCode(() -> limit.check(prompt(1, 900_000, 100))).doesNotThrowAnyException();
  }

  @Test
  void rejectedAnswerCounts() {
    RepairPrompt first = prompt(1, 0, 0);
    assertThatCode(() -> limit.check(first.rejected(new Rejection("a", "b", 900, 10))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> limit.check(first.rejected(new Rejection("a", "b", 900, 90))))
        .isInstanceOf(TokenLimitException.class)
        .hasMessageContaining("selfheal.heal.max-tokens-per-repair");
  }

  @Test
  void longQuestionIsStopped() {
    assertThatThrownBy(
            () -> limit.check(prompt(1, 0, 0).rejected(new Rejection("x".repeat(4000), "b", 0, 0))))
        .isInstanceOf(TokenLimitException.class);
  }
}
