package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeTextTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final DecodeText decodeText = new DecodeText(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void lineIsAnEventReceivedNow() {
    assertThat(events("one\ntwo\r\n", null))
        .containsExactly(new LogEvent(null, NOW, "one"), new LogEvent(null, NOW, "two"));
  }

  @Test
  void emptyLinesAreKeptAndTheLastLineNeedsNoEnd() {
    assertThat(messages("a\n\nb", null)).containsExactly("a", "", "b");
  }

  @Test
  void lambdasCarriageReturnsStayInsideTheEvent() {
    assertThat(messages("[ERROR] KeyError: 'x'\rTraceback\u00a0(most\rlast\n", null))
        .containsExactly("[ERROR] KeyError: 'x'\rTraceback\u00a0(most\rlast");
  }

  @Test
  void byteOrderMarkIsNoText() {
    assertThat(messages("\uFEFFa", null)).containsExactly("a");
  }

  @Test
  void contentTypeNamesTheCharacterSet() {
    byte[] latin = "Schl\u00fcssel".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(decodeText.decode(latin, "text/plain; charset=ISO-8859-1").get(0).event().message())
        .isEqualTo("Schl\u00fcssel");
    assertThat(decodeText.decode(latin, "text/plain").get(0).event().message())
        .isEqualTo("Schl\uFFFDssel");
  }

  @Test
  void unknownCharacterSetIsRefused() {
    assertThatThrownBy(() -> decodeText.decode(new byte[] {'a'}, "text/plain; charset=nosuch"))
        .isInstanceOf(IntakeException.class)
        .hasMessage("unknown character set nosuch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"message\":\"m\",\"timestamp\":1767323045000} | 2026-01-02T03:04:05Z",
        "{\"message\":\"m\",\"timestamp\":1767323045} | 2026-01-02T03:04:05Z",
        "{\"log\":\"m\\n\",\"stream\":\"stderr\",\"time\":\"2026-01-02T03:04:05.5Z\"} | 2026-01-02T03:04:05.500Z",
        "{\"date\":1767323045.25,\"log\":\"m\"} | 2026-01-02T03:04:05.250Z",
        "{\"@timestamp\":\"2026-01-02T05:04:05+02:00\",\"message\":\"m\"} | 2026-01-02T03:04:05Z",
        "{\"timestamp\":\"yesterday\",\"message\":\"m\"} | 2026-01-02T03:04:05Z",
        "{\"timestamp\":1e300,\"message\":\"m\"} | 2026-01-02T03:04:05Z",
        "{\"timestamp\":[[1]],\"message\":\"m\"} | 2026-01-02T03:04:05Z",
      })
  void jsonLineOfMessageAndTimeIsThatEvent(String line, String timestamp) {
    assertThat(events(line, null))
        .containsExactly(new LogEvent(null, Instant.parse(timestamp), "m"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"timestamp\":\"t\",\"level\":\"ERROR\",\"message\":\"m\",\"stackTrace\":[\"s\"],\"errorType\":\"KeyError\"}",
        "{\"message\":{\"errorType\":\"TypeError\"}}",
        "{\"message\":\"m\"} and more}",
        "{'message': 'a python dict'}",
        "{}",
        "{"
      })
  void jsonLineThatSaysMoreStaysAsItIs(String line) {
    assertThat(messages(line, "text/plain")).containsExactly(line);
  }

  @Test
  void ndjsonIdIsKeptAndBlankLinesAreNone() {
    assertThat(events("{\"id\":\"7\",\"message\":\"m\"}\n\n", "application/x-ndjson"))
        .containsExactly(new LogEvent("7", NOW, "m"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/x-ndjson", "application/jsonl; charset=utf-8", "application/json"})
  void lineThatIsNoJsonObjectIsRefusedWhereJsonIsPromised(String contentType) {
    assertThatThrownBy(() -> decodeText.decode("{\"message\":\"m\"}\nplain\n", contentType))
        .isInstanceOf(IntakeException.class)
        .hasMessageStartingWith("line 2 is not a JSON object");
  }

  @Test
  void fewBadBytesAreReplacedNotRefused() {
    byte[] line = "a line with one \u0000 and a bad byte .".getBytes(StandardCharsets.UTF_8);
    line[line.length - 1] = (byte) 0xff;

    assertThat(decodeText.decode(line, null).get(0).event().message()).endsWith("bad byte \uFFFD");
  }

  @Test
  void listElementsAreEventsWhateverTheyHold() {
    assertThat(decodeText.decodeLines(List.of("a\nb", "c")))
        .extracting(line -> line.event().message())
        .containsExactly("a\nb", "c");
  }

  @Test
  void shippersTellThePodAndItsOutput() {
    String fluentBit =
        "{\"date\":1767323045.25,\"time\":\"2026-01-02T03:04:05.25Z\",\"stream\":\"stderr\",\"_p\":\"F\",\"log\":\"KeyError: 'x'\","
            + "\"kubernetes\":{\"pod_name\":\"shop-1\",\"namespace_name\":\"production\",\"labels\":{\"app\":\"shop\"},"
            + "\"container_name\":\"app\"}}";
    String vector =
        "{\"file\":\"/var/log/pods/x\",\"kubernetes\":{\"pod_name\":\"shop-2\",\"pod_namespace\":\"production\"},"
            + "\"message\":\"m\",\"source_type\":\"kubernetes_logs\",\"stream\":\"stdout\"}";
    String merged =
        "{\"date\":1767323045.25,\"level\":\"error\",\"stack\":\"s\",\"kubernetes\":{\"pod_name\":\"shop-3\"}}";

    assertThat(
            decodeText.decode(
                String.join(
                    "\n", fluentBit, vector, merged, "{\"log\":\"m\",\"stream\":\"stdout\"}"),
                "application/x-ndjson"))
        .containsExactly(
            new DecodedLine(
                "production/app",
                "shop-1/app/stderr",
                new LogEvent(null, Instant.parse("2026-01-02T03:04:05.25Z"), "KeyError: 'x'")),
            new DecodedLine("production/shop-2", "shop-2/stdout", new LogEvent(null, NOW, "m")),
            new DecodedLine(
                null,
                "shop-3",
                new LogEvent(null, Instant.parse("2026-01-02T03:04:05.25Z"), merged)),
            new DecodedLine(null, "stdout", new LogEvent(null, NOW, "m")));
  }

  @Property
  void anyBytesAreTextOrRefusedAs400(@ForAll byte[] bytes) {
    try {
      decodeText.decode(bytes, "application/x-ndjson");
    } catch (IntakeException e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }

  private List<String> messages(String text, String contentType) {
    return events(text, contentType).stream().map(LogEvent::message).toList();
  }

  private List<LogEvent> events(String text, String contentType) {
    return decodeText.decode(text, contentType).stream().map(DecodedLine::event).toList();
  }
}
