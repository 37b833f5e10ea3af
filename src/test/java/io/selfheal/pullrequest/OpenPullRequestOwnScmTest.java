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
import com.github.tomakehurst.wiremock.http.Fault;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.queue.RetrySoon;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An SCM that a user adds with one YAML file: the beans are all that it needs. */
class OpenPullRequestOwnScmTest {
  private static final String API = "/rest/api/1.0/projects/ACME/repos/shop";
  private static final String PULLS = API + "/pull-requests";
  private static final String FIND =
      PULLS + "?state=ALL&direction=OUTGOING&at=refs/heads/selfheal%2F3f2a9c0d1e4b";
  private static final String PULL_REQUEST =
      """
      {"id": 12, "version": 0, "title": "Fix", "state": "OPEN", "open": true, "closed": false,
       "fromRef": {"id": "refs/heads/selfheal/3f2a9c0d1e4b", "displayId": "selfheal/3f2a9c0d1e4b",
                   "latestCommit": "1", "repository": {"id": 4, "slug": "shop"}},
       "toRef": {"id": "refs/heads/main", "displayId": "main", "repository": {"id": 4, "slug": "shop"}},
       "links": {"self": [{"href": "https://git.example.com/projects/ACME/repos/shop/pull-requests/12"}]}}
      """;

  private final WireMockServer forge = new WireMockServer(wireMockConfig().dynamicPort());

  @BeforeEach
  void start() {
    forge.start();
  }

  @AfterEach
  void stop() {
    forge.stop();
  }

  private static RouteContext context() {
    return new RouteContext()
        .bind("scmApi", new ScmApi(Clock.systemUTC(), new ScmTokens(Clock.systemUTC())))
        .bind("readPullRequest", new ReadPullRequest())
        .bind(
            "describePullRequest",
            new DescribePullRequest(new ModelPrices(null, null), text -> text));
  }

  private PullRequest open() throws Exception {
    var app = SamplePrompts.app("datacenter", forge.baseUrl() + API, Secret.of("dc_secret"));
    try (var route =
        context()
            .start(
                Map.of(),
                "scm/fail-to-caller.camel.yaml",
                "routes/07-call-scm.camel.yaml",
                "scm/open-pull-request-datacenter.camel.yaml")) {
      return route.ask(
          "direct:open-pull-request-datacenter",
          SampleBranches.branch(SamplePrompts.issue(), app, SampleBranches.COMMIT),
          PullRequest.class);
    }
  }

  @Test
  void pullRequestIsOpened() throws Exception {
    forge.stubFor(get(urlEqualTo(FIND)).willReturn(okJson("{\"values\": []}")));
    forge.stubFor(
        post(urlEqualTo(PULLS)).willReturn(aResponse().withStatus(201).withBody(PULL_REQUEST)));

    assertThat(open().url())
        .isEqualTo("https://git.example.com/projects/ACME/repos/shop/pull-requests/12");

    forge.verify(
        postRequestedFor(urlEqualTo(PULLS))
            .withHeader("Authorization", equalTo("Bearer dc_secret"))
            .withRequestBody(
                matchingJsonPath("$.fromRef.id", equalTo("refs/heads/selfheal/3f2a9c0d1e4b"))));
  }

  @Test
  void oneThatWasMadeMeanwhileIsLeftToTheNextTry() {
    forge.stubFor(get(urlEqualTo(FIND)).willReturn(okJson("{\"values\": []}")));
    forge.stubFor(
        post(urlEqualTo(PULLS))
            .willReturn(
                aResponse()
                    .withStatus(409)
                    .withBody(
                        "{\"errors\": [{\"message\": \"Only one pull request may be open for a given source and target branch\"}]}")));
    assertThatThrownBy(this::open).isInstanceOf(ScmUnavailableException.class);
  }

  @Test
  void oneThatHasNoRoomIsAskedAgainFromTheBeginning() throws Exception {
    forge.stubFor(get(urlEqualTo(FIND)).willReturn(okJson("{\"values\": []}")));
    forge.stubFor(
        post(urlEqualTo(PULLS))
            .inScenario("lost")
            .willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE))
            .willSetStateTo("made"));
    forge.stubFor(
        get(urlEqualTo(FIND))
            .inScenario("lost")
            .whenScenarioStateIs("made")
            .willReturn(okJson("{\"values\": [" + PULL_REQUEST + "]}")));
    List<PullRequest> opened = new ArrayList<>();
    var app = SamplePrompts.app("datacenter", forge.baseUrl() + API, Secret.of("dc_secret"));
    try (var route =
        context()
            .bind("retrySoon", new RetrySoon(Duration.ofMillis(1), 4))
            .bind("reportIssue", new ReportIssue(null, text -> text))
            .bind(
                "endRepair",
                new Object() {
                  public void opened(@Body PullRequest made) {
                    opened.add(made);
                  }
                })
            .start(
                Map.of(),
                "scm/fail-to-caller.camel.yaml",
                "routes/07-call-scm.camel.yaml",
                "scm/open-pull-request-datacenter.camel.yaml",
                "routes/07-open-pull-request/open-pull-request.camel.yaml")) {
      route.ask(
          "direct:open-pull-request",
          SampleBranches.branch(SamplePrompts.issue(), app, SampleBranches.COMMIT),
          PullRequest.class);
    }

    assertThat(opened).extracting(PullRequest::number).containsExactly(12L);
    forge.verify(1, postRequestedFor(urlEqualTo(PULLS)));
  }

  @Test
  void openOneIsFound() throws Exception {
    forge.stubFor(get(urlEqualTo(FIND)).willReturn(okJson("{\"values\": [" + PULL_REQUEST + "]}")));
    assertThat(open().number()).isEqualTo(12);
    forge.verify(0, postRequestedFor(urlEqualTo(PULLS)));
  }
}
