package io.selfheal.model;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import java.net.URI;

/**
 * The keys {@code selfheal.openai.*}.
 *
 * @param baseUrl of the API, up to and with its version, e.g. {@code http://localhost:11434/v1}; no
 *     trailing slash
 * @param apiKey sent as a bearer token; may be empty
 * @param model the model's name at that server
 * @param maxTokens longest answer
 */
public record OpenaiSettings(String baseUrl, Secret apiKey, String model, int maxTokens) {
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
    if (model == null || model.isBlank()) {
      throw new ConfigurationException(
          "selfheal.openai.model", "", "set it to the model's name at " + baseUrl);
    }
  }
}
