package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import io.selfheal.workspace.GitRepo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes booted as the program boots them, on the embedded default. */
class PipelineTest {
  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @ParameterizedTest
  @ValueSource(strings = {"bedrock", "openai", "replay"})
  void everyRouteStartsAndAnswers(String model) throws Exception {
    int port = FreePort.next();
    Map<String, String> keys = settings(port);
    keys.put("selfheal.model", model);
    try (Pipeline pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys))) {
      pipeline.start();

      CamelContext context = pipeline.context();
      assertThat(context.getRoutes())
          .extracting(Route::getRouteId)
          .containsExactlyInAnyOrder(
              "receive-logs",
              "receive-logs-firehose",
              "receive-logs-cloudwatch-event",
              "receive-logs-otlp",
              "receive-logs-text",
              "receive-logs-file",
              "deduplicate-errors",
              "store-error",
              "count-occurrences",
              "write-occurrences",
              "queue-repairs",
              "sweep-issues",
              "queue-unread",
              "send-repair",
              "enrich-prompt",
              "repair-issue",
              "call-model",
              "call-model-" + model,
              "commit-fix",
              "check-answer",
              "check-change",
              "call-scm",
              "open-pull-request",
              "open-issue",
              "open-issue-local",
              "open-pull-request-local",
              "read-pull-request-local",
              "comment-pull-request-local",
              "follow-up",
              "follow-pull-request",
              "count-issues",
              "show-issues",
              "show-assets",
              "show-overview",
              "show-page",
              "show-issue",
              "retry-issue",
              "suppress-issue");
      assertThat(context.getRoutes())
          .allSatisfy(
              route ->
                  assertThat(context.getRouteController().getRouteStatus(route.getRouteId()))
                      .as(route.getRouteId())
                      .isEqualTo(ServiceStatus.Started));
      assertThat(get(port, "/observe/health/live").statusCode()).isEqualTo(200);
      await().atMost(Duration.ofSeconds(30)).until(() -> ready(port, model));
      assertThat(get(port, "/observe/metrics").body())
          .contains("camel_", "selfheal_step_in_total{step=\"receive-logs\"}");
      assertThat(get(port, "/").body()).contains("<title>selfheal</title>");
      assertThat(get(port, "/api/overview").body()).contains("\"total\":0");
      assertThat(post(port, "/logs/shop", "all is well").statusCode()).isEqualTo(202);
      assertThat(post(port, "/logs/other", "all is well").statusCode()).isEqualTo(404);
    }
  }

  /** Where the model's server cannot be reached, the answer says so, and only that. */
  private boolean ready(int port, String model) throws Exception {
    HttpResponse<String> answer = get(port, "/observe/health/ready");
    return answer.statusCode() == 200
        || model.equals("bedrock")
            && answer.body().contains("model unreachable")
            && !answer.body().contains("starting")
            && !answer.body().contains("git unreachable");
  }

  @Test
  void everyForgesRoutesStart() throws Exception {
    Map<String, String> keys = settings(FreePort.next());
    keys.put("selfheal.sources", "http");
    Map<String, String> repositories =
        Map.of(
            "github", "git@github.com:acme/shop.git",
            "gitlab", "git@gitlab.com:acme/shop.git",
            "gitea", "https://codeberg.org/acme/shop",
            "bitbucket", "git@bitbucket.org:acme/shop.git",
            "codecommit", "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop");
    repositories.forEach(
        (name, repository) -> {
          keys.put("selfheal.apps." + name + ".repository", repository);
          keys.put("selfheal.apps." + name + ".labels", "selfheal");
        });
    try (Pipeline pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys))) {
      pipeline.start();

      for (String name : repositories.keySet()) {
        assertThat(
                pipeline.context().getRouteController().getRouteStatus("open-pull-request-" + name))
            .as(name)
            .isEqualTo(ServiceStatus.Started);
      }
    }
  }

  @Test
  void aRouteOfTheUsersReplacesOursOfTheSameId() throws Exception {
    Path routes = Files.createDirectories(folder.resolve("my-routes"));
    Files.writeString(
        routes.resolve("mine.yaml"),
        """
        - route:
            id: receive-logs-text
            description: Take nothing
            from:
              uri: platform-http:/logs/{app}
              steps:
                - setHeader:
                    name: CamelHttpResponseCode
                    constant: "418"
        """);
    int port = FreePort.next();
    Map<String, String> keys = settings(port);
    keys.put("selfheal.routes", routes.toString());
    try (Pipeline pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys))) {
      pipeline.start();

      assertThat(post(port, "/logs/shop", "x").statusCode()).isEqualTo(418);
      assertThat(post(port, "/logs/firehose", "{}").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void whatTheBaseBranchHasFixedIsReportedWithoutAskingTheModel() throws Exception {
    GitRepo repo = GitRepo.in(Files.createDirectories(folder.resolve("shop")));
    repo.commit(Map.of("src/orders.py", "def total(order):\n    return order['items']\n"));
    repo.commit(Map.of("src/orders.py", "def total(order):\n    return order.get('items')\n"));
    int port = FreePort.next();
    Map<String, String> keys = settings(port);
    keys.put("selfheal.apps.shop.repository", repo.directory().toString());
    // There is no recorded answer: whoever asked would fail.
    keys.put("selfheal.replay.dir", Files.createDirectory(folder.resolve("none")).toString());
    try (Pipeline pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys))) {
      pipeline.start();
      String trace =
          """
          Traceback (most recent call last):
            File "/var/task/src/orders.py", line 2, in total
              return order['items']
          KeyError: 'items'
          """;
      assertThat(post(port, "/logs/shop", trace).statusCode()).isEqualTo(202);

      IssueTable issues =
          pipeline.context().getRegistry().lookupByNameAndType("issueTable", IssueTable.class);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(issues.all())
                      .extracting(Issue::status)
                      .containsExactly(IssueStatus.REPORTED));
      assertThat(issues.all().get(0).reason()).startsWith("Probably already fixed: ");
      assertThat(issues.all().get(0).inputTokens()).isZero();
    }
  }

  @Test
  void refusesARuleThatCannotBeUsed() throws Exception {
    Map<String, String> keys = settings(FreePort.next());
    keys.put("selfheal.apps.shop.ignore", "KeyError");

    Settings settings = Settings.load(Optional.empty(), Map.of(), keys);
    assertThatThrownBy(() -> new Pipeline(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.ignore = KeyError: 'KeyError' is no condition");
  }

  private Map<String, String> settings(int port) throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("selfheal.apps.shop.repository", folder.toString());
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", folder.resolve("data").toString());
    keys.put("selfheal.work.dir", folder.resolve("work").toString());
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("selfheal.sources", "http,file");
    keys.put("selfheal.file.path", Files.writeString(folder.resolve("shop.log"), "").toString());
    keys.put("selfheal.file.state-dir", folder.resolve("positions").toString());
    keys.put("selfheal.http.port", Integer.toString(port));
    keys.put("selfheal.model", "replay");
    keys.put("selfheal.replay.dir", folder.toString());
    keys.put("selfheal.bedrock.region", "us-east-1");
    keys.put("selfheal.openai.base-url", "http://127.0.0.1:" + port);
    keys.put("selfheal.openai.model", "none");
    return keys;
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(int port, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
