package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptTemplateTest {
  private final PromptTemplate template = PromptTemplate.load("rejected");

  @Test
  void valuesAreNotFilledAgain() {
    assertThat(template.fill(Map.of("reason", "{{reason}} $1 \\")))
        .contains("\n{{reason}} $1 \\\n");
  }

  @Test
  void missingAndSuperfluousValuesAreErrors() {
    assertThatThrownBy(() -> template.fill(Map.of())).hasMessageContaining("{{reason}}");
    assertThatThrownBy(() -> template.fill(Map.of("reason", "", "other", "")))
        .hasMessageContaining("[other]");
    assertThatThrownBy(() -> PromptTemplate.load("none")).hasMessageContaining("/prompts/none.txt");
  }
}
