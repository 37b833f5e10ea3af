package io.selfheal.chaos;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** One request of the program to an outside service. */
public final class Call {
  /** What belongs to one connection, or is written by the client itself. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "te",
          "transfer-encoding",
          "upgrade");

  private final String service;
  private final URI upstream;
  private final Request request;
  private final HttpClient client;
  private String answer = "";

  Call(String service, URI upstream, Request request, HttpClient client) {
    this.service = service;
    this.upstream = upstream;
    this.request = request;
    this.client = client;
  }

  public String service() {
    return service;
  }

  /** The operation's name at AWS; elsewhere method and last part of the path. */
  public String operation() {
    String target = request.getHeader("X-Amz-Target");
    if (target != null) {
      return target.substring(target.lastIndexOf('.') + 1);
    }
    String path = URI.create(request.getUrl()).getPath();
    return request.getMethod().getName() + " " + path.substring(path.lastIndexOf('/') + 1);
  }

  /** Address and body together. */
  public String text() {
    return request.getUrl() + "\n" + request.getBodyAsString();
  }

  /** The body of the answer, once it was forwarded. */
  public String answer() {
    return answer;
  }

  /** Has the service do it. */
  public ResponseDefinition forward() throws IOException, InterruptedException {
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(URI.create(upstream + request.getUrl()))
            .version(HttpClient.Version.HTTP_1_1)
            .method(
                request.getMethod().getName(),
                HttpRequest.BodyPublishers.ofByteArray(request.getBody()));
    for (HttpHeader header : request.getHeaders().all()) {
      if (!OF_THE_CONNECTION.contains(header.key().toLowerCase(Locale.ROOT))) {
        header.values().forEach(value -> copy.header(header.key(), value));
      }
    }
    HttpResponse<byte[]> got = client.send(copy.build(), HttpResponse.BodyHandlers.ofByteArray());
    answer = new String(got.body(), StandardCharsets.UTF_8);
    ResponseDefinitionBuilder same =
        ResponseDefinitionBuilder.responseDefinition()
            .withStatus(got.statusCode())
            .withBody(got.body());
    got.headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))
                  && !name.startsWith(":")) {
                same.withHeader(name, values.toArray(String[]::new));
              }
            });
    return same.build();
  }
}
