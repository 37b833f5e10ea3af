package io.selfheal.doctor;

import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Whether the HTTP server's address is free, or selfheal itself is there. */
public final class HttpPortCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final String host;
  private final String port;
  private final Runnable tryAddress;

  /**
   * @param tryAddress throws a {@link ConfigurationException} where nothing can listen
   */
  public HttpPortCheck(String host, String port, Runnable tryAddress) {
    this.host = host;
    this.port = port;
    this.tryAddress = tryAddress;
  }

  public Finding look() throws InterruptedException {
    try {
      tryAddress.run();
      return Finding.ok(host + ":" + port + " is free");
    } catch (ConfigurationException e) {
      return selfhealAnswers()
          ? Finding.ok("selfheal listens at " + host + ":" + port)
          : Finding.fail(e.getMessage(), "");
    }
  }

  private boolean selfhealAnswers() throws InterruptedException {
    String reached = host.equals("0.0.0.0") ? "127.0.0.1" : host;
    try {
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .build()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://" + reached + ":" + port + "/observe/health/live"))
                      .timeout(TIMEOUT)
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
