package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.selfheal.dedup.AssembleErrors;
import io.selfheal.dedup.ErrorEvent;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.Occurrences;
import io.selfheal.stacktrace.StackTraces;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeOtlpTest {
  private static final DefaultCamelContext CONTEXT = new DefaultCamelContext();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String TRACE =
      "Traceback (most recent call last):\n"
          + "  File \"/app/shop/orders.py\", line 33, in place\n"
          + "    total += prices[item]\n"
          + "KeyError: 'order_items'";

  private final ApplicationRouter one =
      new ApplicationRouter(List.of(LogFixtures.application("shop")));
  private final ApplicationRouter several =
      new ApplicationRouter(
          List.of(
              LogFixtures.application("shop", "/aws/lambda/shop-*", "production/shop-*"),
              LogFixtures.application("billing", "billing")),
          List.of("*selfheal*"));

  @Test
  void bothEncodingsGiveTheSameEvents() {
    String json =
        """
        {"resourceLogs":[{"resource":{"attributes":[
            {"key":"service.name","value":{"stringValue":"billing"}},
            {"key":"service.instance.id","value":{"stringValue":"627cc493"}}]},
          "scopeLogs":[{"scope":{"name":"my.library"},"logRecords":[
            {"timeUnixNano":"1544712660300000000","observedTimeUnixNano":"1544712660300000001",
             "severityNumber":17,"severityText":"ERROR",
             "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
             "body":{"stringValue":"Example log record"},
             "attributes":[{"key":"int","value":{"intValue":"10"}}]},
            {"observedTimeUnixNano":1544712661300000000,"unknown":{"a":[1]},
             "body":{"stringValue":"second"}},
            {"body":{"stringValue":"third"}}]}]}]}
        """;
    ExportLogsServiceRequest request =
        request(
            List.of(
                attribute("service.name", "billing"), attribute("service.instance.id", "627cc493")),
            LogRecord.newBuilder()
                .setTimeUnixNano(1544712660300000000L)
                .setBody(string("Example log record"))
                .build(),
            LogRecord.newBuilder()
                .setObservedTimeUnixNano(1544712661300000000L)
                .setBody(string("second"))
                .build(),
            LogRecord.newBuilder().setBody(string("third")).build());

    List<LogBatch> batches = decode(several, json).batches();

    assertThat(batches)
        .containsExactly(
            new LogBatch(
                "billing",
                "billing",
                "627cc493",
                List.of(
                    new LogEvent(
                        null, Instant.parse("2018-12-13T14:51:00.3Z"), "Example log record"),
                    new LogEvent(null, Instant.parse("2018-12-13T14:51:01.3Z"), "second"),
                    new LogEvent(null, NOW, "third"))));
    assertThat(decode(several, request).batches()).isEqualTo(batches);
  }

  @ParameterizedTest
  @CsvSource({
    "selfheal.app, shop, shop, otlp",
    "service.name, shop, shop, shop",
    "aws.log.group.names, /aws/lambda/shop-orders, shop, /aws/lambda/shop-orders",
  })
  void resourceAttributesNameTheApplication(
      String attribute, String value, String app, String logGroup) {
    LogBatch batch =
        decode(several, request(List.of(attribute(attribute, value)), line("x"))).batches().get(0);

    assertThat(batch.app()).isEqualTo(app);
    assertThat(batch.logGroup()).isEqualTo(logGroup);
  }

  @Test
  void namespaceAndWorkloadAreALogGroup() {
    List<KeyValue> pod =
        List.of(
            attribute("service.name", "unknown_service"),
            attribute("k8s.namespace.name", "production"),
            attribute("k8s.pod.name", "shop-7d4b9c6f5-x2x7z"),
            attribute("k8s.container.name", "app"));

    assertThat(decode(several, request(pod, line("x"))).batches().get(0))
        .extracting(LogBatch::app, LogBatch::logGroup, LogBatch::logStream)
        .containsExactly("shop", "production/shop-7d4b9c6f5-x2x7z", "shop-7d4b9c6f5-x2x7z/app");
  }

  @Test
  void listOfLogGroupsIsLookedThrough() {
    KeyValue groups =
        KeyValue.newBuilder()
            .setKey("aws.log.group.names")
            .setValue(
                AnyValue.newBuilder()
                    .setArrayValue(
                        ArrayValue.newBuilder()
                            .addValues(string("/other"))
                            .addValues(string("/aws/lambda/shop-a"))))
            .build();

    assertThat(decode(several, request(List.of(groups), line("x"))).batches().get(0))
        .extracting(LogBatch::app, LogBatch::logGroup)
        .containsExactly("shop", "/aws/lambda/shop-a");
  }

  @Test
  void oneApplicationOwnsEverything() {
    assertThat(decode(one, request(List.of(), line("x"))).batches().get(0))
        .extracting(LogBatch::app, LogBatch::logGroup)
        .containsExactly("shop", "otlp");
  }

  @Test
  void applicationThatIsNamedMustExist() {
    assertThatThrownBy(
            () -> decode(one, request(List.of(attribute("selfheal.app", "nosuch")), line("x"))))
        .isInstanceOfSatisfying(IntakeException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void whatNobodyOwnsIsCountedAndTheRestIsTaken() {
    ExportLogsServiceRequest request =
        request(List.of(attribute("service.name", "nosuch")), line("a"), line("b")).toBuilder()
            .mergeFrom(request(List.of(attribute("service.name", "shop")), line("c")))
            .build();
    Exchange exchange = exchange("application/x-protobuf");

    ReceivedLogs logs =
        new DecodeOtlp(several, Clock.fixed(NOW, ZoneOffset.UTC))
            .decode(request.toByteArray(), exchange);

    assertThat(messages(logs)).containsExactly("c");
    assertThat(exchange.getProperty(AnswerOtlp.REFUSED_RECORDS)).isEqualTo(2L);
    assertThat(exchange.getProperty(AnswerOtlp.REFUSAL, String.class)).contains("nosuch");
  }

  @Test
  void requestThatNobodyOwnsIsRefused() {
    assertThatThrownBy(
            () -> decode(several, request(List.of(attribute("service.name", "x")), line("a"))))
        .isInstanceOfSatisfying(IntakeException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void ownLogsAreAcknowledgedAndNotRead() {
    ExportLogsServiceRequest own =
        request(
            List.of(
                attribute("k8s.namespace.name", "production"),
                attribute("k8s.pod.name", "selfheal-0")),
            line("a"));

    assertThat(decode(several, own).batches()).isEmpty();
    assertThat(decode(several, ExportLogsServiceRequest.getDefaultInstance()).batches()).isEmpty();
  }

  @Test
  void podsAndTheirOutputsAreStreamsOfTheirOwn() {
    LogRecord out =
        line("out").toBuilder().addAttributes(attribute("log.iostream", "stdout")).build();
    LogRecord err =
        line("err").toBuilder().addAttributes(attribute("log.iostream", "stderr")).build();
    LogRecord file =
        line("file").toBuilder()
            .addAttributes(attribute("log.file.path", "/var/log/a.log"))
            .build();
    List<LogBatch> batches =
        new ArrayList<>(
            decode(
                    one,
                    request(
                        List.of(
                            attribute("k8s.pod.name", "p"), attribute("k8s.container.name", "c")),
                        out,
                        err,
                        out))
                .batches());
    batches.addAll(decode(one, request(List.of(), file)).batches());

    assertThat(batches)
        .extracting(LogBatch::logStream)
        .containsExactly("p/c/stdout", "p/c/stderr", "/var/log/a.log");
    assertThat(batches.get(0).events()).hasSize(2);
  }

  @Test
  void exceptionInAttributesIsAnError() throws Exception {
    LogRecord logRecord =
        LogRecord.newBuilder()
            .setSeverityText("ERROR")
            .setBody(string("order failed"))
            .setTraceId(com.google.protobuf.ByteString.copyFrom(new byte[] {1, 2}))
            .addAttributes(attribute("exception.type", "KeyError"))
            .addAttributes(attribute("exception.message", "'order_items'"))
            .addAttributes(attribute("exception.stacktrace", TRACE))
            .build();

    ErrorEvent error = onlyError(decode(one, request(List.of(), logRecord)));

    assertThat(error.trace().exceptionType()).isEqualTo("KeyError");
    assertThat(error.trace().message()).isEqualTo("'order_items'");
    assertThat(error.trace().frames()).hasSize(1);
    assertThat(error.text()).contains("order failed", "trace_id=0102", "level=ERROR");
  }

  @Test
  void traceAsTextBodyIsAnError() throws Exception {
    assertThat(onlyError(decode(one, request(List.of(), line(TRACE)))).trace().exceptionType())
        .isEqualTo("KeyError");
  }

  @Test
  void structuredBodyWithAStackIsAnError() throws Exception {
    AnyValue body =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(attribute("level", "error"))
                    .addValues(attribute("message", "order failed"))
                    .addValues(
                        KeyValue.newBuilder()
                            .setKey("retries")
                            .setValue(AnyValue.newBuilder().setIntValue(3)))
                    .addValues(attribute("stack_trace", TRACE)))
            .build();

    assertThat(
            onlyError(decode(one, request(List.of(), LogRecord.newBuilder().setBody(body).build())))
                .trace()
                .exceptionType())
        .isEqualTo("KeyError");
  }

  @Test
  void interleavedLinesOfTwoPodsAreTwoWholeErrors() throws Exception {
    List<KeyValue> first = List.of(attribute("k8s.pod.name", "a"));
    List<KeyValue> second = List.of(attribute("k8s.pod.name", "b"));
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    for (String text : TRACE.lines().toList()) {
      request.mergeFrom(request(first, line(text)));
      request.mergeFrom(request(second, line(text.replace("order_items", "other"))));
    }

    List<ErrorEvent> errors = errors(decode(one, request.build()));

    assertThat(errors)
        .extracting(error -> error.trace().message())
        .containsExactlyInAnyOrder("'order_items'", "'other'");
    assertThat(errors).allSatisfy(error -> assertThat(error.trace().frames()).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{\"resourceLogs\":{}}",
        "{\"resourceLogs\":[1]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"soon\"}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"xyz\"}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":\"text\"}]}]}]}",
      })
  void malformedJsonIsRefused(String json) {
    assertThatThrownBy(() -> decode(one, json))
        .isInstanceOfSatisfying(IntakeException.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void unknownEncodingIsRefused() {
    assertThatThrownBy(
            () ->
                new DecodeOtlp(one, Clock.systemUTC()).decode(new byte[0], exchange("text/plain")))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("text/plain", "application/x-protobuf");
  }

  @Property(tries = 300)
  void anyBytesAreARequestOrRefusedAs400(@ForAll byte[] bytes, @ForAll boolean json) {
    try {
      new DecodeOtlp(one, Clock.systemUTC())
          .decode(bytes, exchange(json ? "application/json" : "application/x-protobuf"));
    } catch (IntakeException e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }

  private static ReceivedLogs decode(ApplicationRouter router, ExportLogsServiceRequest request) {
    return new DecodeOtlp(router, Clock.fixed(NOW, ZoneOffset.UTC))
        .decode(request.toByteArray(), exchange("application/x-protobuf"));
  }

  private static ReceivedLogs decode(ApplicationRouter router, String json) {
    return new DecodeOtlp(router, Clock.fixed(NOW, ZoneOffset.UTC))
        .decode(json.getBytes(StandardCharsets.UTF_8), exchange("application/json; charset=utf-8"));
  }

  private static Exchange exchange(String contentType) {
    Exchange exchange = new DefaultExchange(CONTEXT);
    exchange.setProperty(ReadRequest.CONTENT_TYPE, contentType);
    return exchange;
  }

  private static ErrorEvent onlyError(ReceivedLogs logs) throws Exception {
    List<ErrorEvent> errors = errors(logs);
    assertThat(errors).hasSize(1);
    return errors.get(0);
  }

  private static List<ErrorEvent> errors(ReceivedLogs logs) throws Exception {
    try (AssembleErrors assemble =
        new AssembleErrors(
            new StackTraces(), new Fingerprints(), new Occurrences(), Duration.ofMillis(50))) {
      return assemble.assemble(logs).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private static List<String> messages(ReceivedLogs logs) {
    return logs.batches().stream()
        .flatMap(batch -> batch.events().stream())
        .map(LogEvent::message)
        .toList();
  }

  private static ExportLogsServiceRequest request(
      List<KeyValue> attributes, LogRecord... logRecords) {
    ResourceLogs.Builder resourceLogs = ResourceLogs.newBuilder();
    resourceLogs.getResourceBuilder().addAllAttributes(attributes);
    resourceLogs.addScopeLogsBuilder().addAllLogRecords(List.of(logRecords));
    return ExportLogsServiceRequest.newBuilder().addResourceLogs(resourceLogs).build();
  }

  private static LogRecord line(String text) {
    return LogRecord.newBuilder().setBody(string(text)).build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder().setKey(key).setValue(string(value)).build();
  }

  private static AnyValue string(String value) {
    return AnyValue.newBuilder().setStringValue(value).build();
  }
}
