package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Turns one OTLP log record into an event.
 *
 * <p>A text body is the event's message as it is. Where the attributes tell of an exception ({@code
 * exception.stacktrace} and what logging libraries write for it), or the body is structured, the
 * message is one line of JSON with all that the record says, which step 2 reads like that of any
 * other structured logger.
 */
final class OtlpRecord {
  private static final Pattern TELLS_OF_AN_EXCEPTION =
      Pattern.compile("(?i).*(exception|stack|traceback|exc_info).*|error|err");

  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final long NANOS = 1_000_000_000;

  private OtlpRecord() {}

  /**
   * @param received the time of a record that has none
   */
  static LogEvent event(LogRecord logRecord, Instant received) {
    String id = null;
    boolean structured = logRecord.getBody().hasKvlistValue();
    for (KeyValue attribute : logRecord.getAttributesList()) {
      structured |= TELLS_OF_AN_EXCEPTION.matcher(attribute.getKey()).matches();
      if (attribute.getKey().equals("log.record.uid")) {
        id = attribute.getValue().getStringValue();
      }
    }
    return new LogEvent(
        id == null || id.isEmpty() ? null : id,
        time(logRecord, received),
        structured ? json(logRecord) : text(logRecord.getBody()));
  }

  private static Instant time(LogRecord logRecord, Instant received) {
    long nanos =
        logRecord.getTimeUnixNano() == 0
            ? logRecord.getObservedTimeUnixNano()
            : logRecord.getTimeUnixNano();
    long seconds = Long.divideUnsigned(nanos, NANOS);
    return nanos == 0 || seconds > LAST_SECOND
        ? received
        : Instant.ofEpochSecond(seconds, Long.remainderUnsigned(nanos, NANOS));
  }

  private static String text(AnyValue body) {
    return switch (body.getValueCase()) {
      case STRING_VALUE -> body.getStringValue();
      case BYTES_VALUE -> body.getBytesValue().toStringUtf8();
      case VALUE_NOT_SET -> "";
      default -> {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = SubscriptionReader.JSON.createGenerator(text)) {
          write(json, body);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        yield text.toString();
      }
    };
  }

  private static String json(LogRecord logRecord) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = SubscriptionReader.JSON.createGenerator(text)) {
      json.writeStartObject();
      writeId(json, "trace_id", logRecord.getTraceId().toByteArray());
      writeId(json, "span_id", logRecord.getSpanId().toByteArray());
      if (!logRecord.getSeverityText().isEmpty()) {
        json.writeStringField("level", logRecord.getSeverityText());
      }
      AnyValue body = logRecord.getBody();
      if (body.hasKvlistValue()) {
        writePairs(json, body.getKvlistValue().getValuesList());
      } else if (body.getValueCase() != AnyValue.ValueCase.VALUE_NOT_SET) {
        json.writeFieldName("message");
        write(json, body);
      }
      writePairs(json, logRecord.getAttributesList());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void writeId(JsonGenerator json, String name, byte[] id) throws IOException {
    if (id.length > 0) {
      json.writeStringField(name, HexFormat.of().formatHex(id));
    }
  }

  private static void writePairs(JsonGenerator json, Iterable<KeyValue> pairs) throws IOException {
    for (KeyValue pair : pairs) {
      json.writeFieldName(pair.getKey());
      write(json, pair.getValue());
    }
  }

  private static void write(JsonGenerator json, AnyValue value) throws IOException {
    switch (value.getValueCase()) {
      case STRING_VALUE -> json.writeString(value.getStringValue());
      case BOOL_VALUE -> json.writeBoolean(value.getBoolValue());
      case INT_VALUE -> json.writeNumber(value.getIntValue());
      case DOUBLE_VALUE -> json.writeNumber(value.getDoubleValue());
      case BYTES_VALUE -> json.writeBinary(value.getBytesValue().toByteArray());
      case ARRAY_VALUE -> {
        json.writeStartArray();
        for (AnyValue item : value.getArrayValue().getValuesList()) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case KVLIST_VALUE -> {
        json.writeStartObject();
        writePairs(json, value.getKvlistValue().getValuesList());
        json.writeEndObject();
      }
      default -> json.writeNull();
    }
  }
}
