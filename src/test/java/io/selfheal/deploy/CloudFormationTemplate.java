package io.selfheal.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A template as CloudFormation works it out for given parameters: conditions, functions and loops
 * gone. References to resources become ARNs that look like theirs.
 */
final class CloudFormationTemplate {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");
  private static final Object NO_VALUE = new Object();

  private final Map<String, Object> template;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private CloudFormationTemplate(Map<String, Object> template) {
    this.template = template;
  }

  @SuppressWarnings("unchecked")
  static CloudFormationTemplate of(Path file, Map<String, String> parameters) throws IOException {
    Node root =
        new Compose(LoadSettings.builder().build())
            .composeString(Files.readString(file))
            .orElseThrow();
    CloudFormationTemplate made = new CloudFormationTemplate((Map<String, Object>) plain(root));
    made.values.putAll(
        Map.of(
            "AWS::Partition", "aws",
            "AWS::Region", "eu-west-1",
            "AWS::AccountId", "123456789012",
            "AWS::StackName", "selfheal",
            "AWS::NoValue", NO_VALUE));
    made.section("Parameters")
        .forEach(
            (name, parameter) -> {
              Map<String, Object> declared = (Map<String, Object>) parameter;
              String value = parameters.getOrDefault(name, String.valueOf(declared.get("Default")));
              made.values.put(
                  name,
                  switch ((String) declared.get("Type")) {
                    case "CommaDelimitedList" -> List.of(value.split(","));
                    case "Number" -> Integer.valueOf(value);
                    default -> value;
                  });
            });
    parameters
        .keySet()
        .forEach(
            name -> {
              if (!made.section("Parameters").containsKey(name)) {
                throw new IllegalArgumentException("no parameter " + name);
              }
            });
    return made;
  }

  /** The resources that are made, by logical id, each with {@code Type} and {@code Properties}. */
  Map<String, Map<String, Object>> resources() {
    return made("Resources");
  }

  Map<String, Map<String, Object>> outputs() {
    return made("Outputs");
  }

  @SuppressWarnings("unchecked")
  Map<String, Object> section(String name) {
    return (Map<String, Object>) template.get(name);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Map<String, Object>> made(String section) {
    Map<String, Map<String, Object>> found = new LinkedHashMap<>();
    section(section)
        .forEach(
            (name, entry) -> {
              if (name.startsWith("Fn::ForEach::")) {
                loop((List<Object>) entry).forEach((id, one) -> put(found, id, one));
              } else if (condition((Map<String, Object>) entry)) {
                put(found, name, evaluate(entry));
              }
            });
    return found;
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Map<String, Object>> all, String name, Object value) {
    if (all.put(name, (Map<String, Object>) value) != null) {
      throw new IllegalStateException(name + " is there twice");
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> loop(List<Object> loop) {
    String variable = (String) loop.get(0);
    Map<String, Object> found = new LinkedHashMap<>();
    for (Object value : (List<Object>) evaluate(loop.get(1))) {
      values.put(variable, value);
      ((Map<String, Object>) loop.get(2))
          .forEach(
              (name, entry) -> {
                if (condition((Map<String, Object>) entry)) {
                  String id =
                      name.replace(
                          "&{" + variable + "}", value.toString().replaceAll("[^A-Za-z0-9]", ""));
                  found.put(id, evaluate(entry));
                }
              });
      values.remove(variable);
    }
    return found;
  }

  private boolean condition(Map<String, Object> entry) {
    Object name = entry.get("Condition");
    return !(name instanceof String) || (Boolean) evaluate(section("Conditions").get(name));
  }

  @SuppressWarnings("unchecked")
  private Object evaluate(Object node) {
    if (node instanceof List<?> list) {
      return list.stream().map(this::evaluate).filter(value -> value != NO_VALUE).toList();
    }
    if (!(node instanceof Map)) {
      return node;
    }
    Map<String, Object> map = (Map<String, Object>) node;
    if (map.size() == 1) {
      String name = map.keySet().iterator().next();
      if (name.equals("Ref") || name.startsWith("Fn::")) {
        return function(name, map.get(name));
      }
      if (name.equals("Condition") && map.get(name) instanceof String condition) {
        return evaluate(Objects.requireNonNull(section("Conditions").get(condition), condition));
      }
    }
    Map<String, Object> evaluated = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          Object result = evaluate(value);
          if (result != NO_VALUE) {
            evaluated.put(key, result);
          }
        });
    return evaluated;
  }

  @SuppressWarnings("unchecked")
  private Object function(String name, Object argument) {
    List<Object> list = argument instanceof List ? (List<Object>) argument : List.of(argument);
    return switch (name) {
      case "Ref" -> reference((String) argument);
      case "Fn::GetAtt" -> reference((String) argument);
      case "Fn::Sub" -> substitute((String) argument);
      case "Fn::Join" ->
          String.join(
              (String) list.get(0),
              ((List<Object>) evaluate(list.get(1))).stream().map(String::valueOf).toList());
      case "Fn::Split" ->
          Arrays.asList(
              ((String) evaluate(list.get(1))).split(Pattern.quote((String) list.get(0)), -1));
      case "Fn::If" ->
          evaluate(list.get((Boolean) evaluate(section("Conditions").get(list.get(0))) ? 1 : 2));
      case "Fn::Equals" ->
          String.valueOf(evaluate(list.get(0))).equals(String.valueOf(evaluate(list.get(1))));
      case "Fn::Not" -> !(Boolean) evaluate(list.get(0));
      case "Fn::And" -> list.stream().allMatch(one -> (Boolean) evaluate(one));
      case "Fn::Or" -> list.stream().anyMatch(one -> (Boolean) evaluate(one));
      default -> throw new IllegalArgumentException("no function " + name);
    };
  }

  private String substitute(String text) {
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(
          result, Matcher.quoteReplacement(String.valueOf(reference(matcher.group(1)))));
    }
    return matcher.appendTail(result).toString();
  }

