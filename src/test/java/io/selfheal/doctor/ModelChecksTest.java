package io.selfheal.doctor;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.selfheal.settings.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

class ModelChecksTest {
  private static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String PROFILE = "us." + MODEL;
  private static final String OPEN =
      """
      {"modelId": "m", "agreementAvailability": {"status": "AVAILABLE"},
       "authorizationStatus": "AUTHORIZED", "entitlementAvailability": "AVAILABLE",
       "regionAvailability": "AVAILABLE"}
      """;

  @RegisterExtension
  private static final WireMockExtension SERVER =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  @TempDir private Path folder;

  @Test
  void aProfileThatIsOpenToTheAccountIsFine() {
    catalogue("/inference-profiles/.*", okJson(profile()));
    catalogue("/foundation-model-availability/.*", okJson(OPEN));

    Finding found = bedrock(PROFILE);

    assertThat(found.level()).isEqualTo(Finding.Level.OK);
    assertThat(found.text()).contains(PROFILE, "was not tried");
  }

  @Test
  void anAccountWithoutAccessIsTold() {
    catalogue("/inference-profiles/.*", okJson(profile()));
    catalogue(
        "/foundation-model-availability/.*", okJson(OPEN.replace("AUTHORIZED", "NOT_AUTHORIZED")));

    Finding found = bedrock(PROFILE);

    assertThat(found.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(found.whatToDo()).contains("request access");
  }

  @Test
  void aModelThatIsNotThereOnDemandNeedsAProfile() {
    catalogue(
        "/foundation-models/.*",
        okJson(
            """
            {"modelDetails": {"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/m",
             "modelId": "m", "inferenceTypesSupported": ["INFERENCE_PROFILE"]}}
            """));

    Finding found = bedrock(MODEL);

    assertThat(found.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(found.text()).contains("needs an inference profile");
    assertThat(found.whatToDo()).contains("us." + MODEL, "selfheal.bedrock.model-id");
  }

  @Test
  void whereTheCatalogueMayNotBeReadTheModelIsAskedForOneToken() {
    denied();
    SERVER.stubFor(
        post(urlPathMatching("/model/.*/converse"))
            .willReturn(
                okJson(
                    """
                    {"output": {"message": {"role": "assistant", "content": [{"text": "1"}]}},
                     "stopReason": "max_tokens", "metrics": {"latencyMs": 1},
                     "usage": {"inputTokens": 8, "outputTokens": 1, "totalTokens": 9}}
                    """)));

    assertThat(bedrock(PROFILE).text()).endsWith("answers (asked for one token)");
  }

  @Test
  void theModelsOwnWordsThatItNeedsAProfileAreExplained() {
    denied();
    refuse(
        400,
        "ValidationException",
        "Invocation of model ID "
            + MODEL
            + " with on-demand throughput isn't supported. Retry your request with the ID or ARN"
            + " of an inference profile that contains this model.");

    assertThat(bedrock(MODEL).text()).contains("needs an inference profile");
  }

  @Test
  void aMissingRightToAskIsTold() {
    denied();
    refuse(403, "AccessDeniedException", "not authorized to perform: bedrock:InvokeModel");

    Finding found = bedrock(PROFILE);

    assertThat(found.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(found.whatToDo()).contains("bedrock:InvokeModel");
  }

  @Test
  void ofSeveralModelsOneIsEnough() {
    catalogue("/inference-profiles/.*", okJson(profile()));
    catalogue("/foundation-model-availability/.*", okJson(OPEN));
    catalogue(
        "/foundation-models/.*",
        okJson(
            """
            {"modelDetails": {"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/m",
             "modelId": "m", "inferenceTypesSupported": ["PROVISIONED"]}}
            """));

    assertThat(bedrock(PROFILE, MODEL).level()).isEqualTo(Finding.Level.WARN);
  }

  @Test
  void anOpenaiServerIsAskedForItsModels() throws Exception {
    SERVER.stubFor(
        get(urlPathMatching("/v1/models"))
            .withHeader("Authorization", equalTo("Bearer k3y"))
            .willReturn(
                okJson("{\"data\": [{\"id\": \"qwen:32b\"}, {\"id\": \"llama:latest\"}]}")));

    assertThat(openai("k3y", "qwen:32b", "llama").level()).isEqualTo(Finding.Level.OK);
    Finding missing = openai("k3y", "gpt-5");
    assertThat(missing.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(missing.text()).contains("has no gpt-5", "qwen:32b");
    SERVER.stubFor(get(urlPathMatching("/v1/models")).willReturn(status(401)));
    assertThat(openai("wr0ng", "gpt-5").whatToDo()).contains("selfheal.openai.api-key");
    SERVER.stubFor(get(urlPathMatching("/v1/models")).willReturn(status(404)));
    assertThat(openai("k3y", "gpt-5").level()).isEqualTo(Finding.Level.WARN);
  }

  @Test
  void recordedAnswersAreCounted() throws Exception {
    assertThat(new ReplayCheck(folder.resolve("none")).look().level())
        .isEqualTo(Finding.Level.FAIL);
    assertThat(new ReplayCheck(folder).look().level()).isEqualTo(Finding.Level.WARN);
    Files.writeString(folder.resolve("a.json"), "{}");
    assertThat(new ReplayCheck(folder).look().text()).startsWith("1 recorded");
  }

  private static String profile() {
    return """
        {"inferenceProfileName": "US Claude", "inferenceProfileArn": "arn:aws:bedrock:us-east-1:1:inference-profile/%s",
         "inferenceProfileId": "%s", "status": "ACTIVE", "type": "SYSTEM_DEFINED",
         "models": [{"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/%s"}]}
        """
        .formatted(PROFILE, PROFILE, MODEL);
  }

  private static void catalogue(String path, ResponseDefinitionBuilder answer) {
    SERVER.stubFor(get(urlPathMatching(path)).willReturn(answer));
  }

  private static void denied() {
    catalogue(
        "/.*",
        aResponse()
            .withStatus(403)
            .withHeader("x-amzn-ErrorType", "AccessDeniedException")
            .withBody("{\"message\": \"no\"}"));
  }

  private static void refuse(int status, String type, String message) {
    SERVER.stubFor(
        post(urlPathMatching("/model/.*/converse"))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("x-amzn-ErrorType", type)
                    .withBody("{\"message\": \"" + message + "\"}")));
  }

  private static Finding bedrock(String... models) {
    return new BedrockCheck(
            at(BedrockClient.builder()), at(BedrockRuntimeClient.builder()), List.of(models))
        .look();
  }

  private static Finding openai(String key, String... models) throws Exception {
    return new OpenaiCheck(SERVER.baseUrl() + "/v1/", Secret.of(key), List.of(models)).look();
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C at(
      B builder) {
    return builder
        .endpointOverride(URI.create(SERVER.baseUrl()))
        .region(Region.US_EAST_1)
        .httpClientBuilder(ApacheHttpClient.builder())
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
        .build();
  }
}
