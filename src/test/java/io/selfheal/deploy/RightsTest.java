package io.selfheal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The roles of the template have the rights for what the code calls, and no others. The calls are
 * those in our byte code and those of the Camel components that the routes name; {@link
 * RecordedCallsTest} holds the latter against a full run.
 */
class RightsTest {
  private static final String INTAKE = "IntakeRole";
  private static final String REPAIR = "RepairRole";

  /** Needs no right of its own, but those for its parts. */
  private static final String TRANSACTION = "DynamoDb:TransactWriteItems";

  /** Whose process calls a class of ours; the longest beginning decides. */
  private static final Map<String, Set<String>> PLACES =
      Map.ofEntries(
          Map.entry("camel.cwlogs.", Set.of(INTAKE)),
          Map.entry("dedup.", Set.of(INTAKE)),
          Map.entry("queue.", Set.of(INTAKE)),
          // after a failed try
          Map.entry("queue.DelayRetry", Set.of(REPAIR)),
          Map.entry("prompt.", Set.of(REPAIR)),
          Map.entry("issue.", Set.of(REPAIR)),
          Map.entry("model.", Set.of(REPAIR)),
          Map.entry("workspace.", Set.of(REPAIR)),
          Map.entry("pullrequest.", Set.of(REPAIR)),
          Map.entry("camel.parameterstore.", Set.of(INTAKE, REPAIR)),
          Map.entry("WorkQueue", Set.of(INTAKE, REPAIR)),
          Map.entry("health.", Set.of(INTAKE, REPAIR)),
          Map.entry("web.", Set.of(INTAKE, REPAIR)),
          Map.entry("cli.RunCommand", Set.of(INTAKE, REPAIR)),
          // people call these with rights of their own, and the embedded default needs none
          Map.entry("cli.", Set.of()),
          Map.entry("doctor.", Set.of()),
          Map.entry("local.", Set.of()));

  /** What services do with their caller's rights, and git as CodeCommit sees it. */
  private static final Map<String, Set<String>> UNSEEN =
      Map.of(
          INTAKE,
          // to read the table, to send to the queue
          Set.of("kms:Decrypt", "kms:GenerateDataKey"),
          REPAIR,
          Set.of("kms:Decrypt", "codecommit:GitPull", "codecommit:GitPush"));

  @Test
  void eachRoleHasTheRightsForWhatTheCodeCallsAndNoOthers() throws IOException {
    Map<String, Set<String>> calls = SdkCalls.ofOurClasses();
    for (String role : List.of(INTAKE, REPAIR)) {
      assertThat(granted(role)).as(role).isEqualTo(needed(role, calls));
    }
  }

  @Test
  void onlyWhatAwsForcesIsGrantedOnEverything() throws IOException {
    Set<String> onEverything = new TreeSet<>();
    for (Map<?, ?> statement : allStatements()) {
      if (texts(statement.get("Resource")).stream().anyMatch(one -> one.equals("*"))) {
        onEverything.addAll(texts(statement.get("Action")));
      }
    }
    // none of them knows a resource
    assertThat(onEverything)
        .containsExactlyInAnyOrder(
            "dynamodb:ListStreams", "ecr:GetAuthorizationToken", "cloudwatch:PutMetricData");
  }

  @Test
  void metricsGoToTheProgramsNamespaceOnly() throws IOException {
    String namespace =
        Settings.load(Optional.empty(), Map.of(), Map.of()).text("selfheal.metrics.namespace");
    assertThat(allStatements())
        .filteredOn(
            statement -> texts(statement.get("Action")).contains("cloudwatch:PutMetricData"))
        .isNotEmpty()
        .allSatisfy(
            statement ->
                assertThat(statement.get("Condition"))
                    .isEqualTo(Map.of("StringEquals", Map.of("cloudwatch:namespace", namespace))));
  }

  @Test
  void noActionHasAWildcard() throws IOException {
    for (Map<?, ?> statement : allStatements()) {
      assertThat(texts(statement.get("Action"))).noneMatch(action -> action.contains("*"));
      assertThat(statement.get("Effect")).isEqualTo("Allow");
    }
  }

