package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedInputStream;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real routes on a real port; deduplication is replaced by a list. */
@Timeout(120)
class HttpIntakeTest {
  private static final String KEY = "sender-key-1";
  private static final int MIB = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<ReceivedLogs> STORED = new CopyOnWriteArrayList<>();
  private static final IntakeMemory MEMORY = new IntakeMemory(64);
  private static volatile RuntimeException storeFailure;
  private static volatile CountDownLatch storing;

  private static Main main;
  private static int port;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void boot() throws Exception {
    main = new Main();
    // These routes and beans only, not the program's own configuration.
    main.setDefaultPropertyPlaceholderLocation("false");
    main.configure()
        .withRoutesIncludePattern(
            "classpath:routes/00-error-handling.camel.yaml,classpath:routes/01-receive-logs/receive-logs.camel.yaml,"
                + "classpath:routes/01-receive-logs/http.camel.yaml");
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", "0");
    Clock clock = Clock.systemUTC();
    ApplicationRouter router =
        new ApplicationRouter(
            List.of(application("shop", "/aws/lambda/*"), application("billing", "billing")),
            List.of("*selfheal*"));
    main.bind("authorizeSender", new AuthorizeSender(Secret.of(KEY), "127.0.0.1", clock));
    main.bind("readRequest", new ReadRequest(16 * MIB, Duration.ofSeconds(60), MEMORY));
    main.bind("readFirehoseRequest", new ReadRequest(64 * MIB, Duration.ofSeconds(60), MEMORY));
    main.bind("decodeFirehose", new DecodeFirehose(router, clock));
    main.bind("decodeOtlp", new DecodeOtlp(router, clock));
    main.bind("decodeSubscription", new DecodeSubscription(router, clock));
    main.bind("receiveLogs", new ReceiveLogs(router, new DecodeText(clock)));
    main.bind("answerSender", new AnswerSender());
    main.bind("answerOtlp", new AnswerOtlp());
    main.bind("answerFirehose", new AnswerFirehose(clock));
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:deduplicate-errors")
                    .errorHandler(noErrorHandler())
                    .routeId("deduplicate-errors")
                    .process(
                        exchange -> {
                          CountDownLatch slow = storing;
                          if (slow != null) {
                            slow.await();
                          }
                          if (storeFailure != null) {
                            throw storeFailure;
                          }
                          STORED.add(exchange.getMessage().getMandatoryBody(ReceivedLogs.class));
                        });
              }
            });
    main.start();
    port =
        CamelContextHelper.findSingleByType(main.getCamelContext(), VertxPlatformHttpRouter.class)
            .getServer()
            .getServer()
            .actualPort();
  }

  @AfterAll
  static void stop() {
    main.stop();
  }

  @BeforeEach
  void empty() {
    STORED.clear();
    storeFailure = null;
  }

  @AfterEach
  void nextGoodRequestWorks() throws Exception {
    storeFailure = null;
    STORED.clear();
    // The server may not yet have seen that a connection is gone
    await().untilAsserted(() -> assertThat(MEMORY.freeKib()).isEqualTo(64 * 1024));
    assertThat(post("/logs/shop", "fine").statusCode()).isEqualTo(202);
    assertThat(messages()).containsExactly("fine");
  }

  @Test
  void deliveriesForWhichThereIsNoRoomAreSentBackWhileTheTableIsSlow() throws Exception {
    storing = new CountDownLatch(1);
    byte[] large = "x".repeat(14 * MIB).getBytes(StandardCharsets.UTF_8);
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        waiting.add(
            CLIENT.sendAsync(
                authorized("/logs/shop").POST(BodyPublishers.ofByteArray(large)).build(),
                BodyHandlers.ofString()));
      }
      await().until(() -> MEMORY.freeKib() <= 8 * 1024);

      HttpResponse<String> refused = post("/logs/shop", "y".repeat(10 * MIB));
      byte[] small = LogFixtures.gzip("y".repeat(10 * MIB));
      HttpResponse<String> inflating =
          send(
              authorized("/logs/shop")
                  .header("Content-Encoding", "gzip")
                  .POST(BodyPublishers.ofByteArray(small)));

      for (HttpResponse<String> response : List.of(refused, inflating)) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(response.body()).contains("64 MiB of selfheal.http.max-memory: send it again");
      }
    } finally {
      storing.countDown();
      storing = null;
    }
    for (CompletableFuture<HttpResponse<String>> response : waiting) {
      assertThat(response.get().statusCode()).isEqualTo(202);
    }
    assertThat(MEMORY.freeKib()).isEqualTo(64 * 1024);
  }

  @Test
  void firehoseIsAnsweredWithItsRequestIdOnceStored() throws Exception {
    byte[] body =
        LogFixtures.firehose(
            "id-1",
            LogFixtures.gzip(LogFixtures.subscription("/aws/lambda/order", "s1", "a", "b")),
            LogFixtures.subscription("billing", "s2", "c").getBytes(StandardCharsets.UTF_8),
            LogFixtures.gzip(LogFixtures.CONTROL_MESSAGE));

    HttpResponse<String> response = post("/logs/firehose", body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.headers().firstValueAsLong("content-length"))
        .as("Firehose takes an answer without its length for a failure")
        .hasValue(response.body().length());
    JsonNode answer = JSON.readTree(response.body());
    assertThat(answer.get("requestId").asText()).isEqualTo("id-1");
    assertThat(answer.get("timestamp").isIntegralNumber()).isTrue();
    assertThat(answer.has("errorMessage")).isFalse();
    assertThat(STORED.get(0).batches())
        .extracting(LogBatch::app)
        .containsExactly("shop", "billing");
    assertThat(messages()).containsExactly("a", "b", "c");
  }

  @Test
  void firehoseMayPresentItsOwnKeyHeaderAndGzipItsRequest() throws Exception {
    byte[] body =
        LogFixtures.firehose(
            "id-2", LogFixtures.gzip(LogFixtures.subscription("billing", "s", "x")));

    HttpResponse<String> response =
        send(
            request("/logs/firehose")
                .header("X-Amz-Firehose-Access-Key", KEY)
                .header("X-Amz-Firehose-Request-Id", "id-2")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(LogFixtures.gzip(body))));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.body()).get("requestId").asText()).isEqualTo("id-2");
    assertThat(messages()).containsExactly("x");
  }

  @Test
  void firehoseErrorsHaveFirehosesShape() throws Exception {
    HttpResponse<String> response =
        send(
            request("/logs/firehose")
                .header("X-Amz-Firehose-Access-Key", "wrong")
                .header("X-Amz-Firehose-Request-Id", "id-3")
                .POST(BodyPublishers.ofString("{}")));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    JsonNode answer = JSON.readTree(response.body());
    assertThat(answer.get("requestId").asText()).isEqualTo("id-3");
    assertThat(answer.get("errorMessage").asText()).contains("access key").doesNotContain(KEY);
  }

  @Test
  void failedStoreIsA503ThatTellsNoDetails() throws Exception {
    storeFailure = new IllegalStateException("table credentials AKIA");

    HttpResponse<String> firehose =
        post(
            "/logs/firehose",
            LogFixtures.firehose(
                "id-4", LogFixtures.gzip(LogFixtures.subscription("billing", "s", "x"))));
    HttpResponse<String> text = post("/logs/shop", "a");

    assertThat(firehose.statusCode()).isEqualTo(503);
    assertThat(JSON.readTree(firehose.body()).get("requestId").asText()).isEqualTo("id-4");
    assertThat(text.statusCode()).isEqualTo(503);
    assertThat(firehose.body() + text.body()).doesNotContain("AKIA");
  }

  @Test
  void lambdaShapedEventIsAccepted() throws Exception {
    HttpResponse<String> response =
        post(
            "/logs/cloudwatch",
            LogFixtures.lambdaEvent(
                LogFixtures.gzip(LogFixtures.subscription("billing", "s", "x", "y"))));

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(messages()).containsExactly("x", "y");
    assertThat(STORED.get(0).batches().get(0).events().get(0).id()).isNotBlank();
  }

  @Test
  void textIsOneEventPerLineOfTheApplicationInThePath() throws Exception {
    HttpResponse<String> response =
        send(
            authorized("/logs/billing?app=shop&SelfhealApp=shop")
                .header("app", "shop")
                .header("SelfhealApp", "shop")
                .header("SelfhealLogGroup", "web")
                .header("SelfhealLogStream", "web-1")
                .POST(BodyPublishers.ofString("one\r\ntwo\n\nthree\n")));

    assertThat(response.statusCode()).isEqualTo(202);
    LogBatch batch = STORED.get(0).batches().get(0);
    assertThat(batch.app()).isEqualTo("billing");
    assertThat(batch.logGroup()).isEqualTo("web");
    assertThat(batch.logStream()).isEqualTo("web-1");
    assertThat(messages()).containsExactly("one", "two", "", "three");
  }

  /** What curl calls every --data, and what Camel's own handlers would take for a form. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain"
      })
  void textIsTextWhateverItsContentType(String contentType) throws Exception {
    HttpResponse<String> response =
        send(
            authorized("/logs/shop")
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString("a=1&b=%20\nKeyError: 'x'")));

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(messages()).containsExactly("a=1&b=%20", "KeyError: 'x'");
  }

  @Test
  void ndjsonBecomesTheEventsItDescribes() throws Exception {
    HttpResponse<String> response =
        send(
            authorized("/logs/shop")
                .header("Content-Type", "application/x-ndjson")
                .POST(
                    BodyPublishers.ofString(
                        "{\"timestamp\":\"2026-01-02T03:04:05Z\",\"message\":\"Traceback\\n  File\"}\n"
                            + "{\"level\":\"ERROR\",\"message\":\"m\",\"stackTrace\":[\"s\"]}\n")));

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(messages())
        .containsExactly(
            "Traceback\n  File", "{\"level\":\"ERROR\",\"message\":\"m\",\"stackTrace\":[\"s\"]}");
  }

  @Test
  void onlyOurOwnHeadersGoBack() throws Exception {
    HttpResponse<String> response =
        send(authorized("/logs/shop").header("X-Private", "1").POST(BodyPublishers.ofString("a")));

    assertThat(response.headers().map().keySet()).containsExactly("content-length");
  }

  @ParameterizedTest
  @CsvSource({"/logs/firehose", "/logs/cloudwatch", "/logs/shop"})
  void wrongOrMissingKeyIsRefusedBeforeTheBodyIsRead(String path) throws Exception {
    assertThat(send(request(path).POST(BodyPublishers.ofByteArray(new byte[MIB]))).statusCode())
        .isEqualTo(401);
    for (String wrong :
        List.of("Bearer wrong", "Bearer", "Basic " + KEY, KEY, "Bearer " + KEY + "x")) {
      assertThat(
              send(request(path)
                      .header("Authorization", wrong)
                      .POST(BodyPublishers.ofByteArray(new byte[MIB])))
                  .statusCode())
          .as(wrong)
          .isEqualTo(401);
    }
    assertThat(
            send(request(path + "?Authorization=Bearer%20" + KEY)
                    .POST(BodyPublishers.ofString("x")))
                .statusCode())
        .isEqualTo(401);
    assertThat(STORED).isEmpty();
  }

  @Test
  void unknownApplicationAndUnmappedLogGroupAre404() throws Exception {
    HttpResponse<String> text = post("/logs/nosuch", "a");
    HttpResponse<String> firehose =
        post(
            "/logs/firehose",
            LogFixtures.firehose(
                "id-5",
                LogFixtures.gzip(LogFixtures.subscription("billing", "s", "good")),
                LogFixtures.gzip(LogFixtures.subscription("elsewhere", "s", "x"))));
    HttpResponse<String> event =
        post(
            "/logs/cloudwatch",
            LogFixtures.lambdaEvent(
                LogFixtures.gzip(LogFixtures.subscription("elsewhere", "s", "x"))));

    assertThat(text.statusCode()).isEqualTo(404);
    assertThat(text.body()).isEqualTo("unknown application nosuch\n");
    assertThat(firehose.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(firehose.body()).get("errorMessage").asText()).contains("elsewhere");
    assertThat(event.statusCode()).isEqualTo(404);
    assertThat(STORED).as("nothing is half taken").isEmpty();
  }

  @Test
  void malformedDeliveriesAre400WithOneLine() throws Exception {
    byte[] gzip = LogFixtures.gzip(LogFixtures.subscription("billing", "s", "x"));
    byte[] cut = Arrays.copyOf(gzip, gzip.length - 5);
    byte[] noise = new byte[4096];
    new Random(1).nextBytes(noise);
    noise[0] = 'x';
    byte[] brokenGzip = gzip.clone();
    Arrays.fill(brokenGzip, 12, 20, (byte) 0x55);

    assertMalformed(
        "/logs/firehose",
        "{\"requestId\":\"r\",\"records\":[{\"data\":\"%%%\"}]}",
        "records[0].data is not base64");
    assertMalformed(
        "/logs/firehose", "{\"requestId\":\"r\",\"records\":[{\"data\":\"YWJ\"}]}", "not base64");
    assertMalformed(
        "/logs/firehose",
        LogFixtures.firehose("r", gzip, cut),
        "records[1]: the gzip data is cut short");
    assertMalformed("/logs/firehose", LogFixtures.firehose("r", brokenGzip), "records[0]");
    assertMalformed(
        "/logs/firehose", LogFixtures.firehose("r", noise), "records[0] is not valid JSON");
    assertMalformed("/logs/firehose", noise, "not valid JSON");
    assertMalformed("/logs/firehose", new byte[0], "not a JSON object");
    assertMalformed("/logs/firehose", "{\"requestId\":\"r\"}", "records is missing");
    assertMalformed(
        "/logs/firehose", "{\"requestId\":\"r\",\"records\":[{\"data\":\"YWJj\"", "not valid JSON");
    assertMalformed("/logs/firehose", "[".repeat(100_000), "not a JSON object");
    assertMalformed("/logs/firehose", "{\"x\":" + "[".repeat(100_000), "not valid JSON");
    assertMalformed(
        "/logs/cloudwatch", "{\"awslogs\":{\"data\":\"*\"}}", "awslogs.data is not base64");
    assertMalformed("/logs/cloudwatch", LogFixtures.lambdaEvent(cut), "cut short");
    assertMalformed("/logs/cloudwatch", "{\"awslogs\":7}", "awslogs.data is missing");
    assertMalformed("/logs/cloudwatch", noise, "not valid JSON");
    assertMalformed("/logs/shop", noise, "binary data");
    assertMalformed("/logs/shop", new byte[0], "the body is empty");
    assertThat(STORED).isEmpty();
  }

  @Test
  void brokenContentEncodingIs400() throws Exception {
    byte[] gzip = LogFixtures.gzip("a line\n");
    HttpResponse<String> notGzip = encoded("gzip", "plain".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> cut = encoded("gzip", Arrays.copyOf(gzip, gzip.length - 3));
    HttpResponse<String> unknown = encoded("br", gzip);

    assertThat(List.of(notGzip.statusCode(), cut.statusCode(), unknown.statusCode()))
        .containsOnly(400);
    assertThat(cut.body()).contains("cut short");
    assertThat(unknown.body()).contains("br");
    assertThat(encoded("gzip", gzip).statusCode()).isEqualTo(202);
  }

  @Test
  void gzipBombIs413() throws Exception {
    byte[] bomb = LogFixtures.gzip(new byte[65 * MIB]);
    byte[] half = LogFixtures.gzip(LogFixtures.subscription("billing", "s", "x".repeat(33 * MIB)));

    assertThat(post("/logs/firehose", LogFixtures.firehose("r", half, half)).statusCode())
        .isEqualTo(413);
    assertThat(post("/logs/cloudwatch", LogFixtures.lambdaEvent(bomb)).body())
        .isEqualTo("the payload inflates to over 64 MiB\n");
    assertThat(encoded("gzip", bomb).statusCode()).isEqualTo(413);
    assertThat(STORED).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/logs/shop, 16", "/logs/cloudwatch, 16", "/logs/firehose, 64"})
  void oneByteOverTheLimitIs413HoweverItIsSent(String path, int mib) throws Exception {
    byte[] body = new byte[mib * MIB + 1];
    Arrays.fill(body, (byte) 'x');

    assertThat(send(authorized(path).POST(BodyPublishers.ofByteArray(body))).statusCode())
        .isEqualTo(413);
    assertThat(send(authorized(path).POST(chunked(body))).statusCode()).isEqualTo(413);
    assertThat(STORED).isEmpty();
  }

  @Test
  void exactlyTheLimitIsTaken() throws Exception {
    byte[] body = new byte[16 * MIB];
    Arrays.fill(body, (byte) 'x');

    assertThat(send(authorized("/logs/shop").POST(chunked(body))).statusCode()).isEqualTo(202);
    assertThat(
            send(authorized("/logs/shop")
                    .expectContinue(true)
                    .POST(BodyPublishers.ofByteArray(body)))
                .statusCode())
        .isEqualTo(202);
    assertThat(STORED).hasSize(2);
  }

  @Test
  void refusedBodyLeavesTheConnectionUsable() throws Exception {
    byte[] large = new byte[16 * MIB + 1];
    try (Socket socket = new Socket("127.0.0.1", port)) {
      OutputStream out = socket.getOutputStream();
      out.write(head("/logs/shop", "Content-Length: " + large.length, KEY));
      out.write(large);
      out.write(head("/logs/shop", "Content-Length: 1", "wrong"));
      out.write('x');
      out.write(head("/logs/shop", "Content-Length: 1\r\nConnection: close", KEY));
      out.write('x');
      out.flush();
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(
              answers
                  .lines()
                  .filter(line -> line.startsWith("HTTP/1.1 "))
                  .map(line -> line.substring(9, 12)))
          .containsExactly("413", "401", "202");
    }
  }

  @Test
  void refusalComesInsteadOfContinue() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(head("/logs/shop", "Content-Length: 99999999\r\nExpect: 100-continue", KEY));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 413").doesNotContain("100 Continue");
    }
  }

  @Test
  void bodyWithoutLengthIsNoBody() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(head("/logs/shop", "Connection: close", KEY));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void brokenOffBodyIsNotTaken() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(head("/logs/shop", "Content-Length: 100", KEY));
      socket.getOutputStream().write("half a line".getBytes(StandardCharsets.US_ASCII));
    }
    nextGoodRequestWorks();
    assertThat(messages()).containsExactly("fine");
  }

  @Test
  void otlpIsAnsweredInItsEncoding() throws Exception {
    byte[] protobuf =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ofService("shop", "a"))
            .addResourceLogs(ofService("nosuch", "b"))
            .build()
            .toByteArray();
    HttpResponse<byte[]> answer =
        CLIENT.send(
            authorized("/v1/logs")
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(LogFixtures.gzip(protobuf)))
                .build(),
            BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-protobuf");
    assertThat(ExportLogsServiceResponse.parseFrom(answer.body()).getPartialSuccess())
        .satisfies(
            partial -> {
              assertThat(partial.getRejectedLogRecords()).isEqualTo(1);
              assertThat(partial.getErrorMessage()).contains("nosuch");
            });
    assertThat(messages()).containsExactly("a");
  }

  @Test
  void otlpInJsonIsAnsweredInJson() throws Exception {
    String body =
        """
        {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name",
          "value":{"stringValue":"billing"}}]},
          "scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}""";
    HttpResponse<String> answer = otlp("application/json", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.body()).isEqualTo("{}");
    assertThat(STORED.get(0).batches()).extracting(LogBatch::app).containsExactly("billing");
    HttpResponse<String> refused = otlp("application/json", body.replace("billing", "nosuch"));
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(refused.body()).get("code").asInt()).isEqualTo(5);
    assertThat(otlp("application/json", "{").statusCode()).isEqualTo(400);
    assertThat(otlp("text/plain", body).statusCode()).isEqualTo(400);
  }

  @Test
  void otlpRefusalIsAStatusInItsEncoding() throws Exception {
    HttpRequest.Builder request =
        request("/v1/logs")
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(new byte[0]));
    HttpResponse<byte[]> withoutKey = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    assertThat(withoutKey.statusCode()).isEqualTo(401);
    assertThat(withoutKey.headers().firstValue("content-type")).hasValue("application/x-protobuf");
    CodedInputStream status = CodedInputStream.newInstance(withoutKey.body());
    assertThat(status.readTag()).isEqualTo(1 << 3);
    assertThat(status.readInt32()).as("UNAUTHENTICATED").isEqualTo(16);
    assertThat(status.readTag()).isEqualTo(2 << 3 | 2);
    assertThat(status.readString()).contains("access key");

    storeFailure = new IllegalStateException("table is down");
    HttpResponse<String> notStored =
        otlp(
            "application/json",
            "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"selfheal.app\","
                + "\"value\":{\"stringValue\":\"shop\"}}]}}]}");
    assertThat(notStored.statusCode()).as("senders repeat after 503").isEqualTo(503);
    assertThat(notStored.body()).doesNotContain("table is down");
    assertThat(otlp("application/json", "x".repeat(16 * MIB + 1)).statusCode()).isEqualTo(413);
  }

  private static ResourceLogs ofService(String service, String body) {
    ResourceLogs.Builder logs = ResourceLogs.newBuilder();
    logs.getResourceBuilder()
        .addAttributesBuilder()
        .setKey("service.name")
        .getValueBuilder()
        .setStringValue(service);
    logs.addScopeLogsBuilder().addLogRecordsBuilder().getBodyBuilder().setStringValue(body);
    return logs.build();
  }

  private static HttpResponse<String> otlp(String contentType, String body) throws Exception {
    return send(
        authorized("/v1/logs")
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void deliveryOfAGroupThatIsLeftOutIsAcknowledgedAndNotRead() throws Exception {
    HttpResponse<String> response =
        post(
            "/logs/firehose",
            LogFixtures.firehose(
                "id-9",
                LogFixtures.gzip(LogFixtures.subscription("/ecs/selfheal", "s", "own")),
                LogFixtures.gzip(LogFixtures.subscription("billing", "s", "other"))));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(messages()).containsExactly("other");
  }

  @Test
  void otherMethodsAreNotAllowed() throws Exception {
    assertThat(send(authorized("/logs/firehose").GET()).statusCode()).isEqualTo(405);
    assertThat(send(authorized("/logs/shop").PUT(BodyPublishers.ofString("x"))).statusCode())
        .isEqualTo(405);
  }

  @Test
  void long300KilobyteTraceIsTaken() throws Exception {
    String trace =
        "Traceback (most recent call last):\n" + "  File \"a.py\", line 1, in f\n".repeat(11_000);
    assertThat(post("/logs/shop", trace).statusCode()).isEqualTo(202);
    assertThat(messages()).hasSize(11_001);
  }

  private void assertMalformed(String path, String body, String says) throws Exception {
    assertMalformed(path, body.getBytes(StandardCharsets.UTF_8), says);
  }

  private void assertMalformed(String path, byte[] body, String says) throws Exception {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as("%s: %s", path, says).isEqualTo(400);
    String line =
        path.equals("/logs/firehose")
            ? JSON.readTree(response.body()).get("errorMessage").asText()
            : response.body().stripTrailing();
    assertThat(line).contains(says).doesNotContain("\n");
  }

  private static List<String> messages() {
    return STORED.stream()
        .flatMap(logs -> logs.batches().stream())
        .flatMap(batch -> batch.events().stream())
        .map(LogEvent::message)
        .toList();
  }

  private static HttpResponse<String> encoded(String encoding, byte[] body) throws Exception {
    return send(
        authorized("/logs/shop")
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return post(path, body.getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> post(String path, byte[] body) throws Exception {
    return send(authorized(path).POST(BodyPublishers.ofByteArray(body)));
  }

  private static BodyPublisher chunked(byte[] body) {
    return BodyPublishers.ofInputStream(() -> (InputStream) new ByteArrayInputStream(body));
  }

  private static HttpRequest.Builder authorized(String path) {
    return request(path).header("Authorization", "Bearer " + KEY);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static byte[] head(String path, String headers, String key) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + key
            + "\r\n"
            + headers
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static Application application(String name, String logGroup) {
    return LogFixtures.application(name, logGroup);
  }
}
