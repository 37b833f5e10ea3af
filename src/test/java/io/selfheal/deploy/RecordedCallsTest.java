package io.selfheal.deploy;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.selfheal.FreePort;
import io.selfheal.Pipeline;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.settings.Settings;
import io.selfheal.workspace.GitRepo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a full run asks AWS for is what the roles' test reckons with. */
class RecordedCallsTest {
  @TempDir private Path folder;

  @Test
  void aFullRunCallsWhatTheRightsAreFor() throws Exception {
    RecordedCalls.forget();
    runFromLogToAnswer();
    Set<String> seen = RecordedCalls.seen();

    Set<String> known = new TreeSet<>(SdkCalls.ofOurClasses().keySet());
    Set<String> ofCamel = new TreeSet<>();
    for (CamelCalls.Call call : CamelCalls.inRoutes()) {
      known.addAll(call.operations());
      if (!call.endpoint().equals("from aws-kcl")) {
        ofCamel.addAll(call.operations());
      }
    }
    assertThat(known).containsAll(seen);
    assertThat(seen).as("what Camel's components call").containsAll(ofCamel);
  }

  private void runFromLogToAnswer() throws Exception {
    GitRepo repo = GitRepo.in(Files.createDirectories(folder.resolve("shop")));
    repo.commit(Map.of("src/orders.py", "def total(order):\n    return order['items']\n"));
    WireMockServer aws = new WireMockServer(WireMockConfiguration.options().dynamicPort());
    aws.start();
    aws.stubFor(post(urlMatching("/model/.*/converse")).willReturn(okJson(REPORT)));
    int port = FreePort.next();
    Map<String, String> keys = new HashMap<>();
    keys.put("selfheal.apps.shop.repository", repo.directory().toString());
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", folder.resolve("data").toString());
    keys.put("selfheal.work.dir", folder.resolve("work").toString());
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("selfheal.issues.count-interval", "200ms");
    keys.put("selfheal.sources", "http");
    keys.put("selfheal.http.port", Integer.toString(port));
    keys.put("selfheal.model", "bedrock");
    keys.put("selfheal.bedrock.region", "us-east-1");
    keys.put("selfheal.metrics.cloudwatch", "true");
    keys.put("selfheal.metrics.interval", "1s");
    Map<String, String> properties =
        Map.of(
            "aws.endpointUrlBedrockRuntime", aws.baseUrl(),
            "aws.endpointUrlCloudWatch", aws.baseUrl(),
            "aws.region", "us-east-1",
            "aws.accessKeyId", "test",
            "aws.secretAccessKey", "test");
    properties.forEach(System::setProperty);
    try (Pipeline pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys))) {
      pipeline.start();
      IssueTable issues =
          pipeline.context().getRegistry().lookupByNameAndType("issueTable", IssueTable.class);
      send(port);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  issues.all().stream().anyMatch(issue -> issue.status() == IssueStatus.REPORTED));
      send(port);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> issues.all().stream().anyMatch(issue -> issue.occurrences() == 2));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  RecordedCalls.seen()
                      .containsAll(Set.of("Sqs:DeleteMessage", "CloudWatch:PutMetricData")));
    } finally {
      properties.keySet().forEach(System::clearProperty);
      aws.stop();
    }
  }

  private static void send(int port) throws Exception {
    String trace =
        """
        Traceback (most recent call last):
          File "/var/task/src/orders.py", line 2, in total
            return order['items']
        KeyError: 'items'
        """;
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/logs/shop"))
                    .POST(HttpRequest.BodyPublishers.ofString(trace))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(202);
  }

  private static final String REPORT =
      """
      {"metrics": {"latencyMs": 1200},
       "output": {"message": {"role": "assistant", "content": [
         {"toolUse": {"toolUseId": "tooluse_1", "name": "propose_fix", "input":
           {"verdict": "report", "root_cause": "The order has no items.", "title": "Orders without items",
            "description": "Somebody sends orders without items.", "edits": []}}}]}},
       "stopReason": "tool_use",
       "usage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}}
      """;
}
