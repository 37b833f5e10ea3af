package io.selfheal.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.issue.RetryAfter;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.GithubApp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The token that an application's repository is reached with: its {@code scm-token}, looked up at
 * each use, or the installation token of its GitHub App, which lives for an hour and is kept until
 * shortly before its end.
 *
 * <p>How an App asks for one: <a
 * href="https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app">GitHub's
 * documentation</a>.
 */
public final class ScmTokens {
  /** What is left of a token's hour has to do for a fetch, a push and a few requests. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Clock clock;
  private final JsonMapper json = JsonMapper.builder().build();
  private final ConcurrentMap<String, Installation> installations = new ConcurrentHashMap<>();

  public ScmTokens(Clock clock) {
    this.clock = clock;
  }

  private record Installation(String token, Instant expires) {}

  /** GitHub gives no installation token now; a later try may get one. */
  private static final class NoTokenNow extends WorkspaceException implements RetryAfter {
    private final Duration wait;

    NoTokenNow(String message, Duration wait, Throwable cause) {
      super(message, cause);
      this.wait = wait;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(wait);
    }
  }

  /**
   * The application's token; empty where none is set.
   *
   * @throws ConfigurationException when GitHub does not take the App's id or key
   * @throws WorkspaceException when GitHub cannot be reached
   */
  public Optional<String> of(Application app) {
    return app.githubApp().isEmpty()
        ? app.scmToken().reveal().map(String::strip)
        : Optional.of(
            installations
                .compute(
                    app.name(),
                    (name, known) ->
                        known != null && clock.instant().isBefore(known.expires().minus(MARGIN))
                            ? known
                            : ask(app, app.githubApp().get()))
                .token());
  }

  /** Takes no token from memory next time; the host has refused it. */
  public void forget(Application app) {
    installations.remove(app.name());
  }

  /** The text without the application's token. */
  public String hide(Application app, String text) {
    Installation known = installations.get(app.name());
    String token =
        known != null
            ? known.token()
            : app.githubApp().isEmpty()
                ? app.scmToken().reveal().map(String::strip).orElse("")
                : "";
    String hidden = token.isEmpty() ? text : text.replace(token, "***");
    int colon = token.indexOf(':');
    // of user:token the second part is the secret
    return colon < 0 || colon == token.length() - 1
        ? hidden
        : hidden.replace(token.substring(colon + 1), "***");
  }

  private Installation ask(Application app, GithubApp githubApp) {
    String api = app.scmApiUrl().orElse("");
    int repos = api.indexOf("/repos/");
    if (repos < 0) {
      throw new ConfigurationException(
          key(app, "scm-api-url"),
          api,
          "a GitHub App needs an address such as https://api.github.com/repos/foo/bar");
    }
    URI uri =
        URI.create(
            api.substring(0, repos)
                + "/app/installations/"
                + githubApp.installationId()
                + "/access_tokens");
    String repository = api.substring(api.lastIndexOf('/') + 1);
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .timeout(TIMEOUT)
              .header("Accept", "application/vnd.github+json")
              .header("X-GitHub-Api-Version", "2022-11-28")
              .header("User-Agent", "selfheal")
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer " + jwt(app, githubApp))
              // Of all that the App may see, this token is for one repository only.
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      json.writeValueAsString(Map.of("repositories", new String[] {repository}))))
              .build();
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      return installation(app, answer);
    } catch (IOException e) {
      throw new NoTokenNow(
          "no answer from %s to the GitHub App of %s: %s".formatted(uri, app.name(), e), null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoTokenNow("interrupted while waiting for " + uri, null, e);
    }
  }

  private Installation installation(Application app, HttpResponse<String> answer) {
    int status = answer.statusCode();
    try {
      JsonNode said = json.readTree(answer.body());
      if (status == 201) {
        return new Installation(
            said.path("token").asText(), Instant.parse(said.path("expires_at").asText()));
      }
      String message = said.path("message").asText("");
      boolean later = status == 429 || status >= 500 || message.contains("rate limit");
      if (later) {
        throw new NoTokenNow(
            "%s gives no token now (HTTP %d, %s)".formatted(answer.uri(), status, message),
            answer
                .headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(null),
            null);
      }
      String reason = "GitHub answered HTTP " + status + ", " + message + "; ";
      throw switch (status) {
        case 401 ->
            new ConfigurationException(
                key(app, "github-app-private-key"),
                "***",
                reason + "check that the key belongs to the App and the clock is right");
        case 404 ->
            new ConfigurationException(
                key(app, "github-app-installation-id"),
                app.githubApp().map(GithubApp::installationId).orElse(""),
                reason + "check that it is an installation of this App");
        default ->
            new ConfigurationException(
                key(app, "github-app-installation-id"),
                app.githubApp().map(GithubApp::installationId).orElse(""),
                reason + "check that the App is installed on the repository");
      };
    } catch (JsonProcessingException | DateTimeParseException e) {
      throw new NoTokenNow(
          "%s answered HTTP %d, which is no token".formatted(answer.uri(), status), null, null);
    }
  }

  /** RS256, valid for nine of the ten minutes that GitHub allows; a clock may be a minute ahead. */
  private String jwt(Application app, GithubApp githubApp) throws JsonProcessingException {
    String keyName = key(app, "github-app-private-key");
    String pem =
        githubApp
            .privateKey()
            .reveal()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        keyName, "", "set it to the private key that GitHub made for the App"));
    PrivateKey key = SshPrivateKey.parse(keyName, pem).getPrivate();
    long now = clock.instant().getEpochSecond();
    String unsigned =
        part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")
            + "."
            + part(
                json.writeValueAsString(
                    Map.of("iat", now - 60, "exp", now + 540, "iss", githubApp.id())));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(unsigned.getBytes(StandardCharsets.US_ASCII));
      return unsigned
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new ConfigurationException(keyName, "***", "this is no RSA key");
    }
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String key(Application app, String name) {
    return "selfheal.apps." + app.name() + "." + name;
  }
}
