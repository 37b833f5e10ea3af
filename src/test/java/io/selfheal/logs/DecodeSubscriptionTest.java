package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeSubscriptionTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final DecodeSubscription decode =
      new DecodeSubscription(
          new ApplicationRouter(List.of(LogFixtures.application("shop"))),
          Clock.fixed(NOW, ZoneOffset.UTC));

  /** The example of the CloudWatch Logs user guide. */
  @Test
  void eventsKeepIdTimeAndText() {
    String payload =
        "{\"owner\":\"111111111111\",\"logGroup\":\"CloudTrail/logs\",\"logStream\":\"111111111111_CloudTrail/logs_us-east-1\","
            + "\"subscriptionFilters\":[\"Destination\"],\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"id\":"
            + "\"31953106606966983378809025079804211143289615424298221568\",\"timestamp\":1432826855000,\"message\":"
            + "\"{\\\"eventVersion\\\":\\\"1.03\\\"}\\n\\u00a0\",\"extractedFields\":{\"a\":\"b\"}}],\"policyLevel\":\"X\"}";

    assertThat(
            decode.decode(LogFixtures.lambdaEvent(LogFixtures.gzip(payload)), exchange).batches())
        .containsExactly(
            new LogBatch(
                "shop",
                "CloudTrail/logs",
                "111111111111_CloudTrail/logs_us-east-1",
                List.of(
                    new LogEvent(
                        "31953106606966983378809025079804211143289615424298221568",
                        Instant.parse("2015-05-28T15:27:35Z"),
                        "{\"eventVersion\":\"1.03\"}\n\u00a0"))));
  }

  @Test
  void severalMessagesMayFollowEachOther() {
    String payload =
        LogFixtures.subscription("g", "s", "a")
            + LogFixtures.subscription("g", "t", "b")
            + "\n"
            + LogFixtures.CONTROL_MESSAGE
            + "\n";

    assertThat(
            decode.decode(LogFixtures.lambdaEvent(LogFixtures.gzip(payload)), exchange).batches())
        .extracting(LogBatch::logStream)
        .containsExactly("s", "t");
  }

  @Test
  void controlMessageIsIgnored() {
    assertThat(
            decode
                .decode(
                    LogFixtures.lambdaEvent(LogFixtures.gzip(LogFixtures.CONTROL_MESSAGE)),
                    exchange)
                .batches())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | awslogs.data: messageType is missing, DATA_MESSAGE was expected",
        "{\"messageType\":\"OTHER\"} | awslogs.data: messageType is OTHER, DATA_MESSAGE was expected",
        "{\"messageType\":\"DATA_MESSAGE\",\"logStream\":\"s\",\"logEvents\":[]} | awslogs.data: logGroup is missing, or longer than 512 characters",
        "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"g\",\"logStream\":\"s\"} | awslogs.data: logEvents is missing",
        "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"g\",\"logStream\":\"s\",\"logEvents\":{}} | awslogs.data: logEvents is not an array",
        "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"g\",\"logStream\":\"s\",\"logEvents\":[7]} | awslogs.data: logEvents[0] is not an object",
        "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"g\",\"logStream\":\"s\",\"logEvents\":[{\"id\":\"1\"}]} | awslogs.data: logEvents[0] has no message",
        "{\"messageType\":7} | awslogs.data: messageType is not a string",
        "[] | awslogs.data: a JSON object was expected, not START_ARRAY",
        "{\"messageType\":\"password=hunter2 | awslogs.data is not valid JSON (at byte 32)",
      })
  void refusalSaysWhatIsWrongAndQuotesNoLog(String payload, String message) {
    assertThatThrownBy(
            () -> decode.decode(LogFixtures.lambdaEvent(LogFixtures.gzip(payload)), exchange))
        .isInstanceOf(IntakeException.class)
        .hasMessage(message)
        .extracting(e -> ((IntakeException) e).status())
        .isEqualTo(400);
  }

  @Property
  void anyDataIsARefusalAndNeverAnotherFailure(@ForAll @Size(max = 200) byte[] data) {
    assertThatThrownBy(() -> decode.decode(data, exchange)).isInstanceOf(IntakeException.class);
    assertThatThrownBy(() -> decode.decode(LogFixtures.lambdaEvent(data), exchange))
        .isInstanceOf(IntakeException.class);
  }

  @Property
  void damagedGzipIsARefusalOrIntact(@ForAll byte flip, @ForAll int position) {
    byte[] gzip = LogFixtures.gzip(LogFixtures.subscription("g", "s", "a", "b"));
    gzip[Math.floorMod(position, gzip.length)] ^= flip;
    String body = "{\"awslogs\":{\"data\":\"" + Base64.getEncoder().encodeToString(gzip) + "\"}}";
    try {
      assertThat(decode.decode(body.getBytes(StandardCharsets.UTF_8), exchange).batches())
          .hasSize(1);
    } catch (IntakeException e) {
      assertThat(e.status()).isIn(400, 413);
    }
  }
}
