package io.selfheal.workspace;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.selfheal.issue.MutableClock;
import io.selfheal.issue.RetryAfter;
import io.selfheal.pullrequest.ApiDescription;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.GithubApp;
import io.selfheal.settings.PullRequestExtras;
import io.selfheal.settings.Secret;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.URIish;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScmTokensTest {
  private static final String TOKENS = "/api/v3/app/installations/34/access_tokens";

  private static KeyPair key;

  private final MutableClock clock = new MutableClock();
  private final ScmTokens tokens = new ScmTokens(clock);
  private final WireMockServer github = new WireMockServer(wireMockConfig().dynamicPort());

  @BeforeAll
  static void makeKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    key = generator.generateKeyPair();
  }

  @BeforeEach
  void start() {
    github.start();
  }

  @AfterEach
  void everyRequestIsOneThatGitHubKnows() throws Exception {
    try {
      assertThat(ApiDescription.of("github").violations(github.getAllServeEvents(), "/api/v3"))
          .isEmpty();
    } finally {
      github.stop();
    }
  }

  private static String pem() {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private Application app(String pem) {
    return new Application(
        "shop",
        List.of(),
        "https://github.com/acme/shop.git",
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        "github",
        Optional.of(github.baseUrl() + "/api/v3/repos/acme/shop"),
        Secret.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Secret.NONE,
        Optional.of(new GithubApp("12", "34", Secret.of(pem))),
        PullRequestExtras.NONE);
  }

  private void answers(ResponseDefinitionBuilder answer) {
    github.stubFor(post(urlEqualTo(TOKENS)).willReturn(answer));
  }

  private void gives(String token, Instant expires) {
    answers(
        aResponse()
            .withStatus(201)
            .withBody(
                "{\"token\": \"%s\", \"expires_at\": \"%s\", \"permissions\": {}}"
                    .formatted(token, expires)));
  }

  private Instant inAnHour() {
    return clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).plusSeconds(3600);
  }

  @Test
  void appSignsForATokenOfItsOneRepository() throws Exception {
    gives("ghs_1", inAnHour());

    assertThat(tokens.of(app(pem()))).contains("ghs_1");

    github.verify(
        postRequestedFor(urlEqualTo(TOKENS))
            .withHeader("Accept", equalTo("application/vnd.github+json"))
            .withHeader("X-GitHub-Api-Version", equalTo("2022-11-28"))
            .withRequestBody(equalToJson("{\"repositories\": [\"shop\"]}")));
    String jwt =
        github.getAllServeEvents().get(0).getRequest().getHeader("Authorization").substring(7);
    String[] parts = jwt.split("\\.");
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(key.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    JsonNode claims = json(parts[1]);
    long now = clock.instant().getEpochSecond();
    assertThat(claims.get("iss").asText()).isEqualTo("12");
    assertThat(claims.get("iat").asLong()).isEqualTo(now - 60);
    assertThat(claims.get("exp").asLong()).isBetween(now + 1, now + 600);
    assertThat(json(parts[0]).get("alg").asText()).isEqualTo("RS256");
  }

  private static JsonNode json(String part) throws Exception {
    return new ObjectMapper().readTree(new String(Base64.getUrlDecoder().decode(part), UTF_8));
  }

  @Test
  void tokenIsKeptUntilShortlyBeforeItsEnd() {
    gives("ghs_1", inAnHour());
    Application app = app(pem());
    tokens.of(app);
    clock.advance(Duration.ofMinutes(49));
    assertThat(tokens.of(app)).contains("ghs_1");
    github.verify(1, postRequestedFor(urlEqualTo(TOKENS)));

    clock.advance(Duration.ofMinutes(2));
    gives("ghs_2", inAnHour());
    assertThat(tokens.of(app)).contains("ghs_2");

    tokens.forget(app);
    gives("ghs_3", inAnHour());
    assertThat(tokens.of(app)).contains("ghs_3");
  }

  @Test
  void gitUsesItToo() throws Exception {
    gives("ghs_1", inAnHour());
    GitAccess access =
        new GitAccess(
            tokens,
            clock,
            () -> {
              throw new AssertionError("AWS is not asked");
            });
    URIish uri = new URIish("https://github.com/acme/shop.git");
    access.use(app(pem()), uri);
    CredentialItem.Username user = new CredentialItem.Username();
    CredentialItem.Password password = new CredentialItem.Password();
    assertThat(access.https().get(uri, user, password)).isTrue();
    assertThat(user.getValue()).isEqualTo("x-access-token");
    assertThat(new String(password.getValue())).isEqualTo("ghs_1");
  }

  @ParameterizedTest
  @CsvSource({
    "401, A JSON web token could not be decoded, github-app-private-key",
    "404, Not Found, github-app-installation-id",
    "422, There is at least one repository that does not exist, github-app-installation-id"
  })
  void refusalNamesTheKey(int status, String message, String named) {
    answers(aResponse().withStatus(status).withBody("{\"message\": \"" + message + "\"}"));
    assertThatThrownBy(() -> tokens.of(app(pem())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop." + named)
        .hasMessageContaining(message)
        .hasMessageNotContaining("PRIVATE KEY");
  }

  @ParameterizedTest
  @CsvSource({"500, ", "429, 120", "403, 60"})
  void troubleIsForALaterTry(int status, String retryAfter) {
    ResponseDefinitionBuilder answer =
        aResponse().withStatus(status).withBody("{\"message\": \"secondary rate limit\"}");
    answers(retryAfter == null ? answer : answer.withHeader("Retry-After", retryAfter));
    Application app = app(pem());
    Throwable failure = catchThrowable(() -> tokens.of(app));
    assertThat(failure).isInstanceOf(WorkspaceException.class).hasMessageContaining("HTTP");
    assertThat(RetryAfter.of(failure))
        .isEqualTo(Optional.ofNullable(retryAfter).map(s -> Duration.ofSeconds(Long.parseLong(s))));
    github.stop();
    assertThatThrownBy(() -> tokens.of(app))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("no answer");
  }

  @Test
  void damagedKeyIsAConfigurationError() {
    assertThatThrownBy(() -> tokens.of(app("HUNTER2")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("github-app-private-key")
        .hasMessageNotContaining("HUNTER2");
    github.verify(0, postRequestedFor(urlEqualTo(TOKENS)));
  }

  @Test
  void tokensAreHidden() {
    gives("ghs_1", inAnHour());
    Application app = app(pem());
    tokens.of(app);
    assertThat(tokens.hide(app, "bad ghs_1")).isEqualTo("bad ***");
  }
}
