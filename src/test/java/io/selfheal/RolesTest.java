package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.spi.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolesTest {
  @Test
  void allRunWhereNothingIsSet() {
    Settings settings = Settings.load(Optional.empty(), Map.of(), Map.of());

    assertThat(Roles.of(settings)).containsExactly(Roles.values());
  }

  @ParameterizedTest
  @CsvSource({
    "'receive,dedup', 01-receive-logs-receive-logs 01-receive-logs-cloudwatch 02-deduplicate-errors",
    "queue, 03-queue-repairs",
    "heal, 04-enrich-prompt 05-call-model-call-model 05-call-model-bedrock 06-commit-fix 07-call-scm"
        + " 07-open-pull-request-open-pull-request 07-open-pull-request-github",
    "follow-up, 07-call-scm 07-open-pull-request-open-pull-request 07-open-pull-request-github 08-follow-up"
  })
  void eachRoleLoadsItsOwnRoutesAndWhatEveryProcessNeeds(String roles, String files) {
    Set<String> everywhere = Set.of("00-error-handling", "09-count-issues", "09-show-issues");
    assertThat(files(roles, Map.of()))
        .containsAll(everywhere)
        .filteredOn(name -> !everywhere.contains(name))
        .containsExactlyInAnyOrder(files.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void issuesAreCountedForTheMetricsWithoutTheDashboardToo(String management, String cloudWatch) {
    assertThat(
            files(
                "heal",
                Map.of(
                    "selfheal.http.dashboard", "false",
                    "camel.management.enabled", management,
                    "selfheal.metrics.cloudwatch", cloudWatch)))
        .contains("09-count-issues")
        .doesNotContain("09-show-issues");
  }

  @ParameterizedTest
  @CsvSource({
    "'receive,heal', name both or none",
    "dedup, name both or none",
    "'heal,quee', use some of",
    "' ', name at least one of"
  })
  void whatCannotWorkIsRefused(String roles, String why) {
    assertThatThrownBy(() -> Roles.of(settings(roles, Map.of())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.roles")
        .hasMessageContaining(why);
  }

  @Test
  void aSourceOfTheUsersRunsWhereLogsAreReceived(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("mine.camel.yaml"),
        "- route: {id: receive-logs-mine, from: {uri: 'timer:mine', steps: [{to: 'direct:receive-logs'}]}}");
    Map<String, String> routes =
        Map.of("selfheal.routes", folder.toString(), "selfheal.sources", "mine");

    assertThat(files("receive,dedup", routes)).contains("mine");
    assertThat(files("heal", routes)).doesNotContain("mine");
  }

  private static List<String> files(String roles, Map<String, String> more) {
    return new RouteFiles(settings(roles, more))
        .resources().stream()
            .map(Resource::getLocation)
            .map(name -> name.substring(name.lastIndexOf(':') + 1).replace(".camel.yaml", ""))
            .toList();
  }

  private static Settings settings(String roles, Map<String, String> more) {
    Map<String, String> keys = new java.util.HashMap<>(more);
    keys.put("selfheal.roles", roles);
    keys.put("selfheal.apps.shop.repository", "git@github.com:acme/shop.git");
    return Settings.load(Optional.empty(), Map.of(), keys);
  }
}