  @Test
  void theIntakeCannotReachModelsAndRepositoriesNorTheRepairLogs() throws IOException {
    assertThat(granted(INTAKE)).noneMatch(one -> one.matches("(bedrock|codecommit):.*"));
    assertThat(granted(REPAIR)).noneMatch(one -> one.matches("(logs|kinesis):.*"));
  }

  private static Set<String> needed(String role, Map<String, Set<String>> calls)
      throws IOException {
    Set<String> actions = new TreeSet<>(UNSEEN.get(role));
    calls.forEach(
        (operation, beginnings) -> {
          for (String beginning : beginnings) {
            if (callers(beginning).contains(role) && !operation.equals(TRANSACTION)) {
              actions.add(action(operation));
            }
          }
        });
    for (CamelCalls.Call call : CamelCalls.inRoutes()) {
      // Both halves show the issues and report metrics.
      if (call.step() == 9 || call.step() <= 3 == role.equals(INTAKE)) {
        call.operations().forEach(operation -> actions.add(action(operation)));
      }
    }
    return actions;
  }

  private static Set<String> callers(String beginning) {
    String place =
        PLACES.keySet().stream()
            .filter(beginning::startsWith)
            .max(java.util.Comparator.comparingInt(String::length))
            .orElseThrow(
                () ->
                    new AssertionError(
                        "a call of AWS begins in " + beginning + ": say in PLACES whose it is"));
    return PLACES.get(place);
  }

  /** The right that an operation needs: nearly always of its own name. */
  static String action(String operation) {
    String[] parts = operation.split(":");
    String service =
        switch (parts[0]) {
          case "DynamoDb", "DynamoDbStreams" -> "dynamodb";
          case "CloudWatchLogs" -> "logs";
          case "BedrockRuntime" -> "bedrock";
          default -> parts[0].toLowerCase(java.util.Locale.ROOT);
        };
    String action =
        switch (operation) {
          case "BedrockRuntime:Converse" -> "InvokeModel";
          default -> parts[1].replaceFirst("(Message|Visibility)Batch$", "$1");
        };
    return service + ":" + action;
  }

  private static Set<String> granted(String role) throws IOException {
    Set<String> actions = new TreeSet<>();
    for (String subscription : List.of("none", "kinesis")) {
      statements("all", subscription)
          .getOrDefault(role, List.of())
          .forEach(statement -> actions.addAll(texts(statement.get("Action"))));
    }
    return actions;
  }

  private static Collection<Map<?, ?>> allStatements() throws IOException {
    List<Map<?, ?>> all = new ArrayList<>();
    for (String subscription : List.of("none", "kinesis", "firehose")) {
      statements("all", subscription).values().forEach(all::addAll);
    }
    assertThat(all).hasSizeGreaterThan(30);
    return all;
  }

  private static Map<String, List<Map<?, ?>>> statements(String part, String subscription)
      throws IOException {
    Map<String, List<Map<?, ?>>> found = new TreeMap<>();
    CloudFormationTest.template(part, subscription)
        .resources()
        .forEach(
            (name, resource) -> {
              Map<?, ?> properties = (Map<?, ?>) resource.get("Properties");
              if (resource.get("Type").equals("AWS::IAM::Role")) {
                for (Object policy : (List<?>) properties.get("Policies")) {
                  add(found, name, (Map<?, ?>) policy);
                }
              } else if (resource.get("Type").equals("AWS::IAM::RolePolicy")) {
                add(found, (String) properties.get("RoleName"), properties);
              }
            });
    return found;
  }

  private static void add(Map<String, List<Map<?, ?>>> all, String role, Map<?, ?> policy) {
    for (Object one : (List<?>) ((Map<?, ?>) policy.get("PolicyDocument")).get("Statement")) {
      all.computeIfAbsent(role, key -> new ArrayList<>()).add((Map<?, ?>) one);
    }
  }

  private static List<String> texts(Object oneOrMany) {
    return oneOrMany instanceof List<?> list
        ? list.stream().map(String.class::cast).toList()
        : List.of((String) oneOrMany);
  }
}
