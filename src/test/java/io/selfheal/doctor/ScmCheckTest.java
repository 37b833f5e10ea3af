package io.selfheal.doctor;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.selfheal.pullrequest.ApiDescription;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScmCheckTest {
  private static final String TOKEN = "t0ken-of-the-test";

  @RegisterExtension
  private static final WireMockExtension SERVER =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "github | /repos/a/b | {'permissions': {'push': true}, 'full_name': 'a/b'} | OK | may write to a/b",
        "github | /repos/a/b | {'permissions': {'push': false}} | FAIL | lacks the right to write",
        "github | /repos/a/b | {} | WARN | does not tell",
        "gitea | /repos/a/b | {'permissions': {'push': true}, 'full_name': 'a/b'} | OK | a/b",
        "gitea | /repos/a/b | {'permissions': {'push': false}} | FAIL | lacks the right to write",
        "gitlab | /projects/a%2Fb | {'permissions': {'project_access': {'access_level': 30}}} | OK | 30",
        "gitlab | /projects/a%2Fb | {'permissions': {'group_access': {'access_level': 20}}} | FAIL | it has 20",
        "gitlab | /projects/a%2Fb | {'permissions': {'project_access': null}} | WARN | its role",
        "bitbucket | /repositories/a/b | {} | OK | does not tell",
      })
  void rightsAreReadWhereTheHostTellsThem(
      String scm, String path, String answer, String level, String text) throws Exception {
    SERVER.stubFor(
        get(urlPathEqualTo(path))
            .withHeader("Authorization", equalTo("Bearer " + TOKEN))
            .willReturn(okJson(answer.replace('\'', '"'))));

    Finding found = look(scm, path, TOKEN);

    assertThat(found.level().name()).isEqualTo(level);
    assertThat(found.text()).contains(text);
    assertThat(found.whatToDo().isEmpty()).isEqualTo(level.equals("OK"));
  }

  @ParameterizedTest
  @CsvSource({
    "401, does not take the token, scm-token",
    "403, does not let the token, rights",
    "404, nothing at, scm-api-url",
    "503, HTTP 503, later"
  })
  void aRefusalSaysWhatToDo(int status, String text, String whatToDo) throws Exception {
    SERVER.stubFor(get(urlPathEqualTo("/repos/a/b")).willReturn(status(status)));

    Finding found = look("github", "/repos/a/b", TOKEN);

    assertThat(found.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(found.text()).contains(text).doesNotContain(TOKEN);
    assertThat(found.whatToDo()).contains(whatToDo);
  }

  @Test
  void aRedirectIsToldAndNotFollowed() throws Exception {
    SERVER.stubFor(
        get(urlPathEqualTo("/repos/a/b"))
            .willReturn(
                aResponse().withStatus(301).withHeader("Location", SERVER.url("/repos/c/d"))));

    assertThat(look("github", "/repos/a/b", TOKEN).text()).contains("moved to", "/repos/c/d");
    assertThat(SERVER.getAllServeEvents()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "github, /repos/a/b, gist, FAIL",
    "github, /repos/a/b, 'repo, gist', OK",
    "bitbucket, /repositories/a/b, repository, FAIL",
    "bitbucket, /repositories/a/b, 'repository:write, pullrequest:write', OK"
  })
  void scopesCount(String scm, String path, String scopes, String level) throws Exception {
    SERVER.stubFor(
        get(urlPathEqualTo(path))
            .willReturn(
                okJson("{\"permissions\": {\"push\": true}, \"private\": true}")
                    .withHeader("X-OAuth-Scopes", scopes)));

    assertThat(look(scm, path, TOKEN).level().name()).isEqualTo(level);
  }

  @Test
  void aTokenOfGitlabNeedsTheScopeApi() throws Exception {
    SERVER.stubFor(
        get(urlPathEqualTo("/projects/a%2Fb"))
            .willReturn(okJson("{\"permissions\": {\"project_access\": {\"access_level\": 40}}}")));
    SERVER.stubFor(
        get(urlPathEqualTo("/personal_access_tokens/self"))
            .willReturn(okJson("{\"scopes\": [\"read_api\"]}")));

    assertThat(look("gitlab", "/projects/a%2Fb", TOKEN).text()).contains("scope api", "read_api");
  }

  @Test
  void userAndTokenAreSentAsBasic() throws Exception {
    SERVER.stubFor(
        get(urlPathEqualTo("/repos/a/b"))
            .withHeader("Authorization", equalTo("Basic dTpw"))
            .willReturn(okJson("{\"permissions\": {\"push\": true}}")));

    assertThat(look("gitea", "/repos/a/b", "u:p").level()).isEqualTo(Finding.Level.OK);
  }

  @Test
  void aMissingTokenIsTold() throws Exception {
    assertThat(look("github", "/repos/a/b", "").text())
        .contains("selfheal.apps.shop.scm-token is not set");
  }

  private static Finding look(String scm, String path, String token) throws Exception {
    Application app =
        new Application(
            "shop",
            List.of(),
            "https://example.org/a/b.git",
            Optional.empty(),
            Secret.NONE,
            Optional.empty(),
            scm,
            Optional.of(SERVER.baseUrl() + path),
            Secret.of(token),
            Optional.empty(),
            Optional.empty(),
            List.of());
    Finding found = new ScmCheck(app, new ScmTokens(Clock.systemUTC())).look();
    assertThat(ApiDescription.of(scm).violations(SERVER.getAllServeEvents(), "")).isEmpty();
    return found;
  }
}
