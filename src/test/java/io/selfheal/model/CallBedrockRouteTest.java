package io.selfheal.model;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
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

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.SamplePrompts;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        .bind("askBedrock", new AskBedrock(new TokenLimit(200_000), model, 8000))
        .bind("readBedrockAnswer", new ReadBedrockAnswer(new ReadProposal(), model))
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
