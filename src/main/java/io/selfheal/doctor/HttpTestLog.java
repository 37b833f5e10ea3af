package io.selfheal.doctor;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Sends test errors to the log intake of a selfheal that runs here. */
public final class HttpTestLog implements TestErrorLog {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI address;
  private final Secret key;

  public HttpTestLog(String host, String port, String app, Secret key) {
    this.address =
        URI.create(
            "http://"
                + (host.equals("0.0.0.0") ? "127.0.0.1" : host)
                + ":"
                + port
                + "/logs/"
                + app);
    this.key = key;
  }

  @Override
  public String write(TestError error) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(error.text() + "\n"));
    key.reveal().ifPresent(value -> request.header("Authorization", "Bearer " + value));
    HttpResponse<String> answer;
    try {
      answer =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException(
          "nothing takes logs at " + address + "; start 'selfheal run' with the same settings", e);
    }
    if (answer.statusCode() != 202) {
      throw new ConfigurationException(
          address + " answered HTTP " + answer.statusCode() + ": " + answer.body().strip());
    }
    return address.toString();
  }
}
