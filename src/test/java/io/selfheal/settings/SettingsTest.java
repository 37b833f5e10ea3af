package io.selfheal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir private Path folder;

  @Test
  void everyKeyOfTheContractIsDeclared() {
    assertThat(Settings.declaredKeys())
        .contains(
            "selfheal.sources",
            "selfheal.apps.<app>.log-groups",
            "selfheal.apps.<app>.repository",
            "selfheal.apps.<app>.branch",
            "selfheal.apps.<app>.ssh-private-key",
            "selfheal.apps.<app>.ssh-known-hosts",
            "selfheal.apps.<app>.scm",
            "selfheal.apps.<app>.scm-api-url",
            "selfheal.apps.<app>.scm-token",
            "selfheal.apps.<app>.verify",
            "selfheal.apps.<app>.format",
            "selfheal.apps.<app>.paths",
            "selfheal.file.path",
            "selfheal.file.app",
            "selfheal.http.access-key",
            "selfheal.http.host",
            "selfheal.http.port",
            "selfheal.cloudwatch.poll-interval",
            "selfheal.logs.flush-after",
            "selfheal.issues.count-interval",
            "selfheal.issues.sweep-interval",
            "selfheal.issues.table",
            "selfheal.work.queue",
            "selfheal.model",
            "selfheal.bedrock.model-id",
            "selfheal.bedrock.region",
            "selfheal.bedrock.max-tokens",
            "selfheal.openai.base-url",
            "selfheal.openai.api-key",
            "selfheal.openai.model",
            "selfheal.replay.dir",
            "selfheal.heal.concurrency",
            "selfheal.heal.max-attempts",
            "selfheal.heal.min-occurrences",
            "selfheal.heal.max-open-pull-requests",
            "selfheal.heal.max-repairs-per-day",
            "selfheal.heal.max-tokens-per-repair",
            "selfheal.heal.dry-run",
            "selfheal.parameters.prefix",
            "selfheal.routes",
            "selfheal.local",
            "selfheal.local.dir",
            "selfheal.git.author-name",
            "selfheal.git.author-email");
  }

  @Test
  void theFileWinsOverDefaultsAndTheEnvironmentOverTheFileAndTheCommandLineOverAll() {
    Settings settings =
        load(
            "selfheal.issues.table=from-file\nselfheal.work.queue=from-file\nselfheal.model=openai\n",
            Map.of("SELFHEAL_WORK_QUEUE", "from-env", "SELFHEAL_MODEL", "replay"),
            Map.of("selfheal.model", "bedrock"));
    assertThat(settings.text("selfheal.issues.table")).isEqualTo("from-file");
    assertThat(settings.text("selfheal.work.queue")).isEqualTo("from-env");
    assertThat(settings.text("selfheal.model")).isEqualTo("bedrock");
    assertThat(settings.text("selfheal.http.host")).isEqualTo("127.0.0.1");
  }

  @Test
  void anApplicationsKeysComeFromTheEnvironmentToo() {
    Settings settings =
        load(
            "selfheal.apps.web-shop.repository=git@github.com:acme/shop.git\n",
            Map.of(
                "SELFHEAL_APPS_WEB_SHOP_SSH_PRIVATE_KEY", "the key",
                "SELFHEAL_APPS_BILLING_REPOSITORY", "https://github.com/acme/billing"),
            Map.of());
    assertThat(settings.applications()).containsOnlyKeys("billing", "web-shop");
    assertThat(settings.applications().get("web-shop").sshPrivateKey().reveal())
        .contains("the key");
  }

  @Test
  void otherVariablesOfTheSamePrefixAreLeftAlone() {
    Settings settings =
        load(
            "",
            Map.of("SELFHEAL_SERVICE_HOST", "10.0.0.1", "SELFHEAL_PORT_8080_TCP", "tcp"),
            Map.of());
    assertThat(settings.applications()).isEmpty();
  }

  @Test
  void aMisspeltKeyIsRefusedWithTheRightOne() {
    assertThatThrownBy(() -> load("selfheal.issue.table=x\n", Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.issue.table = x")
        .hasMessageContaining("did you mean selfheal.issues.table?");
    assertThatThrownBy(() -> load("selfheal.apps.shop.repo=x\n", Map.of(), Map.of()))
        .hasMessageContaining("selfheal.apps.shop.repo");
  }

  @Test
  void aMisspeltSecretIsNotPrinted() {
    assertThatThrownBy(() -> load("selfheal.apps.shop.scm-tokn=ghp_123\n", Map.of(), Map.of()))
        .hasMessageNotContaining("ghp_123");
    assertThatThrownBy(() -> load("selfheal.openai.apikey=sk-123\n", Map.of(), Map.of()))
        .hasMessageNotContaining("sk-123");
  }

  @Test
  void aSourceOfTheUsersMayHaveKeysOfItsOwn() {
    Settings settings =
        load("selfheal.sources=syslog\nselfheal.syslog.port=5140\n", Map.of(), Map.of());
    assertThat(settings.text("selfheal.syslog.port")).isEqualTo("5140");
  }

  @Test
  void anUnreadableFileIsNamed() {
    Path missing = folder.resolve("missing.properties");
    assertThatThrownBy(() -> Settings.load(Optional.of(missing), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("it does not exist");
    assertThatThrownBy(() -> Settings.load(Optional.of(folder), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> load("selfheal.model=\\u00zz\n", Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S",
    "10s,PT10S",
    "5m,PT5M",
    "1h30m,PT1H30M",
    "250,PT0.25S",
    "1m30s,PT1M30S"
  })
  void readsDurationsAsCamelWritesThem(String written, Duration meant) {
    assertThat(
            load("selfheal.logs.flush-after=" + written, Map.of(), Map.of())
                .duration("selfheal.logs.flush-after"))
        .isEqualTo(meant);
  }

  @Test
  void wrongValuesNameKeyValueAndWhatToDo() {
    Settings settings =
        load(
            "selfheal.logs.flush-after=soon\nselfheal.http.port=99999\nselfheal.local=maybe\n",
            Map.of(),
            Map.of());
    assertThatThrownBy(() -> settings.duration("selfheal.logs.flush-after"))
        .hasMessage("selfheal.logs.flush-after = soon: write a duration such as 500ms, 10s or 5m");
    assertThatThrownBy(() -> settings.number("selfheal.http.port", 0, 65_535))
        .hasMessage("selfheal.http.port = 99999: write a whole number from 0 to 65535");
    assertThatThrownBy(() -> settings.flag("selfheal.local"))
        .hasMessage("selfheal.local = maybe: write true or false");
  }

  @ParameterizedTest
  @CsvSource({
    "git@github.com:acme/shop.git,github,https://api.github.com/repos/acme/shop",
    "ssh://git@github.com/acme/shop.git,github,https://api.github.com/repos/acme/shop",
    "ssh://git@ssh.github.com:443/acme/shop.git,github,https://api.github.com/repos/acme/shop",
    "https://github.com/acme/shop,github,https://api.github.com/repos/acme/shop",
    "https://github.example.com/acme/shop.git,github,https://github.example.com/api/v3/repos/acme/shop",
    "file:///srv/git/shop.git,local,",
    "/,local,"
  })
  void theRepositorysUrlTellsTheSystem(String repository, String scm, String api) {
    Application app =
        load("selfheal.apps.shop.repository=" + repository, Map.of(), Map.of())
            .applications()
            .get("shop");
    assertThat(app.scm()).isEqualTo(scm);
    assertThat(app.scmApiUrl()).isEqualTo(Optional.ofNullable(api));
  }

  @Test
  void anUnknownHostAsksForTheSystem() {
    assertThatThrownBy(
            () ->
                load("selfheal.apps.shop.repository=git@code.acme.org:x/y.git", Map.of(), Map.of())
                    .applications())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.scm")
        .hasMessageContaining("code.acme.org");
  }

  @ParameterizedTest
  @CsvSource({
    "git@github.com:acme/shop.git,shop",
    "https://github.com/acme/web.shop/,web.shop",
    "/srv/git/my shop,my-shop",
    "file:///srv/git/shop.git,shop"
  })
  void namesARepositoryByTheEndOfItsPath(String repository, String name) {
    assertThat(RepositoryUrl.nameOf(repository)).isEqualTo(name);
  }

  @Test
  void secretsNeverPrint() {
    Settings settings =
        load(
            "selfheal.apps.shop.repository=/\nselfheal.apps.shop.scm-token=ghp_1\n",
            Map.of(),
            Map.of());
    Application app = settings.applications().get("shop");
    assertThat(app.toString()).doesNotContain("ghp_1");
    assertThat(app.scmToken().reveal()).contains("ghp_1");
  }

  @Test
  void aMissingVariableIsNamed() {
    Settings settings =
        load("selfheal.issues.table={{env:NO_SUCH_VARIABLE_HERE}}\n", Map.of(), Map.of());
    assertThatThrownBy(() -> settings.text("selfheal.issues.table"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.issues.table")
        .hasMessageContaining("NO_SUCH_VARIABLE_HERE");
  }

  private Settings load(
      String text, Map<String, String> environment, Map<String, String> commandLine) {
    try {
      Path file = Files.writeString(folder.resolve("selfheal.properties"), text);
      return Settings.load(Optional.of(file), environment, commandLine);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
