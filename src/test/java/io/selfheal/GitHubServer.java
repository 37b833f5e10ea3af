package io.selfheal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfheal.pullrequest.ApiDescription;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * GitHub's pull requests as far as the program uses them, with a memory: what is made is found
 * again, a second one for the same head is refused with GitHub's 422, and what GitHub's API
 * description does not have with 400.
 */
public final class GitHubServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiDescription description = ApiDescription.of("github");
  private final HttpServer server;
  private final List<ObjectNode> pulls = new CopyOnWriteArrayList<>();

  public GitHubServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  public String apiUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/repos/acme/shop";
  }

  /** What was opened, as it was sent. */
  public List<ObjectNode> pulls() {
    return pulls;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      List<String> violations =
          description.violations(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestURI().getRawQuery(),
              body);
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (!"Bearer ghp_test".equals(authorization)) {
        send(exchange, 401, "{\"message\":\"Bad credentials\"}");
      } else if (!violations.isEmpty()) {
        send(exchange, 400, JSON.writeValueAsString(Map.of("message", violations.toString())));
      } else if (!exchange.getRequestURI().getPath().equals("/repos/acme/shop/pulls")) {
        send(exchange, 404, "{\"message\":\"Not Found\"}");
      } else if (exchange.getRequestMethod().equals("GET")) {
        String query =
            URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
        List<ObjectNode> found =
            pulls.stream()
                .filter(pull -> query.contains("head=acme:" + pull.get("head").get("ref").asText()))
                .toList();
        send(exchange, 200, JSON.writeValueAsString(found));
      } else {
        create(exchange, JSON.readTree(body));
      }
    }
  }

  private void create(HttpExchange exchange, JsonNode sent) throws IOException {
    String head = sent.get("head").asText().replace("acme:", "");
    if (pulls.stream().anyMatch(pull -> pull.get("head").get("ref").asText().equals(head))) {
      send(
          exchange,
          422,
          "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"PullRequest\",\"code\":\"custom\",\"message\":\"A pull request already exists for acme:%s.\"}]}"
              .formatted(head));
      return;
    }
    int number = pulls.size() + 1;
    ObjectNode pull = JSON.createObjectNode();
    pull.put("number", number);
    pull.put("html_url", "https://github.example/acme/shop/pull/" + number);
    pull.put("state", "open");
    pull.putNull("merged_at");
    pull.put("title", sent.get("title").asText());
    pull.put("body", sent.get("body").asText());
    pull.putObject("head").put("ref", head);
    pull.putObject("base").put("ref", sent.get("base").asText());
    pulls.add(pull);
    send(exchange, 201, JSON.writeValueAsString(pull));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
