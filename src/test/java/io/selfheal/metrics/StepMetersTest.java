package io.selfheal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.selfheal.dedup.Occurrences;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.MutableClock;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.model.FixProposal;
import io.selfheal.pullrequest.PullRequest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/** What is counted of routes named like ours, and where the numbers go. */
class StepMetersTest {
  private static final Path OBSERVABILITY = Path.of("deploy/observability");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MutableClock clock = new MutableClock();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final StepMeters meters = new StepMeters(registry, new Occurrences(), clock);
  private final CamelContext context = new DefaultCamelContext();
  private final FakeCloudWatch cloudWatch = new FakeCloudWatch();

  @BeforeEach
  void start() throws Exception {
    meters.watch(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("direct:source").routeId("receive-logs-text").to("direct:receive-logs");
            from("direct:receive-logs").to("direct:deduplicate-errors");
            from("direct:deduplicate-errors").process(StepMetersTest::failWhereAsked);
            from("direct:job")
                .routeId("enrich-prompt")
                .process(StepMetersTest::failWhereAsked)
                .to("direct:call-model")
                .to("direct:commit-fix")
                .to("direct:open-pull-request");
            from("direct:call-model").setBody(exchange -> proposal(100, "0.01"));
            from("direct:commit-fix")
                .split(constant(List.of("a", "b")))
                .to("log:added?level=OFF")
                .end()
                .setBody(exchange -> proposal(150, "0.015"));
            from("direct:open-pull-request").setBody(exchange -> new PullRequest(null, "url", 1));
          }
        });
    context.start();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void eventsAndTheirAgeAreCountedForEachSource() {
    send("direct:source", logs(3));

    assertThat(count("selfheal.events")).isEqualTo(3);
    assertThat(count("selfheal.step.in", "step", "receive-logs")).isEqualTo(1);
    assertThat(count("selfheal.step.out", "step", "deduplicate-errors")).isEqualTo(1);
    assertThat(registry.scrape()).contains("selfheal_source_lag_seconds{source=\"text\"} 20.0");
  }

  @Test
  void aFailureIsCountedAtEveryStepThatItPasses() {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> send("direct:source", "fail")))
        .isInstanceOf(CamelExecutionException.class);

    assertThat(count("selfheal.step.failed", "step", "deduplicate-errors")).isEqualTo(1);
    assertThat(count("selfheal.step.failed", "step", "receive-logs")).isEqualTo(1);
    assertThat(count("selfheal.step.out", "step", "receive-logs")).isZero();
  }

  @Test
  void aRepairIsCountedOnceWithWhatItHasCost() throws Exception {
    job("job");

    for (String step : new String[] {"enrich-prompt", "call-model", "commit-fix"}) {
      assertThat(count("selfheal.step.in", "step", step)).as(step).isEqualTo(1);
      assertThat(count("selfheal.step.out", "step", step)).as(step).isEqualTo(1);
    }
    assertThat(count("selfheal.tokens", "direction", "input")).isEqualTo(150);
    assertThat(count("selfheal.cost.usd")).isEqualTo(0.015);
    assertThat(count("selfheal.pull.requests", "state", "open")).isEqualTo(1);
  }

  @Test
  void aJobThatFailsBeforeTheModelIsAFailureOfTheFourthStep() throws Exception {
    job("fail");

    assertThat(count("selfheal.step.failed", "step", "enrich-prompt")).isEqualTo(1);
    assertThat(count("selfheal.step.out", "step", "enrich-prompt")).isZero();
  }

  @Test
  void onePutHoldsTheHeartbeatAndWhatHasMovedSinceTheLast() throws Exception {
    report();
    send("direct:source", logs(3));
    tick(1);
    send("direct:source", logs(4));
    tick(2);

    assertThat(cloudWatch.requests).hasSize(2);
    assertThat(cloudWatch.requests).allMatch(put -> put.namespace().equals("ours"));
    assertThat(value(0, "selfheal.heartbeat")).isEqualTo(1);
    assertThat(value(0, "selfheal.events")).isEqualTo(3);
    assertThat(value(1, "selfheal.events")).isEqualTo(4);
    assertThat(names(cloudWatch.requests.get(0))).doesNotContain("selfheal.cost.usd");
    MetricDatum time =
        cloudWatch.requests.get(0).metricData().stream()
            .filter(datum -> datum.metricName().equals("selfheal.step.duration"))
            .filter(datum -> datum.dimensions().get(0).value().equals("receive-logs"))
            .findFirst()
            .orElseThrow();
    assertThat(time.statisticValues().sampleCount()).isEqualTo(1);
    assertThat(time.unitAsString()).isEqualTo("Seconds");
  }

  @Test
  void aFailingCloudWatchDisturbsNothingAndLosesNoCount() throws Exception {
    report();
    cloudWatch.failure = CloudWatchException.builder().message("throttled").build();
    send("direct:source", logs(3));
    tick(1);
    tick(2);
    send("direct:source", logs(4));
    assertThat(count("selfheal.step.out", "step", "receive-logs")).isEqualTo(2);

    cloudWatch.failure = null;
    tick(3);
    assertThat(value(cloudWatch.requests.size() - 1, "selfheal.events")).isEqualTo(7);
  }

  @Test
  void everyMetricOfTheGrafanaDashboardExists() throws Exception {
    everythingMoves();
    String scraped = registry.scrape();
    Set<String> named = new TreeSet<>();
    JsonNode dashboard = JSON.readTree(OBSERVABILITY.resolve("grafana.json").toFile());
    for (JsonNode expression : dashboard.findValues("expr")) {
      Matcher names = Pattern.compile("selfheal_\\w+").matcher(expression.asText());
      assertThat(names.find()).as(expression.asText()).isTrue();
      do {
        named.add(names.group());
      } while (names.find());
    }

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named)
        .allSatisfy(
            name ->
                assertThat(scraped.lines())
                    .as(name)
                    .anyMatch(line -> line.matches(name + "(\\{.*)? .*")));
    assertThat(
            scraped
                .lines()
                .filter(line -> line.startsWith("selfheal_"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toSet()))
        .as("every metric that there is is shown")
        .isEqualTo(named);
  }

  @Test
  void everyMetricOfTheCloudWatchDashboardExists() throws Exception {
    everythingMoves();
    Set<String> known =
        new CloudWatchMetrics(registry, clock)
            .data().stream().map(MetricDatum::metricName).collect(Collectors.toSet());
    registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .filter(name -> name.startsWith("selfheal."))
        .forEach(known::add);
    Set<String> tagged =
        registry.getMeters().stream()
            .map(Meter::getId)
            .flatMap(id -> id.getTags().stream().map(tag -> id.getName() + " " + tag.getKey()))
            .collect(Collectors.toSet());
    Set<String> named = new TreeSet<>();
    JsonNode dashboard = JSON.readTree(OBSERVABILITY.resolve("cloudwatch.json").toFile());
    for (JsonNode metrics : dashboard.findValues("metrics")) {
      for (JsonNode metric : metrics) {
        assertThat(metric.get(0).asText()).isEqualTo("selfheal");
        named.add(metric.get(1).asText());
        if (metric.size() > 2) {
          assertThat(tagged).contains(metric.get(1).asText() + " " + metric.get(2).asText());
        }
      }
    }

    assertThat(named).isEqualTo(new TreeSet<>(known));
  }

  private void everythingMoves() throws Exception {
    send("direct:source", logs(3));
    job("job");
    meters.counted(Map.of(IssueStatus.NEW, 1L));
  }

  private void report() throws Exception {
    CloudWatchMetrics metrics = new CloudWatchMetrics(registry, clock);
    context.getRegistry().bind("cloudWatchClient", CloudWatchClient.class, cloudWatch);
    context.getRegistry().bind("cloudWatchMetrics", metrics);
    context.getPropertiesComponent().addInitialProperty("selfheal.metrics.namespace", "ours");
    context.getPropertiesComponent().addInitialProperty("selfheal.metrics.interval", "1h");
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            PluginHelper.getResourceLoader(context)
                .resolveResource("classpath:routes/09-report-metrics.camel.yaml"));
  }

  /** Runs the route as its timer does. */
  private void tick(int number) throws Exception {
    var endpoint = context.getRoute("report-metrics").getEndpoint();
    Exchange exchange = endpoint.createExchange();
    context.getRoute("report-metrics").getProcessor().process(exchange);
    assertThat(exchange.getException()).as("tick " + number).isNull();
  }

  private void send(String endpoint, Object body) {
    context.createProducerTemplate().sendBody(endpoint, body);
  }

  /** As the queue's consumer does, which names its route from the start. */
  private void job(String body) throws Exception {
    Route route = context.getRoute("enrich-prompt");
    Exchange exchange = route.getConsumer().createExchange(false);
    exchange.getMessage().setBody(body);
    route.getProcessor().process(exchange);
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private double value(int request, String name) {
    return cloudWatch.requests.get(request).metricData().stream()
        .filter(datum -> datum.metricName().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static Set<String> names(PutMetricDataRequest request) {
    return request.metricData().stream().map(MetricDatum::metricName).collect(Collectors.toSet());
  }

  private ReceivedLogs logs(int events) {
    List<LogEvent> all = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      all.add(new LogEvent(null, clock.instant().minus(Duration.ofSeconds(20L + i)), "line"));
    }
    return new ReceivedLogs(List.of(new LogBatch("shop", "group", "stream", all)));
  }

  private static void failWhereAsked(Exchange exchange) {
    if ("fail".equals(exchange.getMessage().getBody())) {
      throw new IllegalStateException("asked to fail");
    }
  }

  private static FixProposal proposal(long input, String cost) {
    return new FixProposal(
        null,
        FixProposal.Verdict.FIX,
        "cause",
        "title",
        "description",
        List.of(),
        "{}",
        "model",
        input,
        10,
        new BigDecimal(cost));
  }

  private static final class FakeCloudWatch implements CloudWatchClient {
    private final List<PutMetricDataRequest> requests = new ArrayList<>();
    private RuntimeException failure;

    @Override
    public PutMetricDataResponse putMetricData(PutMetricDataRequest request) {
      requests.add(request);
      if (failure != null) {
        throw failure;
      }
      return PutMetricDataResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "monitoring";
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
