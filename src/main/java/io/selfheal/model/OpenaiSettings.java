package io.selfheal.model;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/**
 * The keys {@code selfheal.openai.*}.
 *
 * @param baseUrl of the API, up to and with its version, e.g. {@code http://localhost:11434/v1}; no
 *     trailing slash
 * @param apiKey sent as a bearer token; may be empty
 * @param model the model's name at that server; several in order of preference, comma list
 * @param maxTokens longest answer
 * @param answerFormat how the server is made to answer with a proposal
 */
public record OpenaiSettings(
    String baseUrl, Secret apiKey, String model, int maxTokens, AnswerFormat answerFormat) {
  /** Finds the answer format out by asking. */
  public OpenaiSettings(String baseUrl, Secret apiKey, String model, int maxTokens) {
    this(baseUrl, apiKey, model, maxTokens, AnswerFormat.AUTO);
  }

  private static final String BASE_URL = "selfheal.openai.base-url";

  public OpenaiSettings {
    baseUrl = baseUrl == null ? "" : baseUrl.strip().replaceAll("/+$", "");
    String whatToDo =
        "set it to the API's address up to its version, e.g. http://localhost:11434/v1 for Ollama";
    if (baseUrl.isEmpty()) {
      throw new ConfigurationException(BASE_URL, "", whatToDo);
    }
    try {
      URI uri = URI.create(baseUrl);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
        // What stands before an @ may be a password.
        throw new ConfigurationException(BASE_URL, baseUrl.replaceAll("//.*@", "//***@"), whatToDo);
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(BASE_URL, baseUrl, whatToDo);
    }
    if (model == null || models(model).isEmpty()) {
      throw new ConfigurationException(
          "selfheal.openai.model", "", "set it to the model's name at " + baseUrl);
    }
  }

  /** In order of preference. */
  public List<String> models() {
    return models(model);
  }

  private static List<String> models(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
