package io.selfheal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.settings.Application;
import io.selfheal.workspace.ScmTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Whether the API of an application's repository takes the token, and what it says of its rights.
 *
 * <p>Where the rights stand: <a href="https://docs.github.com/en/rest/repos/repos">GitHub</a> and
 * Gitea, {@code permissions}; <a href="https://docs.gitlab.com/api/projects/">GitLab</a>, {@code
 * permissions} with access levels; GitHub and Bitbucket, the header {@code X-OAuth-Scopes}.
 */
public final class ScmCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** GitLab's Developer, who may push branches and open merge requests. */
  private static final int DEVELOPER = 30;

  private final Application app;
  private final ScmTokens tokens;
  private final JsonMapper json = JsonMapper.builder().build();

  public ScmCheck(Application app, ScmTokens tokens) {
    this.app = app;
    this.tokens = tokens;
  }

  public Finding look() throws IOException, InterruptedException {
    String key = "selfheal.apps." + app.name() + ".";
    Optional<String> token = tokens.of(app);
    if (token.isEmpty()) {
      return Finding.fail(
          key + "scm-token is not set", "set it to a token that may open pull requests");
    }
    String api = app.scmApiUrl().orElse("");
    HttpResponse<String> answer = get(api, token.get());
    switch (answer.statusCode()) {
      case 200 -> {
        // looked at below
      }
      case 301, 302, 307, 308 -> {
        return Finding.fail(
            api + " has moved to " + answer.headers().firstValue("Location").orElse("elsewhere"),
            "set " + key + "scm-api-url and " + key + "repository to where it is now");
      }
      case 401 -> {
        return Finding.fail(
            app.scm() + " does not take the token (HTTP 401)",
            "renew it, and put the new one into " + key + "scm-token");
      }
      case 403 -> {
        return Finding.fail(
            app.scm() + " does not let the token at the repository (HTTP 403)",
            "give it the rights of the README's table of hosts, and allow it for single sign-on");
      }
      case 404 -> {
        return Finding.fail(
            "nothing at " + api + " (HTTP 404), or the token may not see it",
            "check " + key + "scm-api-url and that the token covers this repository");
      }
      default -> {
        return Finding.fail(
            api + " answered HTTP " + answer.statusCode(), "try again later; check the address");
      }
    }
    JsonNode repository;
    try {
      repository = json.readTree(answer.body());
    } catch (IOException e) {
      return Finding.fail(api + " answers no JSON", "check " + key + "scm-api-url");
    }
    return rights(api, token.get(), answer, repository);
  }

  private Finding rights(String api, String token, HttpResponse<String> answer, JsonNode repository)
      throws IOException, InterruptedException {
    List<String> scopes =
        answer.headers().firstValue("X-OAuth-Scopes").stream()
            .flatMap(header -> Arrays.stream(header.split(",")))
            .map(String::strip)
            .filter(scope -> !scope.isEmpty())
            .toList();
    return switch (app.scm()) {
      case "github" -> {
        if (!scopes.isEmpty()
            && !scopes.contains("repo")
            && !(scopes.contains("public_repo") && !repository.path("private").asBoolean())) {
          yield missing("the scope repo; it has " + String.join(", ", scopes));
        }
        yield pushes(repository);
      }
      case "gitea" -> pushes(repository);
      case "gitlab" -> gitlab(api, token, repository);
      case "bitbucket" ->
          scopes.isEmpty()
              ? Finding.ok("bitbucket takes the token; it does not tell its rights")
              : scopes.contains("pullrequest:write")
                  ? Finding.ok("bitbucket takes the token, which has pullrequest:write")
                  : missing("the scope pullrequest:write; it has " + String.join(", ", scopes));
      default -> Finding.ok(api + " takes the token");
    };
  }

  private Finding pushes(JsonNode repository) {
    JsonNode push = repository.path("permissions").path("push");
    if (push.isMissingNode()) {
      return Finding.warn(
          app.scm() + " takes the token and does not tell its rights",
          "see the README's table of hosts for what it needs");
    }
    return push.asBoolean()
        ? Finding.ok(app.scm() + " takes the token, whose owner may write to " + name(repository))
        : missing("the right to write");
  }

  private Finding gitlab(String api, String token, JsonNode project)
      throws IOException, InterruptedException {
    int projects = api.indexOf("/projects/");
    if (projects > 0) {
      HttpResponse<String> self =
          get(api.substring(0, projects) + "/personal_access_tokens/self", token);
      JsonNode scopes =
          self.statusCode() == 200 ? json.readTree(self.body()).path("scopes") : json.missingNode();
      if (scopes.isArray() && scopes.valueStream().noneMatch(one -> one.asText().equals("api"))) {
        return missing("the scope api; it has " + scopes);
      }
    }
    JsonNode permissions = project.path("permissions");
    int level =
        Math.max(
            permissions.path("project_access").path("access_level").asInt(),
            permissions.path("group_access").path("access_level").asInt());
    if (level == 0) {
      return Finding.warn(
          "gitlab takes the token and does not tell its role",
          "it needs the role Developer in the project");
    }
    return level >= DEVELOPER
        ? Finding.ok("gitlab takes the token, with access level " + level)
        : missing("the role Developer (30); it has " + level);
  }

  private Finding missing(String what) {
    return Finding.fail(
        app.scm() + " takes the token, which lacks " + what,
        "make one with the rights of the README's table of hosts, for selfheal.apps."
            + app.name()
            + ".scm-token");
  }

  private static String name(JsonNode repository) {
    return repository.path("full_name").asText("the repository");
  }

  private HttpResponse<String> get(String address, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(TIMEOUT)
            .header("Accept", "application/json")
            .header("User-Agent", "selfheal")
            .header(
                "Authorization",
                token.indexOf(':') > 0
                    ? "Basic "
                        + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8))
                    : "Bearer " + token)
            .build();
    // No redirect is followed: the token is for this address only
    return HttpClient.newBuilder()
        .connectTimeout(TIMEOUT)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }
}
