package io.selfheal.pullrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The operations of a forge's REST API that selfheal uses, each with its path, its query and its
 * body; where they come from stands in the file. What is not described is a mistake, also where the
 * forge would overlook it.
 */
public final class ApiDescription {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern PLACE = Pattern.compile("\\{([^}]+)}");

  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final JsonNode operations;

  private ApiDescription(JsonNode operations) {
    this.operations = operations;
  }

  public static ApiDescription of(String forge) throws IOException {
    try (InputStream in = ApiDescription.class.getResourceAsStream("api/" + forge + ".json")) {
      JsonNode operations = JSON.readTree(in).get("operations");
      operations.forEach(operation -> close(operation.path("body")));
      return new ApiDescription(operations);
    }
  }

  /** Lets an object have the fields that are described, and no others. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.has("properties")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    schema.path("properties").forEach(ApiDescription::close);
    close(schema, "items");
    schema.path("oneOf").forEach(ApiDescription::close);
  }

  private static void close(JsonNode schema, String field) {
    if (schema.has(field)) {
      close(schema.get(field));
    }
  }

  /**
   * As {@link #violations(String, String, String, byte[])}, of all that a server was asked below a
   * root.
   */
  public List<String> violations(List<ServeEvent> events, String root) throws IOException {
    List<String> violations = new ArrayList<>();
    for (ServeEvent event : events) {
      var request = event.getRequest();
      String[] pathAndQuery = request.getUrl().split("\\?", 2);
      String target = request.getHeader("X-Amz-Target");
      String path =
          target != null
              ? "/" + target.substring(target.indexOf('.') + 1)
              : pathAndQuery[0].startsWith(root)
                  ? pathAndQuery[0].substring(root.length())
                  : "(not below " + root + ") " + pathAndQuery[0];
      violations.addAll(
          violations(
              request.getMethod().toString(),
              path,
              pathAndQuery.length > 1 ? pathAndQuery[1] : null,
              request.getBody()));
    }
    return violations;
  }

  /**
   * What is wrong with a request; empty where the forge would understand it.
   *
   * @param path below the API's root, encoded
   */
  public List<String> violations(String method, String path, String query, byte[] body)
      throws IOException {
    String request = method + " " + path;
    for (Map.Entry<String, JsonNode> operation : operations.properties()) {
      Matcher asked =
          Pattern.compile(PLACE.matcher(operation.getKey()).replaceAll("([^/]+)")).matcher(request);
      if (asked.matches()) {
        List<String> violations = new ArrayList<>();
        path(request, operation, asked, violations);
        query(request, operation.getValue().get("query"), query, violations);
        body(request, operation.getValue().get("body"), body, violations);
        return violations;
      }
    }
    return List.of("there is no operation " + request);
  }

  private void path(
      String request, Map.Entry<String, JsonNode> operation, Matcher asked, List<String> violations)
      throws IOException {
    List<String> names =
        PLACE.matcher(operation.getKey()).results().map(place -> place.group(1)).toList();
    for (int i = 0; i < names.size(); i++) {
      JsonNode schema = operation.getValue().path("path").path(names.get(i));
      if (!schema.isMissingNode()) {
        check(request, names.get(i), schema, decoded(asked.group(i + 1)), violations);
      }
    }
  }

  private void query(String request, JsonNode parameters, String query, List<String> violations)
      throws IOException {
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String[] nameAndValue = pair.split("=", 2);
      String name = decoded(nameAndValue[0]);
      // A list, as Rails reads it.
      boolean list = name.endsWith("[]");
      JsonNode schema = parameters.get(list ? name.substring(0, name.length() - 2) : name);
      if (schema == null) {
        violations.add(request + " has no parameter " + name);
      } else if (!list) {
        check(request, name, schema, decoded(nameAndValue[1]), violations);
      } else if (types(schema).noneMatch("array"::equals)) {
        violations.add(request + " takes one " + name + ", not a list");
      }
    }
  }

  private static Stream<String> types(JsonNode schema) {
    return Stream.concat(Stream.of(schema), schema.path("oneOf").valueStream())
        .map(one -> one.path("type").asText());
  }

  private void check(
      String request, String name, JsonNode schema, String value, List<String> violations) {
    JsonNode json =
        types(schema).anyMatch("integer"::equals) && value.matches("-?\\d{1,18}")
            ? JSON.valueToTree(Long.parseLong(value))
            : types(schema).anyMatch("boolean"::equals) && value.matches("true|false")
                ? JSON.valueToTree(Boolean.parseBoolean(value))
                : JSON.valueToTree(value);
    schemas
        .getSchema(schema)
        .validate(json)
        .forEach(
            error ->
                violations.add(request + ", " + name + "=" + value + ": " + error.getMessage()));
  }

  private void body(String request, JsonNode schema, byte[] body, List<String> violations)
      throws IOException {
    if (schema != null && body.length == 0) {
      violations.add(request + " has a body, but got none");
    } else if (schema != null) {
      JsonNode json = JSON.readTree(body);
      schemas
          .getSchema(schema)
          .validate(json)
          .forEach(error -> violations.add(request + ": " + error + " in " + json));
    } else if (body.length > 0) {
      violations.add(request + " has no body, but got " + new String(body, StandardCharsets.UTF_8));
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
