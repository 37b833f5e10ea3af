package io.selfheal.pullrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfheal.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * A forge of one repository in memory: one set of pull requests, spoken of in the wire format of
 * one of the forges. Each request is held against the forge's {@link ApiDescription}.
 */
final class ForgeServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One pull request. */
  static final class Pull {
    final long number;
    final String branch;
    final String commit;
    String title = "t";
    String state = "open";
    boolean draft;
    String token = "";
    final Set<String> labels = new LinkedHashSet<>();
    final Set<String> reviewers = new LinkedHashSet<>();
    final Set<String> assignees = new LinkedHashSet<>();

    Pull(long number, String branch, String commit) {
      this.number = number;
      this.branch = branch;
      this.commit = commit;
    }
  }

  /** What is answered in place of what was asked for. */
  record Fault(int status, Map<String, String> headers, String message) {}

  record Answer(int status, Object body) {}

  final List<Pull> pulls = new ArrayList<>();
  final List<String> violations = new ArrayList<>();
  final List<String> requests = new ArrayList<>();

  /** Answers every request like this, or only those that make a pull request. */
  volatile Fault fault;

  volatile boolean onlyWhenOpening;

  /** Makes the pull request and answers nothing. */
  volatile boolean losesAnswers;

  /** Lists nothing once, as if the pull request came into being right after. */
  volatile boolean listsLate;

  /** Refuses labels, reviewers and assignees. */
  volatile boolean refusesExtras;

  private final String scm;
  private final String tip;
  private final ApiDescription description;
  private final HttpServer server;

  ForgeServer(String scm, String tip) throws IOException {
    this.scm = scm;
    this.tip = tip;
    this.description = ApiDescription.of(scm);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  /** As it was at its start. */
  synchronized void clear() {
    pulls.clear();
    violations.clear();
    requests.clear();
    fault = null;
    onlyWhenOpening = false;
    losesAnswers = false;
    listsLate = false;
    refusesExtras = false;
  }

  String root() {
    return "http://localhost:"
        + server.getAddress().getPort()
        + switch (scm) {
          case "github" -> "/api/v3";
          case "gitea" -> "/api/v1";
          case "gitlab" -> "/api/v4";
          case "bitbucket" -> "/2.0";
          default -> "";
        };
  }

  String apiUrl() {
    return root()
        + switch (scm) {
          case "github", "gitea" -> "/repos/acme/shop";
          case "gitlab" -> "/projects/acme%2Fback%2Fshop";
          case "bitbucket" -> "/repositories/acme/shop";
          default -> "";
        };
  }

  Secret token() {
    return scm.equals("codecommit")
        ? Secret.NONE
        : Secret.of(scm.equals("bitbucket") ? "me@example.com:s3cret" : "s3cret");
  }

  private String authorization(HttpExchange exchange) {
    return switch (scm) {
      case "gitlab" -> exchange.getRequestHeaders().getFirst("PRIVATE-TOKEN");
      default -> exchange.getRequestHeaders().getFirst("Authorization");
    };
  }

  private String expectedAuthorization() {
    return switch (scm) {
      case "gitlab" -> "s3cret";
      case "gitea" -> "token s3cret";
      case "bitbucket" -> "Basic bWVAZXhhbXBsZS5jb206czNjcmV0";
      case "codecommit" -> "AWS4-HMAC-SHA256 ";
      default -> "Bearer s3cret";
    };
  }

  Pull add(String branch, String commit, String state) {
    Pull pull = new Pull(pulls.size() + 1L, branch, commit);
    pull.state = state;
    pulls.add(pull);
    return pull;
  }

  String url(long number) {
    return switch (scm) {
      case "codecommit" ->
          "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/shop/pull-requests/"
              + number
              + "/details?region=eu-west-1";
      default -> "https://" + scm + ".example/acme/shop/" + number;
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getRawPath();
    String query = exchange.getRequestURI().getRawQuery();
    String method = exchange.getRequestMethod();
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    path =
        target == null
            ? path.substring(root().replaceFirst("http://[^/]+", "").length())
            : "/" + target.substring(target.indexOf('.') + 1);
    Answer answer;
    Fault now;
    synchronized (this) {
      requests.add(method + " " + path);
      violations.addAll(description.violations(method, path, query, body));
      String authorization = authorization(exchange);
      boolean signed = path.endsWith("/access_tokens");
      if (authorization == null
          || !authorization.startsWith(signed ? "Bearer ey" : expectedAuthorization())) {
        violations.add("no token in " + method + " " + path + ": " + authorization);
      }
      JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      boolean opening =
          method.equals("POST") && path.matches(".*/(pulls|merge_requests|pullrequests)")
              || path.equals("/CreatePullRequest");
      now = fault != null && (opening || !onlyWhenOpening) ? fault : null;
      answer = now == null ? answer(method, path, query, json) : null;
      if (opening && losesAnswers) {
        exchange.close();
        return;
      }
    }
    if (now != null) {
      now.headers().forEach(exchange.getResponseHeaders()::set);
      answer = new Answer(now.status(), errorBody(now.message()));
    }
    byte[] bytes = JSON.writeValueAsBytes(answer.body());
    exchange
        .getResponseHeaders()
        .set("Content-Type", target == null ? "application/json" : "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Object errorBody(String message) {
    return switch (scm) {
      case "gitlab" -> Map.of("message", List.of(message));
      case "bitbucket" -> Map.of("type", "error", "error", Map.of("message", message));
      case "codecommit" -> Map.of("__type", message, "message", message);
      default -> Map.of("message", message);
    };
  }

  private Answer answer(String method, String path, String query, JsonNode body) {
    String last = path.substring(path.lastIndexOf('/') + 1);
    return switch (method + " " + last.replaceAll("^\\d+$", "N")) {
      case "GET pulls", "GET merge_requests" -> new Answer(200, list(query));
      case "GET pullrequests" -> new Answer(200, Map.of("values", list(query), "pagelen", 50));
      case "POST pulls" -> open(body, body.path("head").asText());
      case "POST merge_requests" -> open(body, body.path("source_branch").asText());
      case "POST pullrequests" -> open(body, body.at("/source/branch/name").asText());
      case "POST labels", "POST requested_reviewers", "POST assignees", "PUT N", "PATCH N" ->
          complete(path, body);
      case "GET labels" ->
          new Answer(
              200, List.of(Map.of("id", 5, "name", "other"), Map.of("id", 6, "name", "selfheal")));
      case "POST access_tokens" ->
          new Answer(201, Map.of("token", "s3cret", "expires_at", "2026-01-06T12:46:40Z"));
      case "GET users" ->
          new Answer(
              200,
              query.equals("username=ada")
                  ? List.of(Map.of("id", 41, "username", "ada", "name", "Ada L."))
                  : List.of());
      case "POST ListPullRequests" ->
          new Answer(
              200,
              Map.of(
                  "pullRequestIds",
                  late(
                          pulls.stream()
                              .filter(
                                  pull ->
                                      pull.state.equals("open")
                                          == body.path("pullRequestStatus").asText().equals("OPEN"))
                              .toList())
                      .stream()
                      .map(pull -> String.valueOf(pull.number))
                      .toList()));
      case "POST GetPullRequest" ->
          new Answer(
              200, Map.of("pullRequest", json(pulls.get(body.path("pullRequestId").asInt() - 1))));
      case "POST CreatePullRequest" ->
          pulls.stream()
              .filter(pull -> pull.token.equals(body.path("clientRequestToken").asText()))
              .findFirst()
              .map(pull -> new Answer(200, Map.of("pullRequest", json(pull))))
              .orElseGet(() -> open(body, body.at("/targets/0/sourceReference").asText()));
      default -> new Answer(404, errorBody("Not Found"));
    };
  }

  private List<Pull> late(List<Pull> listed) {
    boolean late = listsLate;
    listsLate = false;
    return late ? List.of() : listed;
  }

  private List<Map<String, Object>> list(String query) {
    String branch = URLDecoder.decode(query, StandardCharsets.UTF_8);
    return late(pulls).stream()
        // Gitea lists those of all branches.
        .filter(pull -> scm.equals("gitea") || branch.contains(pull.branch))
        .map(this::json)
        .toList();
  }

  private Answer open(JsonNode body, String branch) {
    boolean exists =
        pulls.stream().anyMatch(pull -> pull.branch.equals(branch) && pull.state.equals("open"));
    switch (scm) {
      case "github":
        if (exists) {
          return new Answer(
              422,
              Map.of(
                  "message",
                  "Validation Failed",
                  "errors",
                  List.of(Map.of("message", "A pull request already exists for acme:" + branch))));
        }
        break;
      case "gitea":
        if (exists) {
          return new Answer(409, errorBody("pull request already exists for these targets"));
        }
        break;
      case "gitlab":
        if (exists) {
          return new Answer(
              409,
              errorBody("Another open merge request already exists for this source branch: !1"));
        }
        break;
      default:
        // Bitbucket and CodeCommit take a second one.
    }
    Pull pull = add(branch, tip, "open");
    pull.title = body.path("title").asText();
    pull.draft = body.path("draft").asBoolean() || pull.title.matches("(WIP|Draft): .*");
    pull.token = body.path("clientRequestToken").asText();
    return new Answer(
        scm.equals("codecommit") ? 200 : 201,
        scm.equals("codecommit") ? Map.of("pullRequest", json(pull)) : json(pull));
  }

  private Answer complete(String path, JsonNode body) {
    if (refusesExtras) {
      return new Answer(422, errorBody("nobody of that name"));
    }
    String number =
        path.replaceAll("^.*/(?:issues|pulls|merge_requests|pullrequests)/(\\d+).*$", "$1");
    Pull pull = pulls.get(Integer.parseInt(number) - 1);
    body.path("labels").forEach(label -> pull.labels.add(label.asText()));
    for (String field : List.of("reviewers", "reviewer_ids", "team_reviewers")) {
      body.path(field)
          .forEach(
              one -> pull.reviewers.add(one.has("uuid") ? one.get("uuid").asText() : one.asText()));
    }
    for (String field : List.of("assignees", "assignee_ids")) {
      body.path(field).forEach(one -> pull.assignees.add(one.asText()));
    }
    return new Answer(scm.equals("gitlab") || scm.equals("bitbucket") ? 200 : 201, json(pull));
  }

  private Map<String, Object> json(Pull pull) {
    boolean merged = pull.state.equals("merged");
    Map<String, Object> json = new LinkedHashMap<>();
    switch (scm) {
      case "gitlab" -> {
        json.put("id", 1000 + pull.number);
        json.put("iid", pull.number);
        json.put("web_url", url(pull.number));
        json.put("state", pull.state.equals("open") ? "opened" : pull.state);
        json.put("merged_at", merged ? "2026-01-02T00:00:00.000Z" : null);
        json.put("source_branch", pull.branch);
        json.put("sha", pull.commit);
        json.put("source_project_id", 7);
        json.put("target_project_id", 7);
      }
      case "bitbucket" -> {
        json.put("type", "pullrequest");
        json.put("id", pull.number);
        json.put("links", Map.of("html", Map.of("href", url(pull.number))));
        json.put("state", merged ? "MERGED" : pull.state.equals("open") ? "OPEN" : "DECLINED");
        json.put(
            "source",
            Map.of(
                "branch", Map.of("name", pull.branch),
                "commit", Map.of("hash", shortened(pull.commit)),
                "repository", Map.of("full_name", "acme/shop")));
        json.put("destination", Map.of("repository", Map.of("full_name", "acme/shop")));
      }
      case "codecommit" -> {
        json.put("pullRequestId", String.valueOf(pull.number));
        json.put("pullRequestStatus", pull.state.equals("open") ? "OPEN" : "CLOSED");
        json.put(
            "pullRequestTargets",
            List.of(
                Map.of(
                    "repositoryName",
                    "shop",
                    "sourceReference",
                    "refs/heads/" + pull.branch,
                    "destinationReference",
                    "refs/heads/main",
                    "sourceCommit",
                    pull.commit,
                    "mergeMetadata",
                    Map.of("isMerged", merged))));
      }
      default -> {
        json.put("id", 1000 + pull.number);
        json.put("number", pull.number);
        json.put("html_url", url(pull.number));
        json.put("state", pull.state.equals("open") ? "open" : "closed");
        json.put("merged_at", merged ? "2026-01-02T00:00:00Z" : null);
        json.put(
            "head",
            Map.of(
                "ref", pull.branch, "sha", pull.commit, "repo", Map.of("full_name", "acme/shop")));
        json.put("base", Map.of("ref", "main", "repo", Map.of("full_name", "acme/shop")));
      }
    }
    return json;
  }

  private static String shortened(String commit) {
    return commit.length() > 12 ? commit.substring(0, 12) : commit;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
