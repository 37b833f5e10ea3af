package io.selfheal.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.logs.IntakeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers of the dashboard and its JSON, with the headers that keep a browser from more. */
public final class AnswerPerson {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerPerson.class);

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The request was refused, or the table could not be read: {@code {"error": why}}. */
  public void refused(Exchange exchange) {
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    if (cause instanceof IntakeException refusal) {
      LOG.debug("{}: {} {}", exchange.getFromRouteId(), refusal.status(), refusal.getMessage());
      json(exchange, refusal.status(), Map.of("error", refusal.getMessage()));
      return;
    }
    LOG.warn("{} could not be answered", exchange.getFromRouteId(), cause);
    json(exchange, 503, Map.of("error", "selfheal cannot answer now; its log says why"));
  }

  static void json(Exchange exchange, int status, Object body) {
    try {
      answer(exchange, status, "application/json", JSON.writeValueAsBytes(body), "no-store");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static void text(Exchange exchange, int status, String text) {
    answer(
        exchange,
        status,
        "text/plain; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8),
        "no-store");
  }

  static void answer(
      Exchange exchange, int status, String contentType, byte[] body, String cacheControl) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    HEADERS.forEach(message::setHeader);
    message.setHeader("Cache-Control", cacheControl);
    message.setHeader(Exchange.CONTENT_TYPE, contentType);
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setBody(body);
  }
}
