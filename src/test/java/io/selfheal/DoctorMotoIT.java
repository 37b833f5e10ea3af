package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.camel.MotoServer;
import io.selfheal.cli.SelfhealCommandRun;
import io.selfheal.issue.IssueTable;
import io.selfheal.local.LocalResources;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** {@code doctor} against AWS as moto plays it; skipped where there is no {@code moto_server}. */
class DoctorMotoIT {
  private static final String GROUP = "/aws/lambda/shop";
  private static final String SECRET = "t0ken-of-nobody";

  private final Map<String, String> before = new HashMap<>();
  private final Properties properties = new Properties();

  @TempDir private Path folder;
  private MotoServer aws;
  private IssueTable issues;

  @BeforeEach
  void startServices() throws Exception {
    aws = MotoServer.start();
    system("aws.endpointUrl", aws.endpoint().toString());
    system("aws.region", "us-east-1");
    system("aws.accessKeyId", "test");
    system("aws.secretAccessKey", "test");
    Path repository = ShopRepository.bareIn(folder.resolve("git"), "shop.git");
    properties.putAll(
        Map.of(
            "selfheal.http.port",
            Integer.toString(FreePort.next()),
            "selfheal.cloudwatch.poll-interval",
            "500ms",
            "selfheal.heal.min-occurrences",
            "5",
            "selfheal.work.dir",
            folder.resolve("work").toString(),
            "selfheal.model",
            "replay",
            "selfheal.replay.dir",
            folder.toString(),
            "selfheal.apps.shop.log-groups",
            GROUP,
            "selfheal.apps.shop.repository",
            repository.toString(),
            "selfheal.apps.shop.verify",
            "java -version",
            "selfheal.apps.shop.scm-token",
            "{{aws-parameterstore:/shop/token}}"));
    Files.writeString(folder.resolve("answer.json"), "{}");
  }

  @AfterEach
  void stopServices() {
    before.forEach(
        (key, value) -> {
          if (value == null) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, value);
          }
        });
    if (aws != null) {
      aws.close();
    }
  }

  @Test
  void allIsThere() throws Exception {
    makeAll();

    SelfhealCommandRun run = doctor();

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out().lines())
        .extracting(line -> line.substring(6).replaceFirst("  .*", ""))
        .containsSubsequence(
            "parameters",
            "credentials",
            "table",
            "queue",
            "log groups shop",
            "http",
            "git shop",
            "model replay",
            "verify shop");
    assertThat(run.out()).contains("arn:aws:sts::", "us-east-1").doesNotContain(SECRET);
  }

  @Test
  void whatIsMissingIsToldWithWhatToDo() throws Exception {
    SelfhealCommandRun run = doctor("--json");

    assertThat(run.exitCode()).isEqualTo(1);
    Map<String, JsonNode> results = new HashMap<>();
    new ObjectMapper()
        .readTree(run.out())
        .forEach(result -> results.put(result.get("check").asText(), result));
    for (String check : List.of("parameters", "table", "queue", "log groups shop")) {
      assertThat(results.get(check).get("result").asText()).as(check).isEqualTo("FAIL");
    }
    assertThat(results.get("parameters").get("text").asText()).contains("/shop/token");
    assertThat(results.get("queue").toString()).contains("selfheal.work.queue");
    assertThat(results.get("log groups shop").get("do").asText())
        .contains("selfheal.apps.shop.log-groups");
    assertThat(results.get("credentials").get("result").asText()).isEqualTo("OK");
  }

  @Test
  void anInjectedErrorGoesThroughTheStepsToItsReport() throws Exception {
    makeAll();
    Map<String, String> keys = new HashMap<>();
    properties.forEach((key, value) -> keys.put((String) key, (String) value));
    try (Pipeline pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys))) {
      pipeline.start();

      SelfhealCommandRun run = doctor("--inject", "shop", "--timeout", "60");

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.out())
          .contains("log group " + GROUP + ", stream selfheal-doctor")
          .containsPattern("\\d\\.\\d s  REPORTED")
          .contains("issue is deleted");
      assertThat(issues.all()).isEmpty();
    }
    assertThat(folder.resolve("work/mirrors")).doesNotExist();
  }

  @Test
  void anErrorThatNobodyReadsSaysWhatToLookAt() throws Exception {
    makeAll();

    SelfhealCommandRun run = doctor("--inject", "shop", "--timeout", "2");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("did not come to the issue table", "cloudwatch");
    assertThat(doctor("--inject", "other").exitCode()).isEqualTo(2);
  }

  private void makeAll() {
    DynamoDbClient dynamoDb = aws.client(DynamoDbClient.builder());
    new LocalResources(dynamoDb).createTable("selfheal-issues");
    issues = new IssueTable(dynamoDb, "selfheal-issues", Clock.systemUTC());
    LocalResources.createQueues(aws.client(SqsClient.builder()), "selfheal-work", 3);
    aws.client(CloudWatchLogsClient.builder()).createLogGroup(create -> create.logGroupName(GROUP));
    aws.client(SsmClient.builder())
        .putParameter(
            put -> put.name("/shop/token").value(SECRET).type(ParameterType.SECURE_STRING));
  }

  private SelfhealCommandRun doctor(String... arguments) throws IOException {
    Path config = folder.resolve("selfheal.properties");
    try (var out = Files.newBufferedWriter(config)) {
      properties.store(out, null);
    }
    List<String> all = new ArrayList<>(List.of("doctor", "--config", config.toString()));
    all.addAll(List.of(arguments));
    return SelfhealCommandRun.of(all);
  }

  private void system(String key, String value) {
    before.put(key, System.getProperty(key));
    System.setProperty(key, value);
  }
}
