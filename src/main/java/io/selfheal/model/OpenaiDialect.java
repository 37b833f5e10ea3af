package io.selfheal.model;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an OpenAI-compatible server has shown to take, for each of its models, as long as the
 * process lives. Thread-safe.
 */
public final class OpenaiDialect {
  private final AnswerFormat pinned;
  private final Map<String, AnswerFormat> formats = new ConcurrentHashMap<>();
  private final Set<String> newerTokenLimit = ConcurrentHashMap.newKeySet();

  /**
   * @param pinned {@code selfheal.openai.answer-format}
   */
  public OpenaiDialect(AnswerFormat pinned) {
    this.pinned = pinned;
  }

  /**
   * How a request was written.
   *
   * @param tokenLimit the name of the answer's longest length in the request
   */
  record Request(String model, AnswerFormat format, String tokenLimit) {}

  /** How the next request to the model is to be written. */
  Request request(String model) {
    AnswerFormat format =
        pinned == AnswerFormat.AUTO ? formats.getOrDefault(model, AnswerFormat.TOOLS) : pinned;
    // OpenAI's reasoning models want the newer name, other servers know only the older one.
    return new Request(
        model, format, newerTokenLimit.contains(model) ? "max_completion_tokens" : "max_tokens");
  }

  /** Notes that the model does not know {@code max_tokens}. */
  boolean useNewerTokenLimit(Request refused) {
    return refused.tokenLimit().equals("max_tokens") && newerTokenLimit.add(refused.model())
        || !request(refused.model()).tokenLimit().equals(refused.tokenLimit());
  }

  /**
   * Notes that the model does not answer in this format.
   *
   * @return whether there is another one to ask for
   */
  boolean without(Request refused) {
    if (pinned != AnswerFormat.AUTO) {
      return false;
    }
    switch (refused.format()) {
      case TOOLS -> formats.merge(refused.model(), AnswerFormat.JSON_SCHEMA, OpenaiDialect::lower);
      case JSON_SCHEMA -> formats.put(refused.model(), AnswerFormat.TEXT);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static AnswerFormat lower(AnswerFormat a, AnswerFormat b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
