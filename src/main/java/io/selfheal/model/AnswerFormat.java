package io.selfheal.model;

import io.selfheal.settings.ConfigurationException;
import java.util.Arrays;
import java.util.Locale;

/** How an OpenAI-compatible server is made to answer with a proposal. */
public enum AnswerFormat {
  /** The best that the server takes, found out by asking. */
  AUTO,
  /** A forced tool call. */
  TOOLS,
  /** Text in the form of a JSON schema, {@code response_format}. */
  JSON_SCHEMA,
  /** Text that the prompt asks to be JSON. */
  TEXT;

  private static final String KEY = "selfheal.openai.answer-format";

  /** Reads {@code selfheal.openai.answer-format}. */
  public static AnswerFormat of(String value) {
    return Arrays.stream(values())
        .filter(format -> format.toString().equals(value.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigurationException(KEY, value, "use one of " + Arrays.toString(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
