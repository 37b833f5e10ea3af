package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import org.apache.camel.Exchange;

/**
 * Answers Data Firehose, which wants its request id back and takes any answer of another shape for
 * a failure.
 *
 * <p>Format: <a
 * href="https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html">HTTP
 * endpoint delivery response</a>.
 */
public final class AnswerFirehose {
  private final Clock clock;

  public AnswerFirehose(Clock clock) {
    this.clock = clock;
  }

  /** Everything is stored: 200. */
  public void stored(Exchange exchange) {
    answer(exchange, 200, null);
  }

  /** The delivery was refused, or could not be stored: its status and {@code errorMessage}. */
  public void refused(Exchange exchange) {
    IntakeException refusal = AnswerSender.refusal(exchange);
    answer(exchange, refusal.status(), refusal.getMessage());
  }

  private void answer(Exchange exchange, int status, String errorMessage) {
    AnswerSender.answer(exchange, status, json(requestId(exchange), errorMessage));
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
  }

  private static String requestId(Exchange exchange) {
    String requestId = exchange.getProperty(ReadRequest.REQUEST_ID, String.class);
    if (requestId == null) {
      // Refused before it was read.
      requestId = exchange.getMessage().getHeader(ReadRequest.REQUEST_ID_HEADER, String.class);
    }
    return requestId == null ? "" : requestId;
  }

  private String json(String requestId, String errorMessage) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = SubscriptionReader.JSON.createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("requestId", requestId);
      generator.writeNumberField("timestamp", clock.millis());
      if (errorMessage != null) {
        generator.writeStringField("errorMessage", errorMessage);
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return json.toString();
  }
}
