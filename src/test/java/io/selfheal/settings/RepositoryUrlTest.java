package io.selfheal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "git@github.com:acme/shop.git | github | https://api.github.com/repos/acme/shop",
        "ssh://git@ssh.github.com:443/acme/shop.git | github | https://api.github.com/repos/acme/shop",
        "https://github.acme.com:8443/acme/shop.git | github | https://github.acme.com:8443/api/v3/repos/acme/shop",
        "ssh://git@github.acme.com:2222/acme/shop | github | https://github.acme.com/api/v3/repos/acme/shop",
        "git@gitlab.com:acme/back/end/shop.git | gitlab | https://gitlab.com/api/v4/projects/acme%2Fback%2Fend%2Fshop",
        "ssh://git@altssh.gitlab.com:443/acme/shop.git | gitlab | https://gitlab.com/api/v4/projects/acme%2Fshop",
        "https://gitlab.acme.com/acme/shop.git/ | gitlab | https://gitlab.acme.com/api/v4/projects/acme%2Fshop",
        "https://codeberg.org/acme/shop | gitea | https://codeberg.org/api/v1/repos/acme/shop",
        "ssh://git@gitea.acme.com:2222/acme/shop.git | gitea | https://gitea.acme.com/api/v1/repos/acme/shop",
        "http://forgejo.local:3000/acme/shop.git | gitea | http://forgejo.local:3000/api/v1/repos/acme/shop",
        "git@bitbucket.org:acme/shop.git | bitbucket | https://api.bitbucket.org/2.0/repositories/acme/shop",
        "https://me@bitbucket.org/acme/shop.git | bitbucket | https://api.bitbucket.org/2.0/repositories/acme/shop",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop | codecommit | ",
        "ssh://APKAEXAMPLE@git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/shop | codecommit | ",
      })
  void hostTellsTheSystemAndItsApi(String repository, String scm, String apiUrl) {
    Settings settings = settings(Map.of("selfheal.apps.shop.repository", repository));
    Application app = settings.applications().get("shop");
    assertThat(app.scm()).isEqualTo(scm);
    assertThat(app.scmApiUrl()).isEqualTo(Optional.ofNullable(apiUrl));
  }

  @Test
  void hostThatTellsNothingIsAskedFor() {
    for (String repository :
        new String[] {"git@code.acme.com:acme/shop.git", "https://gitlabx.com/acme/shop.git"}) {
      Settings settings = settings(Map.of("selfheal.apps.shop.repository", repository));
      assertThatThrownBy(settings::applications)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("selfheal.apps.shop.scm")
          .hasMessageContaining("gitlab, gitea, bitbucket or codecommit");
    }
  }

  @Test
  void systemThatIsNamedHasItsApiAtTheUsualPlace() {
    Application app =
        settings(
                Map.of(
                    "selfheal.apps.shop.repository", "git@code.acme.com:acme/shop.git",
                    "selfheal.apps.shop.scm", "gitlab"))
            .applications()
            .get("shop");
    assertThat(app.scmApiUrl()).contains("https://code.acme.com/api/v4/projects/acme%2Fshop");
  }

  @Test
  void directoryIsLocal(@TempDir Path folder) {
    assertThat(
            settings(Map.of("selfheal.apps.shop.repository", folder.toString()))
                .applications()
                .get("shop")
                .scm())
        .isEqualTo("local");
  }

  @Test
  void extrasAndAppAreRead() {
    Application app =
        settings(
                Map.of(
                    "selfheal.apps.shop.repository", "git@github.com:acme/shop.git",
                    "selfheal.apps.shop.labels", "bug, selfheal",
                    "selfheal.apps.shop.reviewers", "ada,team:core",
                    "selfheal.apps.shop.assignees", "bob",
                    "selfheal.apps.shop.draft", "true",
                    "selfheal.apps.shop.ssh-passphrase", "hunter2",
                    "selfheal.apps.shop.github-app-id", "12",
                    "selfheal.apps.shop.github-app-installation-id", "34",
                    "selfheal.apps.shop.github-app-private-key", "pem"))
            .applications()
            .get("shop");
    assertThat(app.extras())
        .isEqualTo(
            new PullRequestExtras(
                List.of("bug", "selfheal"), List.of("ada", "team:core"), List.of("bob"), true));
    assertThat(app.sshPassphrase().reveal()).contains("hunter2");
    assertThat(app.githubApp().orElseThrow().id()).isEqualTo("12");
    assertThat(app.githubApp().orElseThrow().installationId()).isEqualTo("34");
    assertThat(app.toString()).doesNotContain("hunter2").doesNotContain("pem");
  }

  @ParameterizedTest
  @CsvSource({
    "github-app-id, 12, github-app-private-key",
    "github-app-private-key, pem, github-app-id",
    "github-app-installation-id, shop, github-app-installation-id",
    "draft, maybe, draft"
  })
  void halfAnAppAndOtherMistakesAreRefused(String key, String value, String named) {
    Settings settings =
        settings(
            Map.of(
                "selfheal.apps.shop.repository",
                "git@github.com:acme/shop.git",
                "selfheal.apps.shop." + key,
                value));
    assertThatThrownBy(settings::applications)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop." + named);
  }

  private static Settings settings(Map<String, String> keys) {
    return Settings.load(Optional.empty(), Map.of(), keys);
  }
}
