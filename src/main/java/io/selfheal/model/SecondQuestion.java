package io.selfheal.model;

import io.selfheal.prompt.PromptTemplate;
import io.selfheal.prompt.RepairPrompt.Rejection;
import java.util.Map;

/** What the model is told about an answer that did not hold. */
final class SecondQuestion {
  private final PromptTemplate template = PromptTemplate.load("rejected");

  String text(Rejection rejection) {
    return template.fill(Map.of("reason", rejection.reason()));
  }

  /** The rejected answer; models refuse an empty turn of their own. */
  static String answer(Rejection rejection) {
    return rejection.answer().isBlank() ? "(no answer)" : rejection.answer();
  }
}
