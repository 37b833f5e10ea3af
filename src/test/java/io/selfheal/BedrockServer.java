package io.selfheal;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import java.time.Duration;

/**
 * Bedrock's Converse as it is on the wire: each answer is a call of the tool {@code propose_fix}.
 */
public final class BedrockServer implements AutoCloseable {
  private static final String CONVERSE = "/model/.*/converse";

  private final WireMockServer server =
      new WireMockServer(WireMockConfiguration.options().dynamicPort());

  public BedrockServer() {
    server.start();
  }

  public String url() {
    return server.baseUrl();
  }

  /** Answers questions that have the text with the proposal, at once. */
  public void answer(String whenPromptHas, String proposal) {
    server.stubFor(
        post(urlMatching(CONVERSE))
            .withRequestBody(containing(whenPromptHas))
            .willReturn(okJson(converse(proposal))));
  }

  public void answerSlowly(String proposal, Duration delay) {
    server.stubFor(
        post(urlMatching(CONVERSE))
            .willReturn(okJson(converse(proposal)).withFixedDelay((int) delay.toMillis())));
  }

  public void forget() {
    server.resetAll();
  }

  /** All requests but those of the readiness probe, which asks for the server and not the model. */
  public int questions() {
    return (int)
        server.getAllServeEvents().stream()
            .filter(event -> !event.getRequest().getMethod().equals(RequestMethod.HEAD))
            .count();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static String converse(String proposal) {
    return """
        {"metrics": {"latencyMs": 1200},
         "output": {"message": {"role": "assistant", "content": [
           {"toolUse": {"toolUseId": "tooluse_1", "name": "propose_fix", "input": %s}}]}},
         "stopReason": "tool_use",
         "usage": {"inputTokens": 1200, "outputTokens": 300, "totalTokens": 1500}}"""
        .formatted(proposal);
  }
}
