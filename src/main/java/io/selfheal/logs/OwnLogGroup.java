package io.selfheal.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log group that this program's own log goes to, where the platform tells: on ECS, and on
 * Lambda. Read as a source it would feed itself.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html">ECS
 * container metadata</a>.
 */
public final class OwnLogGroup {
  private static final Logger LOG = LoggerFactory.getLogger(OwnLogGroup.class);

  private final Map<String, String> environment;
  private final Duration timeout;

  /**
   * @param timeout how long the platform may take to answer
   */
  public OwnLogGroup(Map<String, String> environment, Duration timeout) {
    this.environment = environment;
    this.timeout = timeout;
  }

  /** The log group; empty where nobody tells, which is no failure. */
  public Optional<String> find() {
    String ofLambda = environment.getOrDefault("AWS_LAMBDA_LOG_GROUP_NAME", "");
    if (!ofLambda.isBlank()) {
      return Optional.of(ofLambda);
    }
    String metadata = environment.getOrDefault("ECS_CONTAINER_METADATA_URI_V4", "");
    return metadata.isBlank() ? Optional.empty() : ofContainer(metadata);
  }

  private Optional<String> ofContainer(String metadata) {
    try {
      HttpResponse<String> response =
          HttpClient.newBuilder()
              .connectTimeout(timeout)
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create(metadata)).timeout(timeout).build(),
                  BodyHandlers.ofString());
      JsonNode group =
          new ObjectMapper().readTree(response.body()).path("LogOptions").path("awslogs-group");
      return Optional.of(group.asText()).filter(name -> !name.isBlank());
    } catch (IOException | IllegalArgumentException e) {
      LOG.info("ECS does not tell this program's own log group: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }
}
