package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * Answers senders of OTLP in the encoding of their request: an {@code ExportLogsServiceResponse},
 * or for a refusal a {@code google.rpc.Status}.
 *
 * <p>Format: <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp-response">OTLP/HTTP
 * response</a>. Senders repeat a request after 429, 502, 503 and 504, and drop it after any other
 * failure.
 */
public final class AnswerOtlp {
  /** Exchange property: how many records of the request were not taken. */
  static final String REFUSED_RECORDS = "SelfhealRefusedRecords";

  /** Exchange property: why they were not. */
  static final String REFUSAL = "SelfhealRefusal";

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final Pattern IS_JSON = Pattern.compile("(?i)application/json\\s*(;.*)?");
  private static final Pattern IS_PROTOBUF =
      Pattern.compile("(?i)application/(x-)?protobuf\\s*(;.*)?");

  static boolean isJson(String contentType) {
    return contentType != null && IS_JSON.matcher(contentType.strip()).matches();
  }

  static boolean isProtobuf(String contentType) {
    return contentType != null && IS_PROTOBUF.matcher(contentType.strip()).matches();
  }

  /** Everything is stored, but what belongs to no application: 200. */
  public void stored(Exchange exchange) {
    ExportLogsServiceResponse.Builder response = ExportLogsServiceResponse.newBuilder();
    Long refused = exchange.getProperty(REFUSED_RECORDS, Long.class);
    if (refused != null) {
      response.setPartialSuccess(
          ExportLogsPartialSuccess.newBuilder()
              .setRejectedLogRecords(refused)
              .setErrorMessage(exchange.getProperty(REFUSAL, String.class)));
    }
    boolean json = answersInJson(exchange);
    answer(exchange, 200, json, json ? json(response.build()) : response.build().toByteArray());
  }

  /** The request was refused, or could not be stored: its status and the reason. */
  public void refused(Exchange exchange) {
    boolean json = answersInJson(exchange);
    IntakeException refusal = AnswerSender.refusal(exchange);
    answer(exchange, refusal.status(), json, status(refusal, json));
  }

  private static boolean answersInJson(Exchange exchange) {
    String contentType = exchange.getProperty(ReadRequest.CONTENT_TYPE, String.class);
    if (contentType == null) {
      // Refused before it was read.
      contentType = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, String.class);
    }
    return !isProtobuf(contentType);
  }

  private static void answer(Exchange exchange, int status, boolean json, byte[] body) {
    AnswerSender.answer(exchange, status, null);
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, json ? JSON : PROTOBUF);
    exchange.getMessage().setBody(body);
  }

  private static byte[] json(ExportLogsServiceResponse response) {
    return json(
        generator -> {
          if (response.hasPartialSuccess()) {
            generator.writeObjectFieldStart("partialSuccess");
            generator.writeStringField(
                "rejectedLogRecords",
                String.valueOf(response.getPartialSuccess().getRejectedLogRecords()));
            generator.writeStringField(
                "errorMessage", response.getPartialSuccess().getErrorMessage());
            generator.writeEndObject();
          }
        });
  }

  /** {@code google.rpc.Status}: field 1 is the code, field 2 the message. */
  private static byte[] status(IntakeException refusal, boolean json) {
    int code = rpcCode(refusal.status());
    if (json) {
      return json(
          generator -> {
            generator.writeNumberField("code", code);
            generator.writeStringField("message", refusal.getMessage());
          });
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeInt32(1, code);
      out.writeString(2, refusal.getMessage());
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static int rpcCode(int httpStatus) {
    return switch (httpStatus) {
      case 401 -> 16;
      case 404 -> 5;
      case 408 -> 4;
      case 413 -> 8;
      case 503 -> 14;
      default -> 3;
    };
  }

  private interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  private static byte[] json(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = SubscriptionReader.JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