  /** A parameter's value, or a resource that must be made too. */
  @SuppressWarnings("unchecked")
  private Object reference(String name) {
    if (values.containsKey(name)) {
      return values.get(name);
    }
    String[] parts = name.split("\\.", 2);
    Map<String, Object> resource = (Map<String, Object>) section("Resources").get(parts[0]);
    if (resource == null || !condition(resource)) {
      throw new IllegalStateException(name + " is not made, and is referred to");
    }
    String type = (String) resource.get("Type");
    if (parts.length == 1 || !parts[1].endsWith("Arn")) {
      return type.equals("AWS::SQS::Queue") && parts.length == 1
          ? "https://sqs.eu-west-1.amazonaws.com/123456789012/" + parts[0]
          : parts[0];
    }
    return switch (type) {
      case "AWS::IAM::Role" -> "arn:aws:iam::123456789012:role/" + parts[0];
      case "AWS::KMS::Key" -> "arn:aws:kms:eu-west-1:123456789012:key/" + parts[0];
      case "AWS::S3::Bucket" -> "arn:aws:s3:::" + parts[0].toLowerCase(Locale.ROOT);
      case "AWS::KinesisFirehose::DeliveryStream" ->
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/" + parts[0];
      default ->
          "arn:aws:%s:eu-west-1:123456789012:%s"
              .formatted(type.split("::")[1].toLowerCase(Locale.ROOT), parts[0]);
    };
  }

  private static Object plain(Node node) {
    Object value;
    if (node instanceof MappingNode mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        String key = ((ScalarNode) tuple.getKeyNode()).getValue();
        if (map.put(key, plain(tuple.getValueNode())) != null) {
          throw new IllegalStateException(key + " is there twice");
        }
      }
      value = map;
    } else if (node instanceof SequenceNode sequence) {
      List<Object> list = new ArrayList<>();
      sequence.getValue().forEach(item -> list.add(plain(item)));
      value = list;
    } else {
      String text = ((ScalarNode) node).getValue();
      value =
          switch (node.getTag().getValue()) {
            case "tag:yaml.org,2002:int" -> Integer.valueOf(text);
            case "tag:yaml.org,2002:bool" -> Boolean.valueOf(text);
            default -> text;
          };
    }
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!")) {
      return value;
    }
    String function = tag.substring(1);
    return Map.of(
        function.equals("Ref") || function.equals("Condition") ? function : "Fn::" + function,
        value);
  }
}
