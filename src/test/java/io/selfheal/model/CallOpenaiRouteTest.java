package io.selfheal.model;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.RepairPrompt.Rejection;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAI-compatible route against the wire format of chat completions. */
class CallOpenaiRouteTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String PROPOSAL =
      """
      {"verdict": "fix", "root_cause": "Größe fehlt", "title": "Take orders without items", "description": "d",
       "edits": [{"path": "handlers/create_order.py", "search": "a\\n", "replace": "b\\n"}]}""";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-06T12:00:00Z"), ZoneOffset.UTC);

  private final JsonMapper json = JsonMapper.builder().build();
  private OpenaiDialect dialect = new OpenaiDialect(AnswerFormat.AUTO);
  private String model = "qwen2.5-coder";
  private final WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort());

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private FixProposal ask(RepairPrompt prompt) throws Exception {
    return ask(prompt, Secret.of("sk-secret\n"));
  }

  private FixProposal ask(RepairPrompt prompt, Secret key) throws Exception {
    try (var route = route(key)) {
      return route.ask("direct:call-model-openai", prompt, FixProposal.class);
    }
  }

  private RouteContext route(Secret key) throws Exception {
    var settings = new OpenaiSettings(server.baseUrl() + "/v1//", key, model, 8192);
    return new RouteContext()
        .bind("askOpenai", new AskOpenai(new TokenLimit(200_000), settings, dialect))
        .bind(
            "readOpenaiAnswer",
            new ReadOpenaiAnswer(
                new ReadProposal(), new ModelPrices(null, null), settings, dialect, CLOCK))
        .start(Map.of("selfheal.model", "openai"), "routes/05-call-model/openai.camel.yaml");
  }

  private String toolCall(String arguments) throws Exception {
    return """
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "qwen2.5-coder",
         "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": null,
           "tool_calls": [{"id": "call_1", "type": "function",
              "function": {"name": "propose_fix", "arguments": %s}}]}}],
         "usage": {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940}}
        """
        .formatted(json.writeValueAsString(arguments));
  }

  private String content(String text, String finish) throws Exception {
    return """
        {"choices": [{"index": 0, "finish_reason": "%s", "message": {"role": "assistant", "content": %s}}],
         "usage": {"prompt_tokens": 900, "completion_tokens": 40}}
        """
        .formatted(finish, json.writeValueAsString(text));
  }

  @Test
  void toolCallBecomesProposal() throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(toolCall(PROPOSAL))));

    FixProposal proposal = ask(SamplePrompts.prompt());

    assertThat(proposal.rootCause()).isEqualTo("Größe fehlt");
    assertThat(proposal.edits())
        .containsExactly(new Edit("handlers/create_order.py", "a\n", "b\n"));
    assertThat(proposal.modelId()).isEqualTo("qwen2.5-coder");
    assertThat(proposal.inputTokens()).isEqualTo(900);
    assertThat(proposal.outputTokens()).isEqualTo(40);
    server.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withHeader("Authorization", equalTo("Bearer sk-secret"))
            .withHeader("Content-Type", equalTo("application/json"))
            .withRequestBody(matchingJsonPath("$.model", equalTo("qwen2.5-coder")))
            .withRequestBody(
                matchingJsonPath("$.tool_choice.function.name", equalTo("propose_fix")))
            .withRequestBody(
                matchingJsonPath("$.tools[0].function.parameters.required[0]", equalTo("verdict")))
            .withRequestBody(matchingJsonPath("$.messages[0].role", equalTo("system")))
            .withRequestBody(
                matchingJsonPath(
                    "$.messages[1].content", equalTo("KeyError: 'order_items' in größe.py"))));
  }

  @Test
  void onlyItsOwnHeadersAreSentAndNoneStays() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(okJson(toolCall(PROPOSAL)).withHeader("X-Ratelimit-Remaining", "1")));
    try (var route = route(Secret.of("sk-secret"))) {
      var out =
          route.send(
              "direct:call-model-openai",
              SamplePrompts.prompt(),
              Map.of(
                  "CamelAwsSqsReceiptHandle", "receipt",
                  "CamelHttpUri", "http://evil.invalid",
                  "CamelHttpPath", "/evil",
                  "CamelHttpQuery", "a=b",
                  "X-Internal", "app"));
      assertThat(out.getException()).isNull();
      assertThat(out.getMessage().getHeaders()).containsOnlyKeys("CamelAwsSqsReceiptHandle");
    }
    server.verify(postRequestedFor(urlEqualTo(PATH)).withHeader("X-Internal", absent()));
    assertThat(server.getAllServeEvents().get(0).getRequest().getHeaders().keys())
        .noneMatch(name -> name.startsWith("Camel"));
  }

  @Test
  void keyIsOnlySentWhenThereIsOne() throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(toolCall(PROPOSAL))));
    ask(SamplePrompts.prompt(), Secret.NONE);
    server.verify(postRequestedFor(urlEqualTo(PATH)).withHeader("Authorization", absent()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "Here:\n```json\n%s\n```"})
  void jsonInTheTextIsRead(String around) throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH)).willReturn(okJson(content(around.formatted(PROPOSAL), "stop"))));
    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
  }

  @Test
  void argumentsAsObjectAreRead() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH)).willReturn(okJson(toolCall("@").replace("\"@\"", PROPOSAL))));
    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
  }

  @Test
  void charsetOfTheAnswerIsFollowed() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/json; charset=ISO-8859-1")
                    .withBody(toolCall(PROPOSAL).getBytes(StandardCharsets.ISO_8859_1))));
    assertThat(ask(SamplePrompts.prompt()).rootCause()).isEqualTo("Größe fehlt");
  }

  @Test
  void secondQuestionCarriesAnswerAndReason() throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(toolCall(PROPOSAL))));
    var prompt =
        SamplePrompts.prompt()
            .rejected(new Rejection(PROPOSAL, "edits[0].search occurs twice", 900, 40));

    assertThat(ask(prompt).inputTokens()).isEqualTo(1800);

    server.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.messages[2].role", equalTo("assistant")))
            .withRequestBody(matchingJsonPath("$.messages[2].content", equalTo(PROPOSAL))));
    assertThat(server.getAllServeEvents().get(0).getRequest().getBodyAsString())
        .contains("edits[0].search occurs twice");
  }

  @Test
  void proseIsSentBack() throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(content("Just add a check.", "stop"))));
    var failure = catchThrowableOfType(ProposalException.class, () -> ask(SamplePrompts.prompt()));
    assertThat(failure.nextPrompt().rejection().orElseThrow().answer())
        .isEqualTo("Just add a check.");
  }

  @Test
  void answerCutOffIsSaidToBe() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH)).willReturn(okJson(content(PROPOSAL.substring(0, 50), "length"))));
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("cut off");
  }

  @Test
  void argumentsThatAreNoJsonAreSentBack() throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(toolCall("{\"verdict\": "))));
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("not valid JSON");
  }

  @Test
  void serverWithoutToolsIsAskedAgainForBareJson() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.tools"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withBody(
                        "{\"error\":{\"message\":\"registry.ollama.ai/library/tiny does not support tools\"}}")));
    server.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.tools", absent()))
            .willReturn(okJson(content(PROPOSAL, "stop"))));

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
    assertThat(server.getAllServeEvents().get(0).getRequest().getBodyAsString())
        .contains("JSON schema");
  }

  private void refuse(String jsonPath, int status, String message) throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath(jsonPath))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withBody(
                        "{\"error\":{\"message\":" + json.writeValueAsString(message) + "}}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | registry.ollama.ai/library/gemma:2b does not support tools",
        "500 | tools param requires --jinja flag",
        "400 | \"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set",
        "422 | Function calling is not supported by this model"
      })
  void serverWithoutToolsAnswersInTheFormOfTheSchemaAndIsRemembered(int status, String message)
      throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(content(PROPOSAL, "stop"))));
    refuse("$.tools", status, message);

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
    ask(SamplePrompts.prompt());

    server.verify(3, postRequestedFor(urlEqualTo(PATH)));
    server.verify(
        2,
        postRequestedFor(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.response_format.type", equalTo("json_schema")))
            .withRequestBody(
                matchingJsonPath("$.response_format.json_schema.schema.properties.edits")));
  }

  @Test
  void serverWithNeitherIsAskedForText() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(okJson(content("Sure:\n```json\n" + PROPOSAL + "\n```", "stop"))));
    refuse("$.tools", 400, "unknown field tools");
    refuse("$.response_format", 400, "response_format json_schema is not supported");

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
    server.verify(3, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void serverThatIgnoresToolsIsAskedInAnotherWayTheSecondTime() throws Exception {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(content("I would check it.", "stop"))));
    assertThatThrownBy(() -> ask(SamplePrompts.prompt())).isInstanceOf(ProposalException.class);
    assertThatThrownBy(() -> ask(SamplePrompts.prompt())).isInstanceOf(ProposalException.class);

    assertThat(server.getAllServeEvents().get(0).getRequest().getBodyAsString())
        .contains("response_format")
        .doesNotContain("tool_choice");
  }

  @Test
  void aPinnedFormatIsKept() throws Exception {
    dialect = new OpenaiDialect(AnswerFormat.of("tools"));
    refuse("$.tools", 400, "no tools here");

    assertThatThrownBy(() -> ask(SamplePrompts.prompt())).isInstanceOf(ModelException.class);
    server.verify(1, postRequestedFor(urlEqualTo(PATH)));
    assertThatThrownBy(() -> AnswerFormat.of("yaml"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.openai.answer-format")
        .hasMessageContaining("json-schema");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think>Maybe {\"verdict\": 1}?</think>\n%s",
        "Let me see {a}.\n</think>\n\n%s",
        "Answer: %s Hope it helps {}!"
      })
  void thoughtsAndProseAroundTheAnswerAreTolerated(String around) throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH)).willReturn(okJson(content(around.replace("%s", PROPOSAL), "stop"))));

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
  }

  @Test
  void anAnswerThatWasTakenForThoughtsIsRead() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                okJson(
                    """
                    {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant",
                       "content": null, "reasoning_content": %s, "tool_calls": []}}],
                     "usage": {"prompt_tokens": 900, "completion_tokens": 40}}
                    """
                        .formatted(json.writeValueAsString("hm </think>" + PROPOSAL)))));
    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
  }

  @Test
  void contentInPartsIsRead() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                okJson(
                    content("@", "stop")
                        .replace(
                            "\"@\"",
                            "[{\"type\": \"text\", \"text\": "
                                + json.writeValueAsString(PROPOSAL)
                                + "}]"))));
    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
  }

  @ParameterizedTest
  @CsvSource({"404, no such model", "429, slow down", "503, loading", "403, not for you"})
  void theNextModelIsAskedWhenOneCannotBeUsed(int status, String message) throws Exception {
    model = "big, small";
    refuse("$[?(@.model == 'big')]", status, message);
    server.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.model", equalTo("small")))
            .willReturn(okJson(toolCall(PROPOSAL))));

    assertThat(ask(SamplePrompts.prompt()).modelId()).isEqualTo("small");
    server.verify(2, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void aWrongKeyIsWrongForEveryModel() throws Exception {
    model = "big, small";
    refuse("$.model", 401, "who are you");

    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("selfheal.openai.api-key");
    server.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
        "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 4096 tokens",
        "the request exceeds the available context size, try increasing it"
      })
  void aPromptThatIsTooLongForEveryModelSaysSo(String message) throws Exception {
    model = "big, small";
    refuse("$.model", 400, message);

    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no model of selfheal.openai.model can be used");
    // Nothing could be left out of so small a prompt.
    server.verify(2, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void newerNameOfTheAnswersLimitIsUsedWhereTheOlderIsRefused() throws Exception {
    server.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.max_tokens", equalTo("8192")))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withBody(
                        "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\"}}")));
    server.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.max_completion_tokens", equalTo("8192")))
            .withRequestBody(matchingJsonPath("$.tools"))
            .willReturn(okJson(toolCall(PROPOSAL))));

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
  }

  @ParameterizedTest
  @CsvSource({
    "401, selfheal.openai.api-key",
    "403, selfheal.openai.api-key",
    "404, selfheal.openai.model = qwen2.5-coder",
    "400, refused the request",
    "301, refused the request"
  })
  void refusalNamesTheKey(int status, String named) {
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Location", "http://elsewhere.invalid/")
                    .withBody("{\"error\":{\"message\":\"no way,\\n sk-secret\"}}")));
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("no way, ***")
        .hasMessageNotContaining("sk-secret");
    server.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @ParameterizedTest
  @CsvSource({
    "429, 17, PT17S",
    "503, 'Tue, 06 Jan 2026 12:01:00 GMT', PT1M",
    "500, , ",
    "529, soon, "
  })
  void busyServerMayBeAskedLater(int status, String retryAfter, Duration wait) {
    var response = aResponse().withStatus(status).withBody("overloaded");
    server.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                retryAfter == null ? response : response.withHeader("Retry-After", retryAfter)));
    var failure =
        catchThrowableOfType(ModelUnavailableException.class, () -> ask(SamplePrompts.prompt()));
    assertThat(failure).hasMessageContaining("HTTP " + status);
    assertThat(failure.retryAfter().orElse(null)).isEqualTo(wait);
    server.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void lostConnectionMayBeTriedLater() {
    server.stubFor(
        post(urlEqualTo(PATH)).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("selfheal.openai.base-url");
    server.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void pageInsteadOfAnAnswerIsExplained() {
    server.stubFor(post(urlEqualTo(PATH)).willReturn(aResponse().withBody("<html>Sign in</html>")));
    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no chat completion");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:11434", "ftp://x/v1", "http://user:pw@x/v1", "http://x y"})
  void badBaseUrlIsRefused(String url) {
    assertThatThrownBy(() -> new OpenaiSettings(url, Secret.NONE, "m", 8192))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.openai.base-url");
  }

  @Test
  void missingModelIsRefused() {
    assertThatThrownBy(() -> new OpenaiSettings("http://x/v1", Secret.NONE, " ", 8192))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.openai.model");
  }
}
