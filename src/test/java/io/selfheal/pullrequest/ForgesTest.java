package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.selfheal.commit.FixBranch;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.ForgeServer.Fault;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.settings.Application;
import io.selfheal.settings.GithubApp;
import io.selfheal.settings.PullRequestExtras;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.net.URI;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;

/**
 * One table of cases for all forges: whatever goes wrong, in the end there is one pull request, or
 * a clear reason why there is none.
 */
class ForgesTest {
  private static final String BRANCH = "selfheal/3f2a9c0d1e4b";
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_767_700_000), ZoneOffset.UTC);

  private static final Map<String, ForgeServer> SERVERS = new HashMap<>();
  private static final Map<String, RouteContext> ROUTES = new HashMap<>();

  private ForgeServer forge;
  private RouteContext route;
  private FixBranch branch;
  private String scm;

  private void start(String name) throws Exception {
    start(name, null, PullRequestExtras.NONE);
  }

  private void start(String name, String recordedUrl, PullRequestExtras extras) throws Exception {
    scm = name;
    if (!SERVERS.containsKey(name)) {
      SERVERS.put(name, new ForgeServer(name, SampleBranches.COMMIT));
      ROUTES.put(name, route(name, SERVERS.get(name)));
    }
    forge = SERVERS.get(name);
    forge.clear();
    route = ROUTES.get(name);
    branch =
        SampleBranches.branch(
            SamplePrompts.issue(1, 0, 0, recordedUrl), app(extras), SampleBranches.COMMIT);
  }

  private static RouteContext route(String name, ForgeServer forge) throws Exception {
    var describe = new DescribePullRequest(new ModelPrices(null, null), text -> text);
    return new RouteContext()
        .bind("scmApi", new ScmApi(CLOCK, new ScmTokens(CLOCK)))
        .bind("readPullRequest", new ReadPullRequest())
        .bind("reportIssue", new ReportIssue(null, text -> text))
        .bind("describePullRequest", describe)
        .bind("peopleAndLabels", new PeopleAndLabels())
        .bind("codeCommit", new CodeCommit(region -> codeCommit(region, forge.root()), describe))
        .start(
            Map.of(),
            "scm/fail-to-caller.camel.yaml",
            "routes/07-call-scm.camel.yaml",
            "routes/07-open-pull-request/" + name + ".camel.yaml");
  }

  private Application app(PullRequestExtras extras) {
    return app(extras, Optional.empty());
  }

  private Application app(PullRequestExtras extras, Optional<GithubApp> githubApp) {
    return new Application(
        "shop",
        List.of(),
        scm.equals("codecommit")
            ? "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop"
            : "https://" + scm + ".example/acme/shop.git",
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        scm,
        Optional.of(forge.apiUrl()),
        forge.token(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Secret.NONE,
        githubApp,
        extras);
  }

  /** One that asks once, so that a test sees each answer. */
  static CodeCommitClient codeCommit(String region, String endpoint) {
    return CodeCommitClient.builder()
        .region(Region.of(region))
        .endpointOverride(URI.create(endpoint))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "s3cret")))
        .httpClientBuilder(ApacheHttpClient.builder().socketTimeout(Duration.ofSeconds(20)))
        .overrideConfiguration(
            override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  @AfterEach
  void everyRequestIsOneThatTheForgeKnows() {
    assertThat(forge.requests).isNotEmpty();
    assertThat(forge.violations).isEmpty();
  }

  @AfterAll
  static void stop() {
    ROUTES.values().forEach(RouteContext::close);
    SERVERS.values().forEach(ForgeServer::close);
    ROUTES.clear();
    SERVERS.clear();
  }

  private PullRequest open() {
    return route.ask("direct:open-pull-request-" + scm, branch, PullRequest.class);
  }

  private List<ForgeServer.Pull> ours() {
    return forge.pulls.stream().filter(pull -> pull.branch.equals(BRANCH)).toList();
  }

  static final String FORGES = "io.selfheal.pullrequest.ForgesTest#forges";

  static Stream<String> forges() {
    return Stream.of("github", "gitlab", "gitea", "bitbucket", "codecommit");
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void newOneIsOpened(String name) throws Exception {
    start(name);
    PullRequest opened = open();
    assertThat(opened)
        .extracting(PullRequest::number, PullRequest::url, PullRequest::state)
        .containsExactly(1L, forge.url(1), State.OPEN);
    assertThat(ours()).singleElement().extracting(pull -> pull.title).isNotEqualTo("t");
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void openOneIsTaken(String name) throws Exception {
    start(name);
    forge.add("feature/x", "c", "open");
    forge.add(BRANCH, "earlier", "open");
    assertThat(open())
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(2L, State.OPEN);
    assertThat(forge.pulls).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void branchThatWasLeftOverGetsOne(String name) throws Exception {
    start(name);
    // Of an earlier try that was killed: the branch is there, and pull requests of others.
    forge.add("feature/x", SampleBranches.COMMIT, "open");
    forge.add("feature/y", SampleBranches.COMMIT, "merged");
    assertThat(open().number()).isEqualTo(3);
    assertThat(ours()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void closedOneIsReturnedAsRejected(String name) throws Exception {
    start(name);
    forge.add(BRANCH, "c", "closed");
    assertThat(open())
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(1L, State.CLOSED);
    assertThat(ours()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void closedOneThatTheOwnerRetriesIsFollowedByANewOne(String name) throws Exception {
    start(name);
    start(name, forge.url(1), PullRequestExtras.NONE);
    forge.add(BRANCH, "c", "closed");
    assertThat(open().number()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void mergedOneOfThisCommitIsReturnedAsMerged(String name) throws Exception {
    start(name);
    forge.add(BRANCH, SampleBranches.COMMIT, "merged");
    assertThat(open().state()).isEqualTo(State.MERGED);
    assertThat(ours()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void mergedOneOfAnEarlierCommitIsFollowedByANewOne(String name) throws Exception {
    start(name);
    forge.add(BRANCH, "2222222222222222222222222222222222222222", "merged");
    assertThat(open())
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(2L, State.OPEN);
  }

  static Stream<Arguments> refusals() {
    return forges()
        .filter(name -> !name.equals("codecommit"))
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, 401, "Bad credentials", "scm-token to a valid token"),
                    Arguments.of(name, 403, "Forbidden", "the right to write pull requests"),
                    Arguments.of(name, 404, "Not Found", "check selfheal.apps.shop.scm-api-url"),
                    Arguments.of(name, 422, "No commits between", "No commits between")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusalSaysWhatToDo(String name, int status, String message, String said) throws Exception {
    start(name);
    for (boolean opening : new boolean[] {true, false}) {
      forge.onlyWhenOpening = opening;
      forge.fault = new Fault(status, Map.of(), message + " s3cret");
      assertThatThrownBy(this::open)
          .isInstanceOf(ScmException.class)
          .hasMessageContaining("HTTP " + status)
          .hasMessageContaining(said)
          .hasMessageNotContaining("s3cret");
    }
    assertThat(ours()).isEmpty();
    forge.fault = null;
    assertThat(open().number()).isEqualTo(1);
  }

  static Stream<Arguments> refusalsOfCodeCommit() {
    return Stream.of(
        Arguments.of(400, "UnrecognizedClientException", "check the AWS credentials"),
        Arguments.of(400, "AccessDeniedException", "codecommit:CreatePullRequest"),
        Arguments.of(400, "RepositoryDoesNotExistException", "selfheal.apps.shop.repository"),
        Arguments.of(400, "SourceAndDestinationAreSameException", "AreSame"));
  }

  @ParameterizedTest
  @MethodSource("refusalsOfCodeCommit")
  void refusalOfCodeCommitSaysWhatToDo(int status, String type, String said) throws Exception {
    start("codecommit");
    forge.fault = new Fault(status, Map.of(), type);
    assertThatThrownBy(this::open)
        .isInstanceOf(ScmException.class)
        .hasMessageContaining("HTTP " + status)
        .hasMessageContaining(said);
    assertThat(ours()).isEmpty();
  }

  static Stream<Arguments> troubles() {
    return forges()
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, 429, Map.of("Retry-After", "90"), Duration.ofSeconds(90)),
                    Arguments.of(
                        name,
                        429,
                        Map.of(),
                        name.equals("codecommit") ? null : Duration.ofMinutes(1)),
                    Arguments.of(name, 500, Map.of(), null),
                    Arguments.of(name, 503, Map.of("Retry-After", "5"), Duration.ofSeconds(5))));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void busyForgeIsAskedLaterAndThenThereIsOne(
      String name, int status, Map<String, String> headers, Duration wait) throws Exception {
    start(name);
    String type = status == 429 ? "ThrottlingException" : "InternalFailure";
    for (boolean opening : new boolean[] {true, false}) {
      forge.onlyWhenOpening = opening;
      forge.fault = new Fault(status, headers, type);
      var failure = catchThrowableOfType(ScmUnavailableException.class, this::open);
      assertThat(failure).hasMessageContaining("HTTP " + status);
      assertThat(failure.retryAfter().orElse(null)).isEqualTo(wait);
    }
    forge.fault = null;
    assertThat(open().number()).isEqualTo(1);
    assertThat(open().number()).isEqualTo(1);
    assertThat(ours()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void lostAnswerAfterSuccessMakesNoSecondOne(String name) throws Exception {
    start(name);
    forge.losesAnswers = true;
    assertThatThrownBy(this::open)
        .isInstanceOf(ScmUnavailableException.class)
        .hasMessageContaining("no answer");
    forge.losesAnswers = false;
    assertThat(open().number()).isEqualTo(1);
    assertThat(ours()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab", "gitea"})
  void oneThatComesIntoBeingMeanwhileIsFound(String name) throws Exception {
    start(name);
    forge.add(BRANCH, "c", "open");
    forge.listsLate = true;
    assertThat(open().number()).isEqualTo(1);
    assertThat(ours()).hasSize(1);
  }

  @Test
  void githubAppOpensOneWithAnInstallationToken() throws Exception {
    start("github");
    branch =
        SampleBranches.branch(
            SamplePrompts.issue(), app(PullRequestExtras.NONE, githubApp()), SampleBranches.COMMIT);
    assertThat(open().number()).isEqualTo(1);
    assertThat(open().number()).isEqualTo(1);
    assertThat(forge.requests.stream().filter(request -> request.contains("access_tokens")))
        .containsExactly("POST /app/installations/34/access_tokens");
  }

  private static Optional<GithubApp> githubApp() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String key =
        Base64.getMimeEncoder()
            .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    return Optional.of(
        new GithubApp(
            "12",
            "34",
            Secret.of("-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n")));
  }

  @ParameterizedTest
  @MethodSource(FORGES)
  void secretsAndInnerHeadersStayInside(String name) throws Exception {
    start(name);
    var out =
        route.send(
            "direct:open-pull-request-" + name,
            branch,
            Map.of(
                "CamelAwsSqsReceiptHandle", "receipt",
                "CamelHttpUri", "http://evil.invalid",
                "CamelHttpPath", "/evil",
                "X-Internal", "shop"));
    assertThat(out.getException()).isNull();
    if (!name.equals("codecommit")) {
      assertThat(out.getMessage().getHeaders()).containsOnlyKeys("CamelAwsSqsReceiptHandle");
    }
  }

  private static PullRequestExtras extras(String name) {
    return new PullRequestExtras(
        List.of("selfheal"),
        name.equals("bitbucket") ? List.of("{1f0c}") : List.of("ada"),
        List.of("ada"),
        true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab", "gitea", "bitbucket"})
  void newOneGetsLabelsReviewersAssigneesAndIsADraft(String name) throws Exception {
    start(name, null, extras(name));
    PullRequest opened = open();
    assertThat(opened.url()).isEqualTo(forge.url(1));
    ForgeServer.Pull pull = ours().get(0);
    assertThat(pull.draft).isTrue();
    switch (name) {
      case "gitlab" -> {
        assertThat(pull.labels).containsExactly("selfheal");
        assertThat(pull.reviewers).containsExactly("41");
        assertThat(pull.assignees).containsExactly("41");
      }
      case "gitea" -> {
        assertThat(pull.labels).containsExactly("6");
        assertThat(pull.reviewers).containsExactly("ada");
        assertThat(pull.assignees).containsExactly("ada");
      }
      case "bitbucket" -> assertThat(pull.reviewers).containsExactly("{1f0c}");
      default -> {
        assertThat(pull.labels).containsExactly("selfheal");
        assertThat(pull.reviewers).containsExactly("ada");
        assertThat(pull.assignees).containsExactly("ada");
      }
    }
    int requests = forge.requests.size();
    assertThat(open().number()).isEqualTo(1);
    assertThat(forge.requests.size() - requests).as("an old one is left as it is").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab", "gitea", "bitbucket"})
  void labelsThatAreRefusedFailNothing(String name) throws Exception {
    start(name, null, extras(name));
    forge.refusesExtras = true;
    assertThat(open())
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(1L, State.OPEN);
    assertThat(ours()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gitlab", "gitea"})
  void unknownNamesAreLeftOut(String name) throws Exception {
    start(
        name,
        null,
        new PullRequestExtras(List.of("selfheal"), List.of("nobody"), List.of(), false));
    assertThat(open().number()).isEqualTo(1);
    assertThat(ours().get(0).labels).hasSize(1);
  }
}
