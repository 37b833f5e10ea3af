package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnLogGroupTest {
  @Test
  void lambdaTellsByAVariable() {
    assertThat(find(Map.of("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/healer")))
        .hasValue("/aws/lambda/healer");
  }

  @Test
  void ecsTellsByItsMetadata() throws Exception {
    assertThat(
            ofContainer(
                "{\"Name\":\"healer\",\"LogDriver\":\"awslogs\",\"LogOptions\":"
                    + "{\"awslogs-group\":\"/ecs/healer\",\"awslogs-region\":\"eu-west-1\"}}"))
        .hasValue("/ecs/healer");
  }

  @Test
  void otherLogDriversAndBadAnswersTellNothing() throws Exception {
    assertThat(ofContainer("{\"LogDriver\":\"awsfirelens\"}")).isEmpty();
    assertThat(ofContainer("<html>")).isEmpty();
  }

  @Test
  void whoeverDoesNotAnswerTellsNothing() {
    assertThat(find(Map.of("ECS_CONTAINER_METADATA_URI_V4", "http://127.0.0.1:1/v4/x"))).isEmpty();
    assertThat(find(Map.of("ECS_CONTAINER_METADATA_URI_V4", "no address"))).isEmpty();
    assertThat(find(Map.of())).isEmpty();
  }

  private static Optional<String> ofContainer(String json) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v4/id",
        exchange -> {
          byte[] body = json.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      return new OwnLogGroup(
              Map.of(
                  "ECS_CONTAINER_METADATA_URI_V4",
                  "http://127.0.0.1:" + server.getAddress().getPort() + "/v4/id"),
              Duration.ofSeconds(30))
          .find();
    } finally {
      server.stop(0);
    }
  }

  private static Optional<String> find(Map<String, String> environment) {
    return new OwnLogGroup(environment, Duration.ofSeconds(1)).find();
  }
}
