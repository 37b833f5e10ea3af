package io.selfheal.model;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.notContaining;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.SamplePrompts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The Bedrock route with the real SDK client, against Bedrock's wire format. */
class CallBedrockRouteTest {
  private static final String MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String PATH =
      "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
  private static final String ANSWER =
      """
      {"output": {"message": {"role": "assistant", "content": [
         {"text": "Here is the fix."},
         {"toolUse": {"toolUseId": "tooluse_1", "name": "propose_fix", "input": {
            "verdict": "fix", "root_cause": "The key is optional.", "title": "Take orders without items",
            "description": "Says 400.", "confidence": 0.9,
            "edits": [{"path": "handlers/create_order.py", "search": "a\\n", "replace": "b\\n"}]}}}]}},
       "stopReason": "tool_use",
       "usage": {"inputTokens": 1000, "outputTokens": 50, "totalTokens": 1750,
                 "cacheReadInputTokens": 500, "cacheWriteInputTokens": 200},
       "metrics": {"latencyMs": 1234}}
      """;

  private final PromptCaching caching = new PromptCaching();
  private final ModelPrices prices = new ModelPrices(null, null);
  private final WireMockServer bedrock = new WireMockServer(wireMockConfig().dynamicPort());

  @BeforeEach
  void start() {
    bedrock.start();
  }

  @AfterEach
  void stop() {
    bedrock.stop();
  }

