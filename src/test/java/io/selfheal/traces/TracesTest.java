package io.selfheal.traces;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.selfheal.FreePort;
import io.selfheal.Pipeline;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a collector gets of an error's way through the steps on the embedded default. */
class TracesTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String SENDERS = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01";

  private static final String TRACE =
      """
      Traceback (most recent call last):
        File "/var/task/src/orders.py", line 2, in total
          return order['items']
      KeyError: 'words-of-the-log'
      """;

  private static final String ANSWER =
      """
      {"when": "words-of-the-log",
       "proposal": {
         "verdict": "fix", "root_cause": "words-of-the-answer", "title": "Take an empty order",
         "description": "words-of-the-answer",
         "edits": [{"path": "src/orders.py",
                    "search": "    return order['items']\\n",
                    "replace": "    return order.get('items')\\n"}]}}
      """;

  @TempDir private Path folder;
  private final WireMockServer collector = new WireMockServer(wireMockConfig().dynamicPort());
  private final HttpClient http = HttpClient.newHttpClient();
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private Path answers;
  private int port;

  @BeforeEach
  void start() throws Exception {
    collector.start();
    collector.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
    System.setProperty("otel.exporter.otlp.endpoint", collector.baseUrl());
    System.setProperty("otel.bsp.schedule.delay", "100");
    said.start();
    logger().addAppender(said);
    answers = Files.createDirectory(folder.resolve("answers"));
    port = FreePort.next();
  }

  @AfterEach
  void stop() {
    logger().detachAppender(said);
    System.clearProperty("otel.exporter.otlp.endpoint");
    System.clearProperty("otel.bsp.schedule.delay");
    System.clearProperty("otel.exporter.otlp.protocol");
    collector.stop();
  }

  @Test
  void anErrorIsOneTraceFromItsStoringToItsPullRequest() throws Exception {
    Path answer = answers.resolve("answer.json");
    Files.writeString(answer, ANSWER.replace("order['items']", "what is not there"));
    try (Pipeline pipeline = new Pipeline(settings("true"))) {
      pipeline.start();
      post();
      Issue failed = await().atMost(LONG).until(() -> issue(pipeline), i -> i.reason() != null);
      assertThat(failed.traceParent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
      Files.writeString(answer, ANSWER);
      opened(pipeline);
      await().atMost(LONG).until(() -> spans().stream().anyMatch(span -> attempt(span) == 2));
      post();
      await().atMost(LONG).until(() -> issue(pipeline).occurrences() == 2);
    }

    List<Span> spans = spans();
    Span stored = only(spans, "store-error");
    String fingerprint = text(stored, "selfheal.fingerprint");
    assertThat(fingerprint).matches("[0-9a-f]{32}");
    assertThat(spans)
        .isNotEmpty()
        .allMatch(span -> span.getTraceId().equals(stored.getTraceId()))
        .allMatch(span -> text(span, "selfheal.fingerprint").equals(fingerprint))
        .allMatch(span -> text(span, "selfheal.app").equals("shop"));
    assertThat(stored.getParentSpanId().isEmpty()).isTrue();
    assertThat(named(spans, "send-repair")).isNotEmpty().allMatch(span -> isChild(span, stored));
    List<Span> tries = named(spans, "repair-issue");
    assertThat(tries).hasSize(2).allMatch(span -> isChild(span, stored));
    assertThat(tries).extracting(TracesTest::attempt).containsExactly(1, 2);
    assertThat(tries)
        .extracting(span -> span.getStatus().getCode())
        .containsExactly(Status.StatusCode.STATUS_CODE_ERROR, Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(children(spans, tries.get(0)))
        .containsExactly("build-prompt", "call-model", "commit-fix");
    assertThat(children(spans, tries.get(1)))
        .containsExactly("build-prompt", "call-model", "commit-fix", "open-pull-request");
    Span commit = named(spans, "commit-fix").get(1);
    assertThat(children(spans, commit)).containsExactly("check-answer", "commit", "push");
    List<Span> checks = named(spans, "check-change");
    assertThat(children(spans, checks.get(checks.size() - 1)))
        .containsExactly(
            "apply-edits",
            "guard-change",
            "check-syntax",
            "format-change",
            "verify-before",
            "verify-after");
    assertThat(children(spans, only(spans, "open-pull-request")))
        .containsExactly("open-pull-request-local");
  }

  @Test
  void spansHoldNoTextsAndNoSecrets() throws Exception {
    Files.writeString(answers.resolve("answer.json"), ANSWER);
    try (Pipeline pipeline = new Pipeline(settings("true"))) {
      pipeline.start();
      post();
      opened(pipeline);
    }

    assertThat(named(spans(), "open-pull-request")).hasSize(1);
    for (LoggedRequest request :
        collector.getAllServeEvents().stream().map(e -> e.getRequest()).toList()) {
      assertThat(new String(request.getBody(), StandardCharsets.ISO_8859_1))
          .doesNotContain("words-of", "KeyError", "scm-secret", "orders.py", "a".repeat(32));
    }
    for (Span span : spans()) {
      assertThat(span.getEventsList()).isEmpty();
      assertThat(span.getAttributesList())
          .extracting(KeyValue::getKey)
          .isSubsetOf(
              "component",
              "op",
              "exchangeId",
              "camel.uri",
              "url.scheme",
              "url.path",
              "url.query",
              "error",
              "selfheal.app",
              "selfheal.fingerprint",
              "selfheal.attempt");
    }
  }

  @Test
  void theCollectorGetsProtobufOverHttp() throws Exception {
    Files.writeString(answers.resolve("answer.json"), ANSWER);
    try (Pipeline pipeline = new Pipeline(settings("true"))) {
      pipeline.start();
      post();
      opened(pipeline);
    }

    LoggedRequest request = collector.getAllServeEvents().get(0).getRequest();
    assertThat(request.getUrl()).isEqualTo("/v1/traces");
    assertThat(request.getHeader("Content-Type")).isEqualTo("application/x-protobuf");
    assertThat(
            ExportTraceServiceRequest.parseFrom(request.getBody())
                .getResourceSpans(0)
                .getResource()
                .getAttributesList())
        .anyMatch(
            attribute ->
                attribute.getKey().equals("service.name")
                    && attribute.getValue().getStringValue().equals("selfheal"));
  }

  @Test
  void aCollectorThatRefusesDisturbsNoRepairAndIsSaidOnce() throws Exception {
    collector.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(403)));
    Files.writeString(answers.resolve("answer.json"), ANSWER);
    try (Pipeline pipeline = new Pipeline(settings("true"))) {
      pipeline.start();
      post();
      opened(pipeline);
      await().atMost(LONG).until(() -> collector.getAllServeEvents().size() > 1);
    }

    assertThat(said.list).hasSize(1);
    assertThat(said.list.get(0).getLevel()).isEqualTo(Level.WARN);
    assertThat(said.list.get(0).getFormattedMessage()).contains("selfheal.traces=false");
  }

  @Test
  void anAbsentCollectorDisturbsNoRepair() throws Exception {
    collector.stop();
    Files.writeString(answers.resolve("answer.json"), ANSWER);
    try (Pipeline pipeline = new Pipeline(settings("true"))) {
      pipeline.start();
      post();
      opened(pipeline);
    }

    assertThat(said.list).hasSizeLessThan(2);
  }

  @Test
  void offMeansNoSpanAndNothingInTheTable() throws Exception {
    Files.writeString(answers.resolve("answer.json"), ANSWER);
    try (Pipeline pipeline = new Pipeline(settings("false"))) {
      pipeline.start();
      post();
      opened(pipeline);
      assertThat(issue(pipeline).traceParent()).isNull();
    }

    assertThat(collector.getAllServeEvents()).isEmpty();
  }

  @Test
  void offMeansThatNoClassOfOpenTelemetryIsLoaded() throws Exception {
    Path loaded = folder.resolve("loaded.txt");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load=info:file=" + loaded,
                "-cp",
                System.getProperty("java.class.path"),
                "io.selfheal.Selfheal",
                "demo")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("demo.txt").toFile())
            .start();
    try {
      assertThat(demo.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      demo.destroyForcibly();
    }

    assertThat(demo.exitValue()).as(Files.readString(folder.resolve("demo.txt"))).isZero();
    try (var lines = Files.lines(loaded)) {
      assertThat(lines.filter(line -> line.contains("io.selfheal.pullrequest.EndRepair")))
          .isNotEmpty();
    }
    try (var lines = Files.lines(loaded)) {
      assertThat(
              lines.filter(
                  line ->
                      line.contains(" io.opentelemetry.")
                          || line.contains(" org.apache.camel.telemetry.")
                          || line.contains(" org.apache.camel.opentelemetry2.")
                          || line.contains(" io.selfheal.traces.")))
          .isEmpty();
    }
  }

  @Test
  void aProtocolThatIsNotThereIsSaidWithTheKey() throws Exception {
    System.setProperty("otel.exporter.otlp.protocol", "grpc");

    assertThatThrownBy(Traces::new)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.traces")
        .hasMessageContaining("HTTP");
  }

  private Settings settings(String traces) throws Exception {
    GitRepo repo = GitRepo.in(Files.createDirectories(folder.resolve("shop")));
    repo.commit(Map.of("src/orders.py", "def total(order):\n    return order['items']\n"));
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("selfheal.apps.shop.repository", repo.directory().toString());
    keys.put("selfheal.apps.shop.scm-token", "scm-secret");
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", folder.resolve("data").toString());
    keys.put("selfheal.work.dir", folder.resolve("work").toString());
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("selfheal.issues.count-interval", "1s");
    // What is stored before the stream is read waits for the sweep
    keys.put("selfheal.issues.sweep-interval", "2s");
    keys.put("selfheal.heal.retry-delay", "5s");
    keys.put("selfheal.sources", "http");
    keys.put("selfheal.http.port", Integer.toString(port));
    keys.put("selfheal.model", "replay");
    keys.put("selfheal.replay.dir", answers.toString());
    keys.put("selfheal.traces", traces);
    return Settings.load(Optional.empty(), Map.of(), keys);
  }

  /** As a traced application would: its own trace is not ours. */
  private void post() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/logs/shop"))
                .header("traceparent", SENDERS)
                .POST(HttpRequest.BodyPublishers.ofString(TRACE))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(202);
  }

  private static Issue issue(Pipeline pipeline) {
    return pipeline
        .context()
        .getRegistry()
        .lookupByNameAndType("issueTable", IssueTable.class)
        .all()
        .get(0);
  }

  private static void opened(Pipeline pipeline) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(issue(pipeline).status()).isEqualTo(IssueStatus.PULL_REQUEST_OPEN));
  }

  /** All that the collector got, in the order in which they began. */
  private List<Span> spans() throws InvalidProtocolBufferException {
    List<Span> spans = new ArrayList<>();
    for (var event : collector.getAllServeEvents()) {
      ExportTraceServiceRequest.parseFrom(event.getRequest().getBody())
          .getResourceSpansList()
          .forEach(of -> of.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
    }
    spans.sort(Comparator.comparingLong(Span::getStartTimeUnixNano));
    return spans;
  }

  private static List<Span> named(List<Span> spans, String name) {
    return spans.stream().filter(span -> span.getName().equals(name)).toList();
  }

  private static Span only(List<Span> spans, String name) {
    List<Span> named = named(spans, name);
    assertThat(named).as(name).hasSize(1);
    return named.get(0);
  }

  private static List<String> children(List<Span> spans, Span parent) {
    return spans.stream().filter(span -> isChild(span, parent)).map(Span::getName).toList();
  }

  private static boolean isChild(Span span, Span parent) {
    return span.getParentSpanId().equals(parent.getSpanId());
  }

  private static String text(Span span, String key) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  private static int attempt(Span span) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("selfheal.attempt"))
        .map(attribute -> (int) attribute.getValue().getIntValue())
        .findFirst()
        .orElse(0);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(SaidOnce.class);
  }
}
