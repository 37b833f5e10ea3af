package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.camel.MotoServer;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

class GuidanceParametersMotoIT {
  private static MotoServer aws;
  private static SsmClient ssm;

  @BeforeAll
  static void start() throws Exception {
    aws = MotoServer.start();
    ssm = aws.client(SsmClient.builder());
    put("/healing/repo_url", "git@github.com:acme/shop.git");
    put("/healing/repo_name", "shop");
    put("/healing/repo_api_url", "https://api.github.com/repos/acme/shop");
    put("/healing/repo_api_key", "ghp_secret");
    put("/healing/repo_ssh_private_key", "-----BEGIN KEY-----\nx\n-----END KEY-----");
    put("/healing/cloudwatch_log_group_name", "/aws/lambda/shop");
    put("/healing/model_provider", "bedrock");
    put("/healing/verify", "make test");
    put("/healing/bedrock.region", "eu-west-1");
    put("/healing/openai.api-key", "sk-secret");
  }

  @AfterAll
  static void stop() {
    if (aws != null) {
      ssm.close();
      aws.close();
    }
  }

  @Test
  void theGuidancesParametersMakeAnApplication() {
    Map<String, String> keys = new GuidanceParameters(ssm).keys("/healing");

    Settings settings = Settings.load(Optional.empty(), Map.of(), Map.of()).orElse(keys);
    Application shop = settings.applications().get("shop");
    assertThat(shop.repository()).isEqualTo("git@github.com:acme/shop.git");
    assertThat(shop.scm()).isEqualTo("github");
    assertThat(shop.scmApiUrl()).contains("https://api.github.com/repos/acme/shop");
    assertThat(shop.logGroups()).containsExactly("/aws/lambda/shop");
    assertThat(keys)
        .containsEntry(
            "selfheal.apps.shop.scm-token", "{{aws-parameterstore:/healing/repo_api_key}}")
        .containsEntry(
            "selfheal.apps.shop.ssh-private-key",
            "{{aws-parameterstore:/healing/repo_ssh_private_key}}");
    assertThat(keys.values())
        .noneMatch(value -> value.contains("ghp_secret") || value.contains("sk-secret"));
    assertThat(keys)
        .containsEntry("selfheal.apps.shop.verify", "make test")
        .containsEntry("selfheal.bedrock.region", "eu-west-1")
        .containsEntry("selfheal.openai.api-key", "{{aws-parameterstore:/healing/openai.api-key}}");
  }

  @Test
  void whatTheUserSetsWins() {
    Settings settings =
        Settings.load(
                Optional.empty(),
                Map.of(),
                Map.of("selfheal.model", "replay", "selfheal.apps.shop.branch", "main"))
            .orElse(new GuidanceParameters(ssm).keys("/healing/"));
    assertThat(settings.text("selfheal.model")).isEqualTo("replay");
    assertThat(settings.applications().get("shop").branch()).contains("main");
  }

  @Test
  void aPrefixWithoutParametersIsTold() {
    assertThatThrownBy(() -> new GuidanceParameters(ssm).keys("/nothing"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.parameters.prefix = /nothing")
        .hasMessageContaining("/nothing/repo_url");
  }

  private static void put(String name, String value) {
    ssm.putParameter(put -> put.name(name).value(value).type(ParameterType.SECURE_STRING));
  }
}
