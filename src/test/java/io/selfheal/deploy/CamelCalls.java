package io.selfheal.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the AWS components call that our routes name. */
final class CamelCalls {
  private static final Path ROUTES = Path.of("src/main/resources/routes");

  /** By component and whether it is read from. */
  private static final Map<String, Set<String>> OPERATIONS =
      Map.of(
          "from aws2-ddbstream",
          Set.of(
              "DynamoDbStreams:ListStreams",
              "DynamoDbStreams:DescribeStream",
              "DynamoDbStreams:GetShardIterator",
              "DynamoDbStreams:GetRecords"),
          // and after half a minute ChangeMessageVisibility, which our own code calls too
          "from aws2-sqs",
          Set.of("Sqs:ReceiveMessage", "Sqs:DeleteMessage"),
          "to aws2-sqs",
          Set.of("Sqs:SendMessage"),
          "to aws-bedrock",
          Set.of("BedrockRuntime:Converse"),
          "to aws2-cw",
          Set.of("CloudWatch:PutMetricData"),
          // found in our byte code
          "from aws-cwlogs",
          Set.of(),
          // as the library's documentation lists them
          "from aws-kcl",
          Set.of(
              "Kinesis:DescribeStreamSummary",
              "Kinesis:ListShards",
              "Kinesis:GetShardIterator",
              "Kinesis:GetRecords",
              "DynamoDb:CreateTable",
              "DynamoDb:DescribeTable",
              "DynamoDb:Scan",
              "DynamoDb:GetItem",
              "DynamoDb:PutItem",
              "DynamoDb:UpdateItem",
              "DynamoDb:DeleteItem"));

  private CamelCalls() {}

  /**
   * @param step the number of the route file
   * @param operations such as {@code Sqs:SendMessage}
   */
  record Call(int step, String endpoint, Set<String> operations) {}

  static List<Call> inRoutes() throws IOException {
    List<Call> calls = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROUTES)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        int step = Integer.parseInt(ROUTES.relativize(file).toString().substring(0, 2));
        Object entries =
            new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        collect(step, "", entries, calls);
      }
    }
    return calls;
  }

  private static void collect(int step, String name, Object node, List<Call> calls) {
    if (node instanceof List<?> list) {
      list.forEach(item -> collect(step, name, item, calls));
    } else if (node instanceof Map<?, ?> map) {
      if (map.get("uri") instanceof String uri && uri.startsWith("aws")) {
        calls.add(call(step, name, uri, map.get("parameters")));
      }
      map.forEach((key, value) -> collect(step, (String) key, value, calls));
    }
  }

  private static Call call(int step, String name, String uri, Object parameters) {
    String endpoint = (name.equals("from") ? "from " : "to ") + uri.substring(0, uri.indexOf(':'));
    if (endpoint.equals("to aws2-ddb")) {
      return new Call(
          step, endpoint, Set.of("DynamoDb:" + ((Map<?, ?>) parameters).get("operation")));
    }
    Set<String> operations = OPERATIONS.get(endpoint);
    if (operations == null) {
      throw new AssertionError("say in OPERATIONS what '" + endpoint + "' calls");
    }
    return new Call(step, endpoint, operations);
  }
}
