package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class ReceiveLogsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ApplicationRouter one =
      new ApplicationRouter(List.of(LogFixtures.application("shop")));
  private final ApplicationRouter two =
      new ApplicationRouter(
          List.of(LogFixtures.application("shop", "web-*"), LogFixtures.application("billing")));

  @Test
  void textBytesAndStreamsAreLines() throws Exception {
    for (Object body :
        List.of(
            "a\nb",
            "a\nb".getBytes(StandardCharsets.UTF_8),
            new ByteArrayInputStream("a\nb".getBytes(StandardCharsets.UTF_8)),
            List.of("a", "b"))) {
      ReceivedLogs logs = receive(one, body, Map.of());

      assertThat(logs.batches()).hasSize(1);
      assertThat(logs.batches().get(0).app()).isEqualTo("shop");
      assertThat(logs.batches().get(0).events())
          .containsExactly(new LogEvent(null, NOW, "a"), new LogEvent(null, NOW, "b"));
    }
  }

  @Test
  void receivedLogsPassAsTheyAre() throws Exception {
    ReceivedLogs logs = new ReceivedLogs(List.of());

    assertThat(receive(two, logs, Map.of())).isSameAs(logs);
  }

  @Test
  void headersNameApplicationGroupAndStream() throws Exception {
    LogBatch batch =
        receive(
                two,
                "a",
                Map.of(
                    ReceiveLogs.APP,
                    "billing",
                    ReceiveLogs.LOG_GROUP,
                    "web-1",
                    ReceiveLogs.LOG_STREAM,
                    "s"))
            .batches()
            .get(0);

    assertThat(batch)
        .extracting(LogBatch::app, LogBatch::logGroup, LogBatch::logStream)
        .containsExactly("billing", "web-1", "s");
  }

  @Test
  void logGroupTellsTheApplication() throws Exception {
    assertThat(receive(two, "a", Map.of(ReceiveLogs.LOG_GROUP, "web-1")).batches().get(0).app())
        .isEqualTo("shop");
  }

  @Test
  void noHeadersGoOn() throws Exception {
    Exchange exchange = exchange("a", Map.of("CamelHttpUri", "http://elsewhere", "X", "1"));
    new ReceiveLogs(one, new DecodeText(Clock.fixed(NOW, ZoneOffset.UTC))).receive(exchange);

    assertThat(exchange.getMessage().getHeaders()).isEmpty();
  }

  @Test
  void untoldApplicationIsRefused() {
    assertThatThrownBy(() -> receive(two, "a", Map.of()))
        .isInstanceOfSatisfying(IntakeException.class, e -> assertThat(e.status()).isEqualTo(400));
    assertThatThrownBy(() -> receive(one, "a", Map.of(ReceiveLogs.APP, "nosuch")))
        .isInstanceOfSatisfying(IntakeException.class, e -> assertThat(e.status()).isEqualTo(404));
    assertThatThrownBy(() -> receive(one, "", Map.of())).isInstanceOf(IntakeException.class);
  }

  private ReceivedLogs receive(ApplicationRouter router, Object body, Map<String, Object> headers)
      throws Exception {
    Exchange exchange = exchange(body, headers);
    new ReceiveLogs(router, new DecodeText(Clock.fixed(NOW, ZoneOffset.UTC))).receive(exchange);
    return exchange.getMessage().getMandatoryBody(ReceivedLogs.class);
  }

  private Exchange exchange(Object body, Map<String, Object> headers) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
    return exchange;
  }
}