  private BedrockRuntimeClient client(Duration answerTimeout) {
    return BedrockClients.create(
        "eu-central-1",
        answerTimeout,
        builder ->
            builder
                .endpointOverride(URI.create(bedrock.baseUrl()))
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))));
  }

  private RouteContext route(String model, BedrockRuntimeClient client) throws Exception {
    return new RouteContext()
        .bind("bedrockRuntimeClient", client)
        .bind("bedrockRuntimeAsyncClient", BedrockClients.noStreaming())
        .bind(
            "askBedrock",
            new AskBedrock(new TokenLimit(200_000), List.of(model.split(",")), caching, 8000))
        .bind("readBedrockAnswer", new ReadBedrockAnswer(new ReadProposal(), prices, caching))
        .start(
            Map.of("selfheal.model", "bedrock", "selfheal.bedrock.model-id", model),
            "routes/05-call-model/bedrock.camel.yaml");
  }

  private FixProposal ask(RepairPrompt prompt) throws Exception {
    try (var client = client(Duration.ofSeconds(20));
        var route = route(MODEL, client)) {
      return route.ask("direct:call-model-bedrock", prompt, FixProposal.class);
    }
  }

  @Test
  void answerBecomesProposal() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));

    FixProposal proposal = ask(SamplePrompts.prompt());

    assertThat(proposal.verdict()).isEqualTo(FixProposal.Verdict.FIX);
    assertThat(proposal.rootCause()).isEqualTo("The key is optional.");
    assertThat(proposal.edits())
        .containsExactly(new Edit("handlers/create_order.py", "a\n", "b\n"));
    assertThat(proposal.modelId()).isEqualTo(MODEL);
    assertThat(proposal.inputTokens()).isEqualTo(1700);
    assertThat(proposal.outputTokens()).isEqualTo(50);
    assertThat(proposal.answer()).contains("\"root_cause\":\"The key is optional.\"", "0.9");
    assertThat(proposal.prompt()).isEqualTo(SamplePrompts.prompt());
  }

  @Test
  void requestForcesTheToolAndCachesTheHouseRules() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));

    ask(SamplePrompts.prompt());

    bedrock.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withRequestBody(
                matchingJsonPath("$.toolConfig.toolChoice.tool.name", equalTo("propose_fix")))
            .withRequestBody(
                matchingJsonPath(
                    "$.toolConfig.tools[0].toolSpec.inputSchema.json.properties.edits"))
            .withRequestBody(
                matchingJsonPath("$.system[0].text", equalTo("House rules: fix the cause.")))
            .withRequestBody(matchingJsonPath("$.system[1].cachePoint.type", equalTo("default")))
            .withRequestBody(matchingJsonPath("$.inferenceConfig.maxTokens", equalTo("8000")))
            .withRequestBody(
                matchingJsonPath(
                    "$.messages[0].content[0].text",
                    equalTo("KeyError: 'order_items' in größe.py"))));
  }

  @Test
  void noRequestHeaderStaysAndForeignOnesDo() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));
    try (var client = client(Duration.ofSeconds(20));
        var route = route(MODEL, client)) {
      var out =
          route.send(
              "direct:call-model-bedrock",
              SamplePrompts.prompt(),
              Map.of("CamelAwsSqsReceiptHandle", "receipt"));
      assertThat(out.getMessage().getHeaders()).containsOnlyKeys("CamelAwsSqsReceiptHandle");
    }
  }

  @Test
  void secondQuestionGoesOnFromTheRejectedCall() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));
    var rejected =
        new ProposalException(ask(SamplePrompts.prompt()), "edits[0].search occurs twice");

    FixProposal second = ask(rejected.nextPrompt());

    assertThat(second.inputTokens()).isEqualTo(3400);
    assertThat(second.outputTokens()).isEqualTo(100);
    bedrock.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withRequestBody(
                matchingJsonPath("$.messages[1].content[0].toolUse.input.verdict", equalTo("fix")))
            .withRequestBody(
                matchingJsonPath("$.messages[2].content[0].toolResult.status", equalTo("error")))
            .withRequestBody(
                matchingJsonPath("$.messages[2].content[0].toolResult.content[0].text")));
    assertThat(bedrock.getAllServeEvents().get(0).getRequest().getBodyAsString())
        .contains("edits[0].search occurs twice");
  }

  @Test
  void proseIsSentBackAsText() throws Exception {
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                okJson(
                    """
                    {"output": {"message": {"role": "assistant", "content": [{"text": "I would look at it."}]}},
                     "stopReason": "end_turn", "usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15}}
                    """)));

    var failure = catchThrowableOfType(ProposalException.class, () -> ask(SamplePrompts.prompt()));

    assertThat(failure).hasMessageContaining("Call propose_fix");
    assertThat(failure.toldBefore()).isFalse();
    assertThat(failure.inputTokens()).isEqualTo(10);
    RepairPrompt next = failure.nextPrompt();
    var again = catchThrowableOfType(ProposalException.class, () -> ask(next));
    assertThat(again.toldBefore()).isTrue();
    bedrock.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withRequestBody(
                matchingJsonPath("$.messages[1].content[0].text", equalTo("I would look at it."))));
  }

  @Test
  void answerCutOffIsSaidToBe() {
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(okJson(ANSWER.replace("\"tool_use\"", "\"max_tokens\""))));

    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("cut off");
  }

  @Test
  void profileArnReachesBedrockUnchanged() throws Exception {
    String arn = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123";
    bedrock.stubFor(post(anyUrl()).willReturn(okJson(ANSWER)));
    try (var client = client(Duration.ofSeconds(20));
        var route = route(arn, client)) {
      assertThat(
              route
                  .ask("direct:call-model-bedrock", SamplePrompts.prompt(), FixProposal.class)
                  .modelId())
          .isEqualTo(arn);
    }
    String path = java.net.URLEncoder.encode(arn, java.nio.charset.StandardCharsets.UTF_8);
    bedrock.verify(postRequestedFor(urlEqualTo("/model/" + path + "/converse")));
    // Opaque ids are not known to cache prompts.
    assertThat(bedrock.getAllServeEvents().get(0).getRequest().getBodyAsString())
        .doesNotContain("cachePoint");
  }

  @Test
  void answerThatTakesTooLongIsPaidOnce() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER).withFixedDelay(5000)));
    try (var client = client(Duration.ofMillis(300));
        var route = route(MODEL, client)) {
      assertThatThrownBy(
              () ->
                  route.ask("direct:call-model-bedrock", SamplePrompts.prompt(), FixProposal.class))
          .isInstanceOf(ModelUnavailableException.class);
    }
    bedrock.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void throttledCallIsMadeAgain() throws Exception {
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .inScenario("throttle")
            .whenScenarioStateIs(Scenario.STARTED)
            .willSetStateTo("free")
            .willReturn(
                aResponse()
                    .withStatus(429)
                    .withHeader("x-amzn-ErrorType", "ThrottlingException")
                    .withBody("{\"message\":\"Too many requests\"}")));
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .inScenario("throttle")
            .whenScenarioStateIs("free")
            .willReturn(okJson(ANSWER)));

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
    bedrock.verify(2, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void missingInferenceProfileIsExplained() {
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("x-amzn-ErrorType", "ValidationException")
                    .withBody(
                        "{\"message\":\"Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.\"}")));

    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("selfheal.bedrock.model-id = " + MODEL)
        .hasMessageContaining("inference profile of this model");
    bedrock.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void missingRightIsExplained() {
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .willReturn(
                aResponse()
                    .withStatus(403)
                    .withHeader("x-amzn-ErrorType", "AccessDeniedException")
                    .withBody("{\"message\":\"User is not authorized\"}")));

    assertThatThrownBy(() -> ask(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("bedrock:InvokeModel");
  }

  private static final String SECOND = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String SECOND_PATH =
      "/model/eu.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse";

  private FixProposal askList(RepairPrompt prompt) throws Exception {
    try (var client = client(Duration.ofSeconds(20));
        var route = route(MODEL + "," + SECOND, client)) {
      return route.ask("direct:call-model-bedrock", prompt, FixProposal.class);
    }
  }

  private void refuse(String path, int status, String type, String message) {
    bedrock.stubFor(
        post(urlEqualTo(path))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("x-amzn-ErrorType", type)
                    .withBody("{\"message\":\"" + message + "\"}")));
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDeniedException, You don't have access to the model",
    "404, ResourceNotFoundException, The model was not found",
    "400, ValidationException, Input is too long for requested model",
    "408, ModelTimeoutException, Model timed out",
    "424, ModelErrorException, The model failed"
  })
  void theNextModelIsAskedWhenOneCannotBeUsed(int status, String type, String message)
      throws Exception {
    refuse(PATH, status, type, message);
    bedrock.stubFor(post(urlEqualTo(SECOND_PATH)).willReturn(okJson(ANSWER)));

    assertThat(askList(SamplePrompts.prompt()).modelId()).isEqualTo(SECOND);
    bedrock.verify(1, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void everyModelsFailureIsToldWhenNoneIsLeft() {
    refuse(PATH, 403, "AccessDeniedException", "not yours");
    refuse(SECOND_PATH, 404, "ResourceNotFoundException", "not there");

    assertThatThrownBy(() -> askList(SamplePrompts.prompt()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no model of selfheal.bedrock.model-id can be used")
        .hasMessageContaining("not yours")
        .hasMessageContaining("not there");

    refuse(SECOND_PATH, 424, "ModelErrorException", "try later");
    assertThatThrownBy(() -> askList(SamplePrompts.prompt()))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void aFurtherTryBeginsWithTheNextModel() throws Exception {
    bedrock.stubFor(post(anyUrl()).willReturn(okJson(ANSWER)));

    assertThat(askList(SamplePrompts.prompt()).modelId()).isEqualTo(MODEL);
    var second = SamplePrompts.prompt(SamplePrompts.issue(2, 0, 0, null), SamplePrompts.app());
    assertThat(askList(second).modelId()).isEqualTo(SECOND);
    var third = SamplePrompts.prompt(SamplePrompts.issue(3, 0, 0, null), SamplePrompts.app());
    assertThat(askList(third).modelId()).isEqualTo(MODEL);
  }

  @Test
  void aModelThatDoesNotCachePromptsIsAskedWithoutAndRemembered() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.system[1].cachePoint"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("x-amzn-ErrorType", "ValidationException")
                    .withBody("{\"message\":\"extraneous key [cachePoint] is not permitted\"}")));

    assertThat(ask(SamplePrompts.prompt()).title()).isEqualTo("Take orders without items");
    bedrock.verify(2, postRequestedFor(urlEqualTo(PATH)));
    ask(SamplePrompts.prompt());
    bedrock.verify(3, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void aPromptThatIsTooLongIsCutDownOnce() throws Exception {
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(matchingJsonPath("$.messages[0].content[0].text", containing("NOTES")))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("x-amzn-ErrorType", "ValidationException")
                    .withBody("{\"message\":\"Input is too long for requested model.\"}")));
    bedrock.stubFor(
        post(urlEqualTo(PATH))
            .withRequestBody(
                matchingJsonPath("$.messages[0].content[0].text", notContaining("NOTES")))
            .willReturn(okJson(ANSWER)));
    RepairPrompt small = SamplePrompts.prompt();
    String user =
        "<<<log 0123456789>>>\nKeyError\n<<<end 0123456789>>>\n\n"
            + "<<<file a.py lines 1-1 of 1 0123456789>>>\nx = 1\n<<<end 0123456789>>>\n\n"
            + "<<<notes AGENTS.md 0123456789>>>\n"
            + "NOTES ".repeat(200)
            + "\n<<<end 0123456789>>>\n\nCall propose_fix.";
    var large =
        new RepairPrompt(
            small.issue(),
            small.app(),
            small.workTree(),
            small.system(),
            user,
            java.util.Optional.empty());

    FixProposal proposal = ask(large);

    assertThat(proposal.prompt().user())
        .contains("KeyError", "x = 1", "left out", "Call propose_fix.")
        .doesNotContain("NOTES");
    bedrock.verify(2, postRequestedFor(urlEqualTo(PATH)));
  }

  @Test
  void whatTheCacheReadsAndWritesHasItsOwnPrice() throws Exception {
    bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(okJson(ANSWER)));

    // 1000 at 3 USD a million, 500 read at a tenth, 200 written at five quarters, 50 out at 15 USD
    assertThat(ask(SamplePrompts.prompt()).costUsd()).isEqualByComparingTo("0.00465");
  }

  @Test
  void nothingIsAskedWhenTheTokensAreUsedUp() {
    var prompt =
        SamplePrompts.prompt(SamplePrompts.issue(2, 199_990, 20, null), SamplePrompts.app());
    assertThatThrownBy(() -> ask(prompt))
        .isInstanceOf(TokenLimitException.class)
        .hasMessageContaining("selfheal.heal.max-tokens-per-repair");
    bedrock.verify(0, postRequestedFor(anyUrl()));
  }
}
