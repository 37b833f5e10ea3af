package io.selfheal.deploy;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.selfheal.FreePort;
import io.selfheal.issue.IssueTable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/**
 * The integrations and Kamelets against Camel K's own schemas, and running: by plain {@code
 * camel-main} and YAML files, as Camel K starts them.
 */
class CamelKTest {
  private static final Path FOLDER = Path.of("deploy/camel-k");
  private static final Path INTEGRATION = FOLDER.resolve("02.Integration.selfheal.yaml");
  private static final Path ROUTES = Path.of("src/main/resources/routes");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FILES =
      List.of(
          "00-error-handling",
          "01-receive-logs/http",
          "01-receive-logs/receive-logs",
          "02-deduplicate-errors",
          "03-queue-repairs",
          "04-enrich-prompt",
          "05-call-model/bedrock",
          "05-call-model/call-model",
          "06-commit-fix",
          "07-call-scm",
          "07-open-pull-request/github",
          "07-open-pull-request/open-pull-request",
          "08-follow-up",
          "09-count-issues",
          "09-show-issues");

  @TempDir private Path folder;

  static Stream<Path> resources() {
    return Yaml.files("camel-k").stream();
  }

  @ParameterizedTest
  @MethodSource("resources")
  void everyResourceFitsItsDefinition(Path file) throws IOException {
    Map<String, Object> resource = Yaml.read(file);
    String kind = (String) resource.get("kind");
    // Kubernetes' own
    if (kind.equals("ConfigMap") || kind.equals("ServiceAccount")) {
      assertThat(resource.get("apiVersion")).isEqualTo("v1");
      return;
    }
    assertThat(resource.get("apiVersion")).isEqualTo("camel.apache.org/v1");
    assertThat(
            schema(kind.toLowerCase(Locale.ROOT) + "s")
                .validate(JSON.writeValueAsString(resource), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void theIntegrationsRunAsTheAccountThatIsThere() {
    Object account =
        Yaml.at(Yaml.read(FOLDER.resolve("00.ServiceAccount.selfheal.yaml")), "metadata", "name");
    assertThat(Yaml.at(Yaml.read(INTEGRATION), "spec", "serviceAccountName")).isEqualTo(account);
    assertThat(
            Yaml.at(
                Yaml.read(FOLDER.resolve("self-managed-image/01.Integration.selfheal.yaml")),
                "spec",
                "serviceAccountName"))
        .isEqualTo(account);
  }

  /** After a change of the routes: {@code mvn test -Dtest=CamelKTest -Ddeploy.write=true}. */
  @Test
  void theIntegrationHasTheRoutesOfTheProgram() throws IOException {
    StringBuilder flows = new StringBuilder("  flows:\n");
    for (String name : FILES) {
      flows.append("    # routes/").append(name).append(".camel.yaml\n");
      Files.readAllLines(ROUTES.resolve(name + ".camel.yaml"))
          .forEach(line -> flows.append(line.isEmpty() ? "" : "    " + line).append('\n'));
    }
    String text = Files.readString(INTEGRATION);
    String written = text.substring(0, text.indexOf("  flows:\n")) + flows;
    if (Boolean.getBoolean("deploy.write")) {
      Files.writeString(INTEGRATION, written);
    }
    assertThat(Files.readString(INTEGRATION))
        .as("write it anew: mvn test -Dtest=CamelKTest -Ddeploy.write=true")
        .isEqualTo(written);
  }

  @Test
  void theIntegrationRunsWithoutOurMainClass() throws Exception {
    int port = FreePort.next();
    Path flows = Files.createDirectories(folder.resolve("flows")).resolve("selfheal.yaml");
    Files.writeString(
        flows,
        new Dump(DumpSettings.builder().build())
            .dumpToString(Yaml.at(Yaml.read(INTEGRATION), "spec", "flows")));
    Path settings = folder.resolve("application.properties");
    Files.writeString(
        settings,
        (String)
            Yaml.at(
                Yaml.read(FOLDER.resolve("01.ConfigMap.selfheal.yaml")),
                "data",
                "application.properties"));
    Main main = new Main();
    main.setPropertyPlaceholderLocations("file:" + settings + ",classpath:application.properties");
    Properties here = new Properties();
    here.setProperty("camel.main.routes-include-pattern", "file:" + flows);
    here.setProperty("selfheal.local", "true");
    here.setProperty("selfheal.local.dir", folder.resolve("data").toString());
    here.setProperty("selfheal.work.dir", folder.resolve("work").toString());
    here.setProperty("selfheal.http.host", "127.0.0.1");
    here.setProperty("selfheal.http.port", Integer.toString(port));
    here.setProperty("selfheal.bedrock.region", "us-east-1");
    main.setOverrideProperties(here);
    main.start();
    try {
      assertThat(main.getCamelContext().getRoutes())
          .extracting(route -> route.getRouteId())
          .contains(
              "receive-logs-firehose", "enrich-prompt", "open-pull-request-github", "show-issues");
      assertThat(send(port, "/logs/shop")).isEqualTo(202);
      IssueTable issues =
          main.getCamelContext().getRegistry().lookupByNameAndType("issueTable", IssueTable.class);
      await().atMost(Duration.ofSeconds(30)).until(() -> issues.all().size() == 1);
    } finally {
      main.stop();
    }
  }

  @Test
  void theFileKameletFollowsAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("shop.log"), "all is well\n");
    List<String> got = new CopyOnWriteArrayList<>();
    try (CamelContext context = context()) {
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("kamelet:selfheal-log-file-source?logFile="
                      + file
                      + "&stateDir="
                      + folder.resolve("positions"))
                  .process(
                      exchange ->
                          got.add(
                              exchange.getMessage().getHeader("SelfhealLogGroup")
                                  + " "
                                  + exchange.getMessage().getBody(List.class)));
            }
          });
      context.start();

