package io.selfheal.logs;

import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the senders of {@code POST /logs/cloudwatch} and {@code POST /logs/{app}}. */
public final class AnswerSender {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerSender.class);

  /** Everything is stored: 202. */
  public void accepted(Exchange exchange) {
    answer(exchange, 202, null);
  }

  /** The delivery was refused, or could not be stored: its status and one line that says why. */
  public void refused(Exchange exchange) {
    IntakeException refusal = refusal(exchange);
    answer(exchange, refusal.status(), refusal.getMessage() + "\n");
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
  }

  /**
   * What to tell the sender: our own refusals as they are, anything else as a 503 without its
   * details.
   */
  static IntakeException refusal(Exchange exchange) {
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    if (cause instanceof IntakeException refusal) {
      LOG.info(
          "{} refused a delivery: {} {}",
          exchange.getFromRouteId(),
          refusal.status(),
          refusal.getMessage());
      return refusal;
    }
    LOG.warn(
        "{} could not store a delivery, the sender is told to send it again",
        exchange.getFromRouteId(),
        cause);
    return new IntakeException(503, "not stored, send it again");
  }

  static void answer(Exchange exchange, int status, String body) {
    IntakeMemory.release(exchange);
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    if (status == 503) {
      message.setHeader("Retry-After", 1);
    }
    // As bytes the answer gets a Content-Length, which Firehose asks for; a string is sent in
    // chunks.
    message.setBody(body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8));
  }
}
