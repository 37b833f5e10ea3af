package io.selfheal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.settings.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Whether an OpenAI-compatible server has the models; asking for its list costs nothing. */
public final class OpenaiCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final int MOST_NAMED = 10;

  private final String baseUrl;
  private final Secret key;
  private final List<String> models;

  public OpenaiCheck(String baseUrl, Secret key, List<String> models) {
    this.baseUrl = baseUrl.replaceAll("/+$", "");
    this.key = key;
    this.models = List.copyOf(models);
  }

  public Finding look() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/models"))
            .timeout(TIMEOUT)
            .header("Accept", "application/json");
    key.reveal().ifPresent(value -> request.header("Authorization", "Bearer " + value.strip()));
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .build()
            .send(request.build(), HttpResponse.BodyHandlers.ofString());
    int status = answer.statusCode();
    if (status == 401 || status == 403) {
      return Finding.fail(
          baseUrl + " does not take the key (HTTP " + status + ")",
          "check selfheal.openai.api-key");
    }
    if (status == 404 || status == 405) {
      return Finding.warn(
          baseUrl + " answers, but lists no models",
          "check that selfheal.openai.base-url ends as the server wants it, often in /v1");
    }
    if (status != 200) {
      return Finding.fail(
          baseUrl + "/models answered HTTP " + status, "look at the server's own log");
    }
    JsonNode data;
    try {
      data = JsonMapper.builder().build().readTree(answer.body()).path("data");
    } catch (IOException e) {
      return Finding.fail(baseUrl + "/models answers no JSON", "check selfheal.openai.base-url");
    }
    List<String> has = data.valueStream().map(model -> model.path("id").asText()).toList();
    List<String> missing =
        models.stream()
            .filter(model -> !has.contains(model) && !has.contains(model + ":latest"))
            .toList();
    return missing.isEmpty()
        ? Finding.ok(baseUrl + " has " + String.join(", ", models))
        : Finding.fail(
            baseUrl
                + " has no "
                + String.join(", ", missing)
                + "; it has "
                + String.join(", ", has.subList(0, Math.min(MOST_NAMED, has.size())))
                + (has.size() > MOST_NAMED ? ", …" : ""),
            "set selfheal.openai.model to one of these, or load the model there");
  }
}
