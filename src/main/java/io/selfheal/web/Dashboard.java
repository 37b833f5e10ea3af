package io.selfheal.web;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The dashboard's files, which hold nothing of the issues: anybody who reaches the server may have
 * them. They are read once, so that no request names a file.
 */
public final class Dashboard {
  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "app.css", "text/css; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /** Reads the files from the class path. */
  public Dashboard() {
    for (String name : TYPES.keySet()) {
      try (InputStream in = Dashboard.class.getResourceAsStream("/web/" + name)) {
        files.put(name, in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Answers {@code /} and {@code /assets/<name>}. */
  public void answer(Exchange exchange) {
    String path = exchange.getMessage().getBody(HttpServerRequest.class).path();
    String name = path.equals("/") ? "index.html" : path.substring(path.lastIndexOf('/') + 1);
    byte[] file = files.get(name);
    if (file == null) {
      AnswerPerson.text(exchange, 404, "there is no such page\n");
    } else {
      AnswerPerson.answer(exchange, 200, TYPES.get(name), file, "no-cache");
    }
  }
}
