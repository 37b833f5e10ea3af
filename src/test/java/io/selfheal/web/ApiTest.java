package io.selfheal.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.Issues;
import io.selfheal.issue.MutableClock;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.RepairRecords;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The real routes on a real port, over a real table. */
@ExtendWith(EmbeddedAws.class)
@Timeout(120)
class ApiTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final String KEY = "people-key-1";
  private static final String HOSTILE =
      "ValueError: </script><img src=x onerror=alert(1)>\u202e\"'<!-- {{x}} ${y}";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final MutableClock clock = new MutableClock();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private DynamoDbClient dynamoDb;
  private String tableName;
  private IssueTable table;
  private WebServer server;

  @BeforeEach
  void makeTable(EmbeddedAws aws) {
    dynamoDb = aws.dynamoDb();
    tableName = aws.newTable();
    table = new IssueTable(dynamoDb, tableName, clock);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    dynamoDb.close();
  }

  @Test
  void countsByStatusAndDay() throws Exception {
    put("shop", 1, NOW);
    put("shop", 2, NOW.minusSeconds(86_400));
    put("billing", 3, NOW.minusSeconds(90 * 86_400L));
    table.suppress("shop", fingerprint(2), "known");
    start(Secret.NONE);

    JsonNode json = json(get("/api/overview"));

    assertThat(json.get("total").asInt()).isEqualTo(3);
    assertThat(json.get("apps").toString()).isEqualTo("[\"billing\",\"shop\"]");
    assertThat(json.get("statuses").get("NEW").asInt()).isEqualTo(2);
    assertThat(json.get("statuses").get("SUPPRESSED").asInt()).isEqualTo(1);
    assertThat(json.get("statuses").get("MERGED").asInt()).isZero();
    assertThat(json.get("days")).hasSize(30);
    assertThat(json.get("days").get(29).toString())
        .contains("\"date\":\"2026-03-01\"", "\"counts\":{\"NEW\":1}");
    assertThat(json.get("days").get(28).toString())
        .contains("\"date\":\"2026-02-28\"", "\"counts\":{\"SUPPRESSED\":1}");
    assertThat(json.get("pipeline").get("steps").has("call-model")).isTrue();
  }

  @Test
  void listsTheTablesAttributesNewestFirstWithoutTraces() throws Exception {
    put("shop", 1, NOW.minusSeconds(60));
    put("shop", 2, NOW);
    start(Secret.NONE);

    JsonNode json = json(get("/api/issues"));

    assertThat(json.get("total").asInt()).isEqualTo(2);
    assertThat(json.get("issues").get(0).get("fingerprint").asText()).isEqualTo(fingerprint(2));
    assertThat(json.get("issues").get(0).get("exception_type").asText()).isEqualTo("KeyError");
    assertThat(json.get("issues").get(0).get("first_seen").asText()).isEqualTo(NOW.toString());
    assertThat(json.get("issues").get(0).has("message")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "app=shop, 2",
    "app=nobody, 0",
    "status=new, 3",
    "'status=NEW,FAILED&app=billing', 1",
    "status=MERGED, 0",
    "q=keyerror%20HANDLER, 3",
    "q=00000002, 1",
    "q=nothing, 0",
    "sort=occurrences, 3",
  })
  void findsByStatusAppAndWords(String query, int found) throws Exception {
    put("shop", 1, NOW);
    put("shop", 2, NOW);
    put("billing", 3, NOW);
    start(Secret.NONE);

    assertThat(json(get("/api/issues?" + query)).get("total").asInt()).isEqualTo(found);
  }

  @Test
  void pagesAreOfTheAskedLength() throws Exception {
    for (int i = 1; i <= 7; i++) {
      put("shop", i, NOW.plusSeconds(i));
    }
    start(Secret.NONE);

    JsonNode json = json(get("/api/issues?limit=3&offset=6"));

    assertThat(json.get("total").asInt()).isEqualTo(7);
    assertThat(json.get("issues")).hasSize(1);
    assertThat(json.get("issues").get(0).get("fingerprint").asText()).isEqualTo(fingerprint(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"limit=0", "limit=501", "offset=-1", "limit=x", "status=OPEN", "sort=app"})
  void aParameterThatCannotBeUsedIsNamed(String query) throws Exception {
    start(Secret.NONE);

    HttpResponse<String> answer = get("/api/issues?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("error").asText()).startsWith(query.replaceFirst("=.*", ": "));
  }

  @Test
  void showsTheTraceAndWhatIsKeptOfTheRepairs() throws Exception {
    put("shop", 1, NOW);
    RepairRecords records = new RepairRecords(Optional.of(folder));
    records.write(
        fingerprint(1),
        1,
        "prompt.txt",
        "You repair.\n<<<log ab12>>>\nKeyError\n<<<end other>>>\n<<<end ab12>>>\n\nCall it.\n");
    records.write(fingerprint(1), 1, "change.diff", "-a\n+b\n");
    records.write(fingerprint(1), 1, "verify-before.txt", "$ test\nexit code 1\n");
    start(Secret.NONE);

    JsonNode json = json(get("/api/issues/" + fingerprint(1)));

    assertThat(json.get("message").asText()).isEqualTo("KeyError: 'order_items'");
    JsonNode repair = json.get("repairs").get(0);
    assertThat(repair.get("attempt").asInt()).isEqualTo(1);
    assertThat(repair.get("diff").asText()).isEqualTo("-a\n+b\n");
    assertThat(repair.get("verify_before").asText()).contains("exit code 1");
    assertThat(repair.has("verify_after")).isFalse();
    assertThat(repair.get("prompt").findValuesAsText("label"))
        .containsExactly("instructions", "log", "instructions");
    assertThat(repair.get("prompt").get(1).get("text").asText())
        .isEqualTo("KeyError\n<<<end other>>>");
  }

  @Test
  void aFingerprintOfTwoApplicationsNeedsTheApplication() throws Exception {
    put("shop", 1, NOW);
    put("billing", 1, NOW);
    start(Secret.NONE);

    assertThat(get("/api/issues/" + fingerprint(1)).statusCode()).isEqualTo(409);
    assertThat(json(get("/api/issues/" + fingerprint(1) + "?app=billing")).get("app").asText())
        .isEqualTo("billing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/issues/ffffffffffff",
        "/api/issues/xyz",
        "/api/issues/..%2f..%2fetc%2fpasswd",
        "/assets/nothing.js",
        "/assets/..%2fapplication.properties",
        "/assets/application.properties"
      })
  void whatIsNotThereIsA404(String path) throws Exception {
    start(Secret.NONE);

    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void aHostileTraceComesAsJsonThatNoBrowserTakesForAPage() throws Exception {
    put("shop", 1, NOW, HOSTILE);
    start(Secret.NONE);

    HttpResponse<String> answer = get("/api/issues/" + fingerprint(1));

    assertThat(json(answer).get("message").asText()).isEqualTo(HOSTILE);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/assets/app.js", "/api/overview", "/api/issues", "/api/issues/x"})
  void everyAnswerHasTheSecurityHeaders(String path) throws Exception {
    start(Secret.NONE);

    HttpResponse<String> answer = get(path);

    assertThat(answer.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe"));
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void thePageHoldsNoInlineScriptOrStyle() throws Exception {
    start(Secret.NONE);

    HttpResponse<String> page = get("/");

    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(page.body())
        .contains("<script src=\"assets/app.js\" defer></script>")
        .doesNotContain("<style", " style=", "onclick", "http://", "https://");
    assertThat(get("/assets/app.js").body())
        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
  }

  @Test
  void aConfiguredKeyIsAskedForToReadAndToAct() throws Exception {
    put("shop", 1, NOW);
    start(Secret.of(KEY));

    assertThat(get("/").statusCode()).isEqualTo(200);
    for (String path :
        new String[] {"/api/overview", "/api/issues", "/api/issues/" + fingerprint(1)}) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(401);
      assertThat(get(path).body()).as(path).doesNotContain("KeyError", KEY);
      assertThat(get(path, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
      assertThat(get(path, "Authorization", "Bearer " + KEY).statusCode()).isEqualTo(200);
      assertThat(get(path, "X-Amz-Firehose-Access-Key", KEY).statusCode()).isEqualTo(200);
    }
    assertThat(post("retry", "{}", AuthorizePerson.ACTION, "1").statusCode()).isEqualTo(401);
    assertThat(post("retry", "{}", "Authorization", "Bearer " + KEY).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:%d, 200",
    "localhost:%d, 200",
    "LOCALHOST, 200",
    "[::1]:%d, 200",
    "evil.example:%d, 403",
    "localhost.evil.example, 403",
    "127.0.0.1.evil.example, 403",
    "'', 403"
  })
  void withoutAKeyOnlyLoopbackNamesAreAnswered(String host, int status) throws Exception {
    start(Secret.NONE);

    assertThat(statusFor(host.formatted(server.port()))).isEqualTo(status);
  }

  @Test
  void retryPutsTheHintIntoTheIssueAndMasksIt() throws Exception {
    put("shop", 1, NOW);
    table.suppress("shop", fingerprint(1), "no");
    start(Secret.NONE);

    HttpResponse<String> answer =
        post("retry", "{\"hint\": \"it is hunter2 in cart.py\"}", AuthorizePerson.ACTION, "1");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Issue issue = table.find("shop", fingerprint(1)).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.NEW);
    assertThat(issue.reason()).endsWith("says: it is <secret> in cart.py");
    assertThat(json(get("/api/issues?status=NEW")).get("total").asInt())
        .as("seen at once, though the scan is kept")
        .isEqualTo(1);
  }

  @Test
  void suppressedByAPersonIsLeftAloneByTheSweep() throws Exception {
    put("shop", 1, NOW);
    start(Secret.NONE);

    assertThat(
            post("suppress", "{\"reason\": \"a drill\"}", AuthorizePerson.ACTION, "1").statusCode())
        .isEqualTo(200);

    Issue issue = table.find("shop", fingerprint(1)).orElseThrow();
    assertThat(issue.status()).isEqualTo(IssueStatus.SUPPRESSED);
    assertThat(issue.reason()).endsWith("says: a drill");
    clock.advance(java.time.Duration.ofDays(2));
    assertThat(table.heldBack("shop", 9)).isEmpty();
    assertThat(table.lease("shop", fingerprint(1), "w")).as("its message is void").isEmpty();
  }

  @Test
  void whatIsInWorkIsNotSuppressed() throws Exception {
    put("shop", 1, NOW);
    table.lease("shop", fingerprint(1), "worker");
    start(Secret.NONE);

    assertThat(post("suppress", "{}", AuthorizePerson.ACTION, "1").statusCode()).isEqualTo(409);
    assertThat(table.find("shop", fingerprint(1)).orElseThrow().status())
        .isEqualTo(IssueStatus.REPAIRING);
  }

  @Test
  void whatAFormOfAnotherOriginCanSendChangesNothing() throws Exception {
    put("shop", 1, NOW);
    start(Secret.NONE);

    assertThat(act("text/plain", "{}", AuthorizePerson.ACTION, "1").statusCode()).isEqualTo(415);
    assertThat(act("application/json", "{}", "X-Other", "1").statusCode()).isEqualTo(403);
    assertThat(
            post("suppress", "{}", AuthorizePerson.ACTION, "1", "Sec-Fetch-Site", "cross-site")
                .statusCode())
        .isEqualTo(403);
    assertThat(get("/api/issues/" + fingerprint(1) + "/suppress").statusCode()).isEqualTo(405);
    HttpResponse<String> preflight =
        client.send(
            HttpRequest.newBuilder(server.at("/api/issues/" + fingerprint(1) + "/suppress"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "http://evil.example")
                .build(),
            BodyHandlers.ofString());
    assertThat(preflight.headers().firstValue("access-control-allow-origin")).isEmpty();
    assertThat(table.find("shop", fingerprint(1)).orElseThrow().status())
        .isEqualTo(IssueStatus.NEW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"hint\": 1}", "{", "\"x\""})
  void aBodyThatIsNoObjectIsRefused(String body) throws Exception {
    put("shop", 1, NOW);
    start(Secret.NONE);

    assertThat(post("retry", body, AuthorizePerson.ACTION, "1").statusCode()).isEqualTo(400);
  }

  @Test
  void aLargeBodyIsRefused() throws Exception {
    put("shop", 1, NOW);
    start(Secret.NONE);

    assertThat(
            post("retry", "{\"hint\": \"" + "x".repeat(3_000) + "\"}", AuthorizePerson.ACTION, "1")
                .statusCode())
        .isEqualTo(400);
    assertThat(
            post("retry", "{\"hint\": \"" + "x".repeat(70_000) + "\"}", AuthorizePerson.ACTION, "1")
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  void aTableThatCannotBeReadIsA503ThatTellsNoDetails() throws Exception {
    server =
        new WebServer(
            Secret.NONE,
            table,
            () -> {
              throw new IllegalStateException("credentials AKIA");
            },
            clock,
            folder);

    HttpResponse<String> answer = get("/api/overview");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).doesNotContain("AKIA");
  }

  private void start(Secret key) throws Exception {
    server = new WebServer(key, table, table::summaries, clock, folder);
  }

  private static String fingerprint(int number) {
    return "%08d".formatted(number) + "abcdef0123456789abcdef01";
  }

  private void put(String app, int number, Instant when) {
    put(app, number, when, "KeyError: 'order_items'");
  }

  private void put(String app, int number, Instant when, String message) {
    Issue seen = Issues.seen(app, fingerprint(number), when);
    var item = new java.util.HashMap<>(table.newItem(seen));
    item.put(
        "message", software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS(message));
    dynamoDb.putItem(put -> put.tableName(tableName).item(item));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.at(path));
    return client.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String act, String body, String... headers) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.at("/api/issues/" + fingerprint(1) + "/" + act))
            .header("Content-Type", "application/json")
            .headers(headers)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> act(String type, String body, String... headers) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.at("/api/issues/" + fingerprint(1) + "/suppress"))
            .header("Content-Type", type)
            .headers(headers)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Java's client sets Host itself. */
  private int statusFor(String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/issues HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.substring(9, 12));
    }
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }
}
