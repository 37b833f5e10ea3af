package io.selfheal.pullrequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
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
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.selfheal.commit.FixBranch;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The GitHub route against answers in the form that GitHub's REST API gives them. */
class OpenPullRequestGithubRouteTest {
  private static final String PULLS = "/repos/acme/shop/pulls";
  private static final String FIND =
      PULLS + "?state=all&per_page=100&head=acme:selfheal%2F3f2a9c0d1e4b";
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_767_700_000), ZoneOffset.UTC);

  private final WireMockServer github = new WireMockServer(wireMockConfig().dynamicPort());

  @BeforeEach
  void start() {
    github.start();
  }

  @AfterEach
  void everyRequestIsOneThatGitHubKnows() throws Exception {
    try {
      assertThat(ApiDescription.of("github").violations(github.getAllServeEvents(), "")).isEmpty();
    } finally {
      github.stop();
    }
  }

  private static String pullRequest(
      long number, String state, String mergedAt, String branch, String sha) {
    return """
        {"url": "https://api.github.com/repos/acme/shop/pulls/%1$d", "id": 9000%1$d, "number": %1$d,
         "html_url": "https://github.com/acme/shop/pull/%1$d", "state": "%2$s", "locked": false,
         "title": "Fix", "user": {"login": "selfheal"}, "body": "b", "draft": false,
         "created_at": "2026-01-01T00:00:00Z", "merged_at": %3$s, "merge_commit_sha": null,
         "head": {"label": "acme:%4$s", "ref": "%4$s", "sha": "%5$s", "repo": {"full_name": "acme/shop"}},
         "base": {"label": "acme:main", "ref": "main", "sha": "0", "repo": {"full_name": "acme/shop"}}}
        """
        .formatted(number, state, mergedAt == null ? "null" : "\"" + mergedAt + "\"", branch, sha);
  }

  private static String mine(long number, String state, String mergedAt, String sha) {
    return pullRequest(number, state, mergedAt, "selfheal/3f2a9c0d1e4b", sha);
  }

  private void listed(String... pullRequests) {
    github.stubFor(
        get(urlEqualTo(FIND)).willReturn(okJson("[" + String.join(",", pullRequests) + "]")));
  }

  private void created() {
    github.stubFor(
        post(urlEqualTo(PULLS))
            .willReturn(
                aResponse()
                    .withStatus(201)
                    .withHeader("Content-Type", "application/json; charset=utf-8")
                    .withBody(mine(7, "open", null, SampleBranches.COMMIT))));
  }

  private void createdAnswers(ResponseDefinitionBuilder answer) {
    github.stubFor(post(urlEqualTo(PULLS)).willReturn(answer));
  }

  private FixBranch branch(String recordedUrl, String apiUrl, Secret token) {
    return SampleBranches.branch(
        SamplePrompts.issue(1, 0, 0, recordedUrl),
        SamplePrompts.app("github", apiUrl, token),
        SampleBranches.COMMIT);
  }

  private FixBranch branch(String recordedUrl) {
    return branch(recordedUrl, github.baseUrl() + "/repos/acme/shop/", Secret.of("ghp_secret\n"));
  }

  private RouteContext route() throws Exception {
    return new RouteContext()
        .bind("scmApi", new ScmApi(CLOCK, new ScmTokens(CLOCK)))
        .bind("reportIssue", new ReportIssue(null, text -> text))
        .bind("readPullRequest", new ReadPullRequest())
        .bind(
            "describePullRequest",
            new DescribePullRequest(new ModelPrices(null, null), text -> text))
        .start(
            Map.of(),
            "routes/07-call-scm.camel.yaml",
            "routes/07-open-pull-request/github.camel.yaml");
  }

  private PullRequest open(FixBranch branch) throws Exception {
    try (var route = route()) {
      return route.ask("direct:open-pull-request-github", branch, PullRequest.class);
    }
  }

  private PullRequest open() throws Exception {
    return open(branch(null));
  }

  @Test
  void newOneIsOpened() throws Exception {
    listed();
    created();

    PullRequest opened = open();

    assertThat(opened.number()).isEqualTo(7);
    assertThat(opened.url()).isEqualTo("https://github.com/acme/shop/pull/7");
    assertThat(opened.state()).isEqualTo(State.OPEN);
    assertThat(opened.branch().name()).isEqualTo("selfheal/3f2a9c0d1e4b");
    github.verify(
        postRequestedFor(urlEqualTo(PULLS))
            .withHeader("Authorization", equalTo("Bearer ghp_secret"))
            .withHeader("Accept", equalTo("application/vnd.github+json"))
            .withHeader("X-GitHub-Api-Version", equalTo("2022-11-28"))
            .withHeader("User-Agent", equalTo("selfheal"))
            .withHeader("Content-Type", equalTo("application/json"))
            .withRequestBody(
                matchingJsonPath("$.title", equalTo("Answer 400 to orders without items")))
            .withRequestBody(matchingJsonPath("$.head", equalTo("selfheal/3f2a9c0d1e4b")))
            .withRequestBody(matchingJsonPath("$.base", equalTo("main")))
            .withRequestBody(matchingJsonPath("$.maintainer_can_modify", equalTo("true")))
            .withRequestBody(matchingJsonPath("$.body")));
    github.verify(
        getRequestedFor(urlEqualTo(FIND))
            .withHeader("Authorization", equalTo("Bearer ghp_secret"))
            .withHeader("X-GitHub-Api-Version", equalTo("2022-11-28")));
  }

  @Test
  void onlyTheRequestsOwnHeadersAreSentAndNoneStays() throws Exception {
    listed();
    created();
    try (var route = route()) {
      var out =
          route.send(
              "direct:open-pull-request-github",
              branch(null),
              Map.of(
                  "CamelAwsSqsReceiptHandle", "receipt",
                  "CamelHttpUri", "http://evil.invalid",
                  "CamelHttpPath", "/evil",
                  "CamelHttpQuery", "a=b",
                  "X-Internal", "shop"));
      assertThat(out.getException()).isNull();
      assertThat(out.getMessage().getHeaders()).containsOnlyKeys("CamelAwsSqsReceiptHandle");
    }
    assertThat(github.getAllServeEvents())
        .hasSize(2)
        .allSatisfy(
            event ->
                assertThat(event.getRequest().getHeaders().keys())
                    .noneMatch(name -> name.startsWith("Camel") || name.equals("X-Internal")));
    github.verify(getRequestedFor(urlEqualTo(FIND)).withHeader("Content-Type", absent()));
  }

  @Test
  void openOneIsTaken() throws Exception {
    listed(mine(5, "open", null, "other"), mine(6, "closed", null, "x"));
    assertThat(open())
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(5L, State.OPEN);
    github.verify(0, postRequestedFor(urlEqualTo(PULLS)));
  }

  @Test
  void pullRequestsOfOtherBranchesAndForksAreNotTaken() throws Exception {
    listed(
        pullRequest(1, "open", null, "feature", "x"),
        mine(2, "open", null, "x")
            .replaceFirst("\"full_name\": \"acme/shop\"", "\"full_name\": \"mallory/shop\""));
    created();
    assertThat(open().number()).isEqualTo(7);
  }

  @Test
  void rejectedOneIsReturnedAsClosed() throws Exception {
    listed(mine(5, "closed", null, "x"));
    assertThat(open())
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(5L, State.CLOSED);
    github.verify(0, postRequestedFor(urlEqualTo(PULLS)));
  }

  @Test
  void rejectedOneThatTheOwnerRetriesIsFollowedByANewOne() throws Exception {
    listed(mine(5, "closed", null, "x"));
    created();
    assertThat(open(branch("https://github.com/acme/shop/pull/5")).number()).isEqualTo(7);
  }

  @Test
  void mergedOneOfThisCommitIsReturnedAsMerged() throws Exception {
    listed(mine(5, "closed", "2026-01-02T00:00:00Z", SampleBranches.COMMIT));
    assertThat(open().state()).isEqualTo(State.MERGED);
  }

  @Test
  void regressionAfterAMergeGetsANewOne() throws Exception {
    listed(mine(5, "closed", "2026-01-02T00:00:00Z", "earlier"), mine(4, "closed", null, "x"));
    created();
    assertThat(open().number()).isEqualTo(7);
  }

  @Test
  void lostAnswerIsFoundByTheNextTry() throws Exception {
    listed();
    createdAnswers(aResponse().withFault(Fault.EMPTY_RESPONSE));
    assertThatThrownBy(this::open)
        .isInstanceOf(ScmUnavailableException.class)
        .hasMessageContaining("no answer from " + github.baseUrl());
    github.verify(1, postRequestedFor(urlEqualTo(PULLS)));
    listed(mine(7, "open", null, SampleBranches.COMMIT));
    assertThat(open().number()).isEqualTo(7);
  }

  @Test
  void oneThatAlreadyExistsIsLookedForAgain() throws Exception {
    github.stubFor(
        get(urlEqualTo(FIND))
            .inScenario("race")
            .whenScenarioStateIs(Scenario.STARTED)
            .willSetStateTo("made")
            .willReturn(okJson("[]")));
    github.stubFor(
        get(urlEqualTo(FIND))
            .inScenario("race")
            .whenScenarioStateIs("made")
            .willReturn(okJson("[" + mine(8, "open", null, "x") + "]")));
    createdAnswers(alreadyExists());
    assertThat(open().number()).isEqualTo(8);
  }

  @Test
  void oneThatExistsAndIsNotListedEnds() {
    listed();
    createdAnswers(alreadyExists());
    assertThatThrownBy(this::open)
        .isInstanceOf(ScmUnavailableException.class)
        .hasMessageContaining("already exists, but did not list it");
    github.verify(2, postRequestedFor(urlEqualTo(PULLS)));
  }

  private static ResponseDefinitionBuilder alreadyExists() {
    return aResponse()
        .withStatus(422)
        .withBody(
            """
            {"message": "Validation Failed", "errors": [{"resource": "PullRequest", "code": "custom",
             "message": "A pull request already exists for acme:selfheal/3f2a9c0d1e4b."}],
             "documentation_url": "https://docs.github.com/rest/pulls/pulls#create-a-pull-request", "status": "422"}
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {\"message\": \"Bad credentials ghp_secret\"} | selfheal.apps.shop.scm-token to a valid token",
        "403 | {\"message\": \"Resource not accessible by personal access token\"} | the right to write pull requests",
        "404 | {\"message\": \"Not Found\"} | check selfheal.apps.shop.scm-api-url",
        "301 | {\"message\": \"Moved Permanently\"} | set selfheal.apps.shop.scm-api-url to its new address",
        "422 | {\"message\": \"Validation Failed\", \"errors\": [{\"message\": \"No commits between main and x\"}]} | No commits between main and x",
        "418 | <html>teapot</html> | HTTP 418, <html>teapot</html>"
      })
  void refusalSaysWhatToDo(int status, String body, String said) {
    listed();
    createdAnswers(
        aResponse()
            .withStatus(status)
            .withHeader("Location", "http://evil.invalid/")
            .withBody(body));
    assertThatThrownBy(this::open)
        .isInstanceOf(ScmException.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining("ghp_secret");
    github.verify(1, postRequestedFor(urlEqualTo(PULLS)));
  }

  @ParameterizedTest
  @CsvSource({
    "429, Retry-After, 60, PT1M",
    "403, Retry-After, 30, PT30S",
    "403, X-RateLimit-Reset, 1767700090, PT1M30S",
    "503, X-Other, 1, ",
    "500, Retry-After, soon, ",
    "502, X-RateLimit-Reset, 1, PT0S"
  })
  void busyGithubIsTriedLater(int status, String header, String value, Duration wait) {
    listed();
    createdAnswers(
        aResponse()
            .withStatus(status)
            .withHeader(header, value)
            .withHeader("X-RateLimit-Remaining", "0")
            .withBody("{\"message\": \"You have exceeded a secondary rate limit\"}"));
    var failure = catchThrowableOfType(ScmUnavailableException.class, this::open);
    assertThat(failure).hasMessageContaining("HTTP " + status);
    assertThat(failure.retryAfter().orElse(null)).isEqualTo(wait);
    github.verify(1, postRequestedFor(urlEqualTo(PULLS)));
  }

  @Test
  void unreachableGithubIsTriedLater() {
    FixBranch branch = branch(null);
    github.stop();
    assertThatThrownBy(() -> open(branch)).isInstanceOf(ScmUnavailableException.class);
  }

  @Test
  void signInPageIsNoAnswer() {
    github.stubFor(get(urlEqualTo(FIND)).willReturn(aResponse().withBody("<html>Sign in</html>")));
    assertThatThrownBy(this::open)
        .isInstanceOf(ScmException.class)
        .hasMessageContaining("not JSON: <html>Sign in</html>");
    github.stubFor(get(urlEqualTo(FIND)).willReturn(okJson("{}")));
    assertThatThrownBy(this::open).isInstanceOf(ScmException.class).hasMessageContaining("no list");
  }

  @Test
  void missingTokenOrAddressIsAConfigurationError() {
    String url = github.baseUrl() + "/repos/acme/shop";
    assertThatThrownBy(() -> open(branch(null, url, Secret.NONE)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.scm-token is not set");
    assertThatThrownBy(() -> open(branch(null, null, Secret.of("x"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.scm-api-url is not set");
    assertThatThrownBy(() -> open(branch(null, "https://me:pw@x/repos/a/b", Secret.of("x"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("pw@");
    assertThat(github.getAllServeEvents()).isEmpty();
  }
}