      await().atMost(Duration.ofSeconds(30)).until(() -> !got.isEmpty());
      assertThat(got).containsExactly(file + " [all is well]");
    }
  }

  @Test
  void theCloudWatchKameletHandsOnEachEvent() throws Exception {
    WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort());
    server.start();
    server.stubFor(
        post(urlEqualTo("/"))
            .willReturn(
                okJson(
                    """
                    {"events": [{"eventId": "1", "timestamp": %d, "ingestionTime": %1$d,
                      "logStreamName": "a", "message": "boom"}], "searchedLogStreams": []}
                    """
                        .formatted(System.currentTimeMillis()))));
    List<String> got = new CopyOnWriteArrayList<>();
    try (CloudWatchLogsClient client =
            CloudWatchLogsClient.builder()
                .endpointOverride(URI.create(server.baseUrl()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .build();
        CamelContext context = context()) {
      context.getRegistry().bind("cloudWatchLogsClient", client);
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("kamelet:selfheal-cloudwatch-logs-source?logGroups=/aws/lambda/shop"
                      + "&pollInterval=100ms")
                  .process(
                      exchange ->
                          got.add(
                              exchange.getMessage().getHeader("SelfhealLogGroup")
                                  + " "
                                  + exchange.getMessage().getHeader("SelfhealLogStream")
                                  + " "
                                  + exchange.getMessage().getBody(String.class)));
            }
          });
      context.start();

      await().atMost(Duration.ofSeconds(30)).until(() -> !got.isEmpty());
      assertThat(got).containsExactly("/aws/lambda/shop a boom");
    } finally {
      server.stop();
    }
  }

  /** KclMotoIT runs the component; a Kinesis stream is too much for this. */
  @Test
  void theKinesisKameletIsLoaded() throws Exception {
    try (CamelContext context = context()) {
      context.start();
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              ResourceHelper.resolveResource(
                  context,
                  "file:" + FOLDER.resolve("kamelets/selfheal-kinesis-logs-source.kamelet.yaml")));
      assertThat(
              ((ModelCamelContext) context)
                  .getRouteTemplateDefinition("selfheal-kinesis-logs-source"))
          .isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "github, /repos/acme/shop, /pulls, Authorization, Bearer secret",
    "gitlab, /api/v4/projects/acme%2Fshop, /merge_requests, PRIVATE-TOKEN, secret",
    "gitea, /api/v1/repos/acme/shop, /pulls, Authorization, token secret",
    "bitbucket, /2.0/repositories/acme/shop, /pullrequests, Authorization, Bearer secret"
  })
  void theForgeKameletsOpenAPullRequest(
      String forge, String path, String resource, String header, String value) throws Exception {
    WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort());
    server.start();
    server.stubFor(post(urlEqualTo(path + resource)).willReturn(okJson("{\"number\": 7}")));
    try (CamelContext context = context()) {
      context.getPropertiesComponent().addInitialProperty("api", server.baseUrl() + path);
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:in")
                  .to(
                      "kamelet:selfheal-open-pull-request-"
                          + forge
                          + "-action?scmApiUrl=RAW({{api}})&scmToken=secret");
            }
          });
      context.start();
      String body = "{\"title\": \"Fix it\"}";
      String answer =
          context
              .createProducerTemplate()
              .requestBodyAndHeader("direct:in", body, "CamelHttpUri", "http://evil", String.class);

      assertThat(answer).isEqualTo("{\"number\": 7}");
      server.verify(
          postRequestedFor(urlEqualTo(path + resource))
              .withHeader(header, equalTo(value))
              .withRequestBody(equalToJson(body)));
    } finally {
      server.stop();
    }
  }

  private static CamelContext context() {
    DefaultCamelContext context = new DefaultCamelContext();
    context
        .getComponent("kamelet", KameletComponent.class)
        .setLocation("file:" + FOLDER.resolve("kamelets").toAbsolutePath());
    return context;
  }

  private static int send(int port, String path) throws IOException, InterruptedException {
    String trace =
        "Traceback (most recent call last):\n"
            + "  File \"/var/task/src/orders.py\", line 2, in total\n"
            + "    return order['items']\n"
            + "KeyError: 'items'\n";
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(HttpRequest.BodyPublishers.ofString(trace))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** The schema that the API server would check with; a name that it does not know is an error. */
  private static Schema schema(String plural) throws IOException {
    Object definition;
    try (InputStream stream =
        CamelKTest.class.getResourceAsStream("/camel.apache.org_" + plural + ".yaml")) {
      definition =
          new Load(LoadSettings.builder().setCodePointLimit(10_000_000).build())
              .loadFromString(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    }
    for (Object version : (List<?>) Yaml.at(definition, "spec", "versions")) {
      if ("v1".equals(Yaml.at(version, "name"))) {
        JsonNode schema = JSON.valueToTree(Yaml.at(version, "schema", "openAPIV3Schema"));
        close(schema);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(schema.toString(), InputFormat.JSON);
      }
    }
    throw new IllegalStateException("no v1 of " + plural);
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.path("properties").isObject()
          && object.path("properties").size() > 0
          && !object.has("additionalProperties")
          && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
        object.put("additionalProperties", false);
      }
      object.forEach(CamelKTest::close);
    } else if (schema.isArray()) {
      schema.forEach(CamelKTest::close);
    }
  }
}
