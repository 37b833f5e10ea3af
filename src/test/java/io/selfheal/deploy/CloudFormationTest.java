package io.selfheal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.selfheal.issue.IssueTable;
import io.selfheal.settings.Settings;
import io.selfheal.settings.StoredParameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The template against the schemas of its resources, and against what the program expects. */
class CloudFormationTest {
  static final Path FILE = Path.of("deploy/cloudformation/selfheal.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();

  static CloudFormationTemplate template(String part, String subscription) throws IOException {
    return CloudFormationTemplate.of(
        FILE,
        Map.of(
            "Part", part,
            "Subscription", subscription,
            "Image", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfheal:latest",
            "Subnets", "subnet-01234567",
            "LogGroups", "/aws/lambda/shop,/aws/lambda/billing",
            "FirehoseUrl", "https://selfheal.example.com/logs/firehose",
            "FirehoseAccessKey", "key",
            "Metrics", "true",
            "CodeCommitRepositoryArn", "arn:aws:codecommit:eu-west-1:123456789012:shop"));
  }

  @ParameterizedTest
  @CsvSource({"all,none", "all,kinesis", "all,firehose", "data,none", "data,kinesis", "roles,none"})
  void everyResourceFitsItsSchema(String part, String subscription) throws IOException {
    JsonNode schemas =
        JSON.readTree(getClass().getResourceAsStream("/deploy/cloudformation-schemas.json"));
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
    List<String> errors = new ArrayList<>();
    template(part, subscription)
        .resources()
        .forEach(
            (name, resource) -> {
              JsonNode schema = schemas.get((String) resource.get("Type"));
              assertThat(schema)
                  .as("schema of " + resource.get("Type") + "; add it to the extract")
                  .isNotNull();
              Schema check = registry.getSchema(schema.toString(), InputFormat.JSON);
              JsonNode properties = JSON.valueToTree(resource.getOrDefault("Properties", Map.of()));
              check
                  .validate(properties.toString(), InputFormat.JSON)
                  .forEach(error -> errors.add(name + " " + error));
            });
    assertThat(errors).isEmpty();
  }

  @Test
  void theLinterFindsNothing() throws Exception {
    Tool.assumeInstalled("cfn-lint");
    Tool.Ended ended = Tool.run(Map.of(), "cfn-lint", "--", FILE.toString());
    assertThat(ended.output()).isBlank();
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void theTableIsTheOneThatTheProgramNeeds() throws IOException {
    Map<String, Object> table = properties("Table");
    assertThat(table)
        .containsEntry("TableName", "selfheal-issues")
        .containsEntry("BillingMode", "PAY_PER_REQUEST")
        .containsEntry("StreamSpecification", Map.of("StreamViewType", "NEW_AND_OLD_IMAGES"))
        .containsEntry(
            "TimeToLiveSpecification", Map.of("AttributeName", "expires", "Enabled", true))
        .containsEntry(
            "PointInTimeRecoverySpecification", Map.of("PointInTimeRecoveryEnabled", true));
    assertThat(table.get("KeySchema"))
        .isEqualTo(List.of(Map.of("AttributeName", "pk", "KeyType", "HASH")));
    assertThat(table.get("GlobalSecondaryIndexes"))
        .isEqualTo(
            List.of(
                Map.of(
                    "IndexName",
                    IssueTable.UNFINISHED_INDEX,
                    "KeySchema",
                    List.of(
                        Map.of("AttributeName", "unfinished", "KeyType", "HASH"),
                        Map.of("AttributeName", "last_change", "KeyType", "RANGE")),
                    "Projection",
                    Map.of("ProjectionType", "KEYS_ONLY"))));
    assertThat(table.get("SSESpecification").toString()).contains("SSEType=KMS", "arn:aws:kms:");
  }

  @Test
  void theQueueGivesUpWhenTheProgramDoes() throws IOException {
    Map<String, Object> queue = properties("Queue");
    Settings defaults = Settings.load(Optional.empty(), Map.of(), Map.of());
    assertThat(queue)
        .containsEntry("QueueName", defaults.text("selfheal.work.queue"))
        .containsKey("KmsMasterKeyId");
    assertThat(queue.get("RedrivePolicy"))
        .isEqualTo(
            Map.of(
                "deadLetterTargetArn",
                "arn:aws:sqs:eu-west-1:123456789012:DeadLetters",
                "maxReceiveCount",
                defaults.number("selfheal.heal.max-attempts", 1, 100)));
    assertThat(properties("OnlyWithTls").toString())
        .contains("aws:SecureTransport=false", "Effect=Deny", "Queue", "DeadLetters");
  }

  @Test
  void outputsAreNamedLikeTheKeys() throws IOException {
    Set<String> named = new TreeSet<>();
    template("all", "kinesis")
        .outputs()
        .forEach(
            (name, output) -> {
              if (name.startsWith("Selfheal")) {
                assertThat(Settings.declaredKeys())
                    .as(name)
                    .contains((String) output.get("Description"));
                assertThat(name)
                    .isEqualToIgnoringCase(
                        ((String) output.get("Description")).replaceAll("[.-]", ""));
                named.add(name);
              }
            });
    assertThat(named).contains("SelfhealIssuesTable", "SelfhealWorkQueue", "SelfhealKinesisStream");
  }

  @Test
  void rolesAloneMakeNothingElse() throws IOException {
    assertThat(types("roles", "none")).containsOnly("AWS::IAM::Role", "AWS::IAM::RolePolicy");
    assertThat(types("data", "none"))
        .contains("AWS::DynamoDB::Table", "AWS::SQS::Queue")
        .noneMatch(type -> type.startsWith("AWS::ECS::"));
  }

  @Test
  void eachLogGroupIsSubscribedTo() throws IOException {
    assertThat(template("all", "firehose").resources().values())
        .filteredOn(resource -> resource.get("Type").equals("AWS::Logs::SubscriptionFilter"))
        .extracting(resource -> ((Map<?, ?>) resource.get("Properties")).get("LogGroupName"))
        .isEqualTo(List.of("/aws/lambda/shop", "/aws/lambda/billing"));
  }

  @Test
  void tasksAreSmallAndOnArmAndCannotWriteToTheirImage() throws IOException {
    for (String task : List.of("IntakeTask", "RepairTask")) {
      Map<String, Object> properties = properties(task);
      assertThat(properties).containsEntry("Cpu", "256");
      assertThat(properties.get("RuntimePlatform").toString()).contains("ARM64");
      assertThat(properties.get("ContainerDefinitions").toString())
          .contains("ReadonlyRootFilesystem=true", "User=65532", "Drop=[ALL]");
    }
  }

  @Test
  void theTwoTasksDivideTheRolesAmongThem() throws IOException {
    List<String> roles = new ArrayList<>();
    for (String task : List.of("IntakeTask", "RepairTask")) {
      roles.addAll(
          List.of(environment(template("all", "none"), task).get("SELFHEAL_ROLES").split(",")));
    }
    assertThat(roles)
        .containsExactlyElementsOf(
            Settings.load(Optional.empty(), Map.of(), Map.of()).list("selfheal.roles"));
  }

  @Test
  void theAccessKeyLiesWhereTheProgramLooksForIt() throws IOException {
    assertThat(StoredParameter.ALL).extracting(StoredParameter::name).contains("http.access-key");
    assertThat(environment(template("all", "firehose"), "IntakeTask"))
        .containsEntry(
            "SELFHEAL_HTTP_ACCESS_KEY", "{{aws-parameterstore:/selfheal/http.access-key}}");
  }

  private static Map<String, String> environment(CloudFormationTemplate template, String task) {
    List<?> variables =
        (List<?>)
            Yaml.at(
                template.resources().get(task),
                "Properties",
                "ContainerDefinitions",
                0,
                "Environment");
    return variables.stream()
        .collect(
            Collectors.toMap(
                variable -> (String) Yaml.at(variable, "Name"),
                variable -> (String) Yaml.at(variable, "Value")));
  }

  private static Set<String> types(String part, String subscription) throws IOException {
    return template(part, subscription).resources().values().stream()
        .map(resource -> (String) resource.get("Type"))
        .collect(Collectors.toSet());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> properties(String name) throws IOException {
    return (Map<String, Object>) template("all", "none").resources().get(name).get("Properties");
  }
}
