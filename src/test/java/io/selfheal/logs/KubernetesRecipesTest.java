package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.dedup.AssembleErrors;
import io.selfheal.dedup.ErrorEvent;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.Occurrences;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The recipes point at what the intake has, and what they make their shippers send is understood.
 */
class KubernetesRecipesTest {
  private static final Path COLLECTOR = Path.of("deploy/kubernetes/opentelemetry-collector");
  private static final Path FLUENT_BIT = Path.of("deploy/kubernetes/fluent-bit/fluent-bit.yaml");
  private static final List<String> TRACE =
      List.of(
          "Traceback (most recent call last):",
          "  File \\\"/app/shop/orders.py\\\", line 33, in place",
          "    total += prices[item]",
          "KeyError: 'order_items'");

  private final ApplicationRouter router =
      new ApplicationRouter(
          List.of(
              LogFixtures.application("shop", "production/shop-*"),
              LogFixtures.application("billing", "production/billing-*")),
          List.of("*selfheal*"));

  @Test
  void manifestsFitTogether() throws IOException {
    Map<?, ?> secret = yaml(COLLECTOR.resolve("01.Secret.selfheal-log-sender.yaml"));
    Map<?, ?> configMap = yaml(COLLECTOR.resolve("02.ConfigMap.log-collector.yaml"));
    Map<?, ?> daemonSet = yaml(COLLECTOR.resolve("03.DaemonSet.log-collector.yaml"));
    Map<?, ?> pod = at(daemonSet, "spec", "template", "spec");
    Map<?, ?> container = (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
    Map<?, ?> variable = (Map<?, ?>) ((List<?>) container.get("env")).get(0);

    assertThat(at(daemonSet, "spec", "selector", "matchLabels"))
        .isEqualTo(at(daemonSet, "spec", "template", "metadata", "labels"));
    assertThat(at(variable, "valueFrom", "secretKeyRef").get("name"))
        .isEqualTo(at(secret, "metadata").get("name"));
    assertThat(at(secret, "stringData").containsKey("access-key")).isTrue();
    assertThat(pod.get("volumes").toString()).contains("name=log-collector");
    assertThat(at(configMap, "metadata").get("name")).isEqualTo("log-collector");
  }

  @Test
  void collectorSendsWholeLinesToTheIntake() throws IOException {
    Map<?, ?> configMap = yaml(COLLECTOR.resolve("02.ConfigMap.log-collector.yaml"));
    String text = (String) at(configMap, "data").get("config.yaml");
    Map<?, ?> config = (Map<?, ?>) load(text);
    Map<?, ?> filelog = at(config, "receivers", "filelog");
    Map<?, ?> exporter = at(config, "exporters", "otlphttp");

    // The exporter adds /v1/logs itself.
    assertThat(exporter.get("endpoint")).isEqualTo("http://selfheal.selfheal.svc:8080");
    assertThat(at(exporter, "headers").get("Authorization"))
        .isEqualTo("Bearer ${env:SELFHEAL_ACCESS_KEY}");
    assertThat(
            Files.readString(Path.of("src/main/resources/routes/01-receive-logs/http.camel.yaml")))
        .contains("platform-http:/v1/logs");
    assertThat(filelog.get("preserve_leading_whitespaces"))
        .as("indented lines are frames")
        .isEqualTo(true);
    assertThat(filelog.get("include_file_path"))
        .as("the container parser needs it")
        .isEqualTo(true);
    assertThat(filelog.get("exclude").toString()).contains("/selfheal_");
    Map<?, ?> pipeline = at(config, "service", "pipelines", "logs");
    assertThat(at(config, "receivers").keySet()).hasToString(pipeline.get("receivers").toString());
    assertThat(at(config, "processors").keySet())
        .hasToString(pipeline.get("processors").toString());
    assertThat(at(config, "exporters").keySet()).hasToString(pipeline.get("exporters").toString());
    assertThat(at(config, "extensions").keySet())
        .hasToString(at(config, "service").get("extensions").toString());
  }

  @Test
  void collectorsRecordsOfTwoPodsAreTwoWholeErrors() throws Exception {
    List<String> resources = new ArrayList<>();
    for (String line : TRACE) {
      resources.add(collectorRecord("shop-7d4b9c6f5-x2x7z", line));
      resources.add(collectorRecord("billing-0", line.replace("order_items", "invoice")));
      resources.add(collectorRecord("selfheal-0", line.replace("order_items", "own")));
    }
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setProperty(ReadRequest.CONTENT_TYPE, "application/json");
    String body = "{\"resourceLogs\":[" + String.join(",", resources) + "]}";

    List<ErrorEvent> errors =
        errors(
            new DecodeOtlp(router, Clock.systemUTC())
                .decode(body.getBytes(StandardCharsets.UTF_8), exchange));

    assertThat(errors)
        .extracting(error -> error.app() + " " + error.logStream() + " " + error.trace().message())
        .containsExactlyInAnyOrder(
            "shop shop-7d4b9c6f5-x2x7z/app/stderr 'order_items'",
            "billing billing-0/app/stderr 'invoice'");
    assertThat(errors).allSatisfy(error -> assertThat(error.trace().frames()).hasSize(1));
  }

  @Test
  void fluentBitSendsJsonLinesToTheIntake() throws IOException {
    Map<?, ?> config = yaml(FLUENT_BIT);
    Map<?, ?> pipeline = at(config, "pipeline");
    Map<?, ?> input = (Map<?, ?>) ((List<?>) pipeline.get("inputs")).get(0);
    Map<?, ?> output = (Map<?, ?>) ((List<?>) pipeline.get("outputs")).get(0);

    assertThat((String) output.get("uri")).matches("/logs/[a-z]+");
    assertThat(output.get("format")).isEqualTo("json_lines");
    assertThat(output.get("header")).isEqualTo("Authorization Bearer ${SELFHEAL_ACCESS_KEY}");
    assertThat((String) input.get("exclude_path")).contains("_selfheal_");
  }

  @Test
  void fluentBitsLinesOfTwoPodsAreTwoWholeErrors() throws Exception {
    StringBuilder body = new StringBuilder();
    for (String line : TRACE) {
      body.append(fluentBitLine("shop-1", "app", line)).append('\n');
      body.append(fluentBitLine("shop-2", "app", line.replace("order_items", "other")))
          .append('\n');
      body.append(fluentBitLine("selfheal-0", "selfheal", line)).append('\n');
    }
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(body.toString().getBytes(StandardCharsets.UTF_8));
    exchange.getMessage().setHeader(ReceiveLogs.APP, "shop");
    exchange.getMessage().setHeader(ReceiveLogs.LOG_GROUP, "http");
    exchange.getMessage().setHeader(ReceiveLogs.LOG_STREAM, "10.0.0.7");
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-ndjson");
    new ReceiveLogs(router, new DecodeText(Clock.systemUTC())).receive(exchange);

    List<ErrorEvent> errors = errors(exchange.getMessage().getMandatoryBody(ReceivedLogs.class));

    assertThat(errors)
        .extracting(error -> error.logGroup() + " " + error.logStream() + error.trace().message())
        .containsExactlyInAnyOrder(
            "production/app shop-1/app/stderr'order_items'",
            "production/app shop-2/app/stderr'other'");
    assertThat(errors).allSatisfy(error -> assertThat(error.trace().frames()).hasSize(1));
  }

  /** As the container operator describes what it makes of a CRI line. */
  private static String collectorRecord(String pod, String line) {
    return """
        {"resource":{"attributes":[
            {"key":"k8s.namespace.name","value":{"stringValue":"production"}},
            {"key":"k8s.pod.name","value":{"stringValue":"%s"}},
            {"key":"k8s.pod.uid","value":{"stringValue":"49cc7c1fd3702c40b2686ea7486091d6"}},
            {"key":"k8s.container.name","value":{"stringValue":"app"}},
            {"key":"k8s.container.restart_count","value":{"stringValue":"1"}}]},
         "scopeLogs":[{"scope":{},"logRecords":[
           {"timeUnixNano":"1767323045250000000","observedTimeUnixNano":"1767323045450000000",
            "body":{"stringValue":"%s"},"attributes":[
              {"key":"logtag","value":{"stringValue":"F"}},
              {"key":"log.iostream","value":{"stringValue":"stderr"}},
              {"key":"log.file.path","value":{"stringValue":"/var/log/pods/x/app/1.log"}}]}]}]}
        """
        .formatted(pod, line);
  }

  private static String fluentBitLine(String pod, String container, String line) {
    return "{\"date\":1767323045.250000,\"time\":\"2026-01-02T03:04:05.25Z\",\"stream\":\"stderr\",\"_p\":\"F\",\"log\":\""
        + line
        + "\",\"kubernetes\":{\"pod_name\":\""
        + pod
        + "\",\"namespace_name\":\"production\",\"pod_id\":\"49cc\",\"host\":\"node-1\",\"container_name\":\""
        + container
        + "\",\"docker_id\":\"c1f\",\"container_image\":\"registry/x:1\"}}";
  }

  private static List<ErrorEvent> errors(ReceivedLogs logs) throws Exception {
    try (AssembleErrors assemble =
        new AssembleErrors(
            new StackTraces(), new Fingerprints(), new Occurrences(), Duration.ofMillis(50))) {
      return assemble.assemble(logs).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private static Map<?, ?> yaml(Path file) throws IOException {
    return (Map<?, ?>) load(Files.readString(file));
  }

  private static Object load(String text) {
    return new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static Map<?, ?> at(Map<?, ?> node, String... path) {
    Map<?, ?> found = node;
    for (String name : path) {
      found = (Map<?, ?>) found.get(name);
      assertThat(found).as(name).isNotNull();
    }
    return found;
  }
}
