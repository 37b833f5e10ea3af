package io.selfheal.pullrequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An SCM that a user adds with one YAML file: the beans are all that it needs. */
class OpenPullRequestOwnScmTest {
  private static final String PULLS = "/api/v1/repos/acme/shop/pulls";
  private static final String PULL_REQUEST =
      """
      {"id": 3, "number": 12, "html_url": "https://gitea.example.com/acme/shop/pulls/12", "state": "open",
       "merged": false, "merged_at": null,
       "head": {"label": "selfheal/3f2a9c0d1e4b", "ref": "selfheal/3f2a9c0d1e4b", "sha": "1"},
       "base": {"label": "main", "ref": "main", "sha": "0"}}
      """;

  private final WireMockServer gitea = new WireMockServer(wireMockConfig().dynamicPort());

  @BeforeEach
  void start() {
    gitea.start();
  }

  @AfterEach
  void stop() {
    gitea.stop();
  }

  private PullRequest open() throws Exception {
    var app =
        SamplePrompts.app(
            "gitea", gitea.baseUrl() + "/api/v1/repos/acme/shop", Secret.of("gt_secret"));
    try (var route =
        new RouteContext()
            .bind("scmApi", new ScmApi(Clock.systemUTC(), new ScmTokens(Clock.systemUTC())))
            .bind("readPullRequest", new ReadPullRequest())
            .bind(
                "describePullRequest",
                new DescribePullRequest(new ModelPrices(null, null), text -> text))
            .start(Map.of(), "scm/open-pull-request-gitea.camel.yaml")) {
      return route.ask(
          "direct:open-pull-request-gitea",
          SampleBranches.branch(SamplePrompts.issue(), app, SampleBranches.COMMIT),
          PullRequest.class);
    }
  }

  @Test
  void pullRequestIsOpenedAtGitea() throws Exception {
    gitea.stubFor(
        get(urlEqualTo(PULLS + "?state=all&sort=recentupdate&limit=50")).willReturn(okJson("[]")));
    gitea.stubFor(
        post(urlEqualTo(PULLS)).willReturn(aResponse().withStatus(201).withBody(PULL_REQUEST)));

    assertThat(open().url()).isEqualTo("https://gitea.example.com/acme/shop/pulls/12");

    gitea.verify(
        postRequestedFor(urlEqualTo(PULLS))
            .withHeader("Authorization", equalTo("token gt_secret"))
            .withRequestBody(matchingJsonPath("$.head", equalTo("selfheal/3f2a9c0d1e4b"))));
  }

  @Test
  void oneThatWasMadeMeanwhileIsLeftToTheNextTry() {
    gitea.stubFor(
        get(urlEqualTo(PULLS + "?state=all&sort=recentupdate&limit=50")).willReturn(okJson("[]")));
    gitea.stubFor(
        post(urlEqualTo(PULLS))
            .willReturn(
                aResponse()
                    .withStatus(409)
                    .withBody("{\"message\": \"pull request already exists for these targets\"}")));
    assertThatThrownBy(this::open).isInstanceOf(ScmUnavailableException.class);
  }

  @Test
  void openOneIsFoundAtGitea() throws Exception {
    gitea.stubFor(
        get(urlEqualTo(PULLS + "?state=all&sort=recentupdate&limit=50"))
            .willReturn(okJson("[" + PULL_REQUEST + "]")));
    assertThat(open().number()).isEqualTo(12);
    gitea.verify(0, postRequestedFor(urlEqualTo(PULLS)));
  }
}
