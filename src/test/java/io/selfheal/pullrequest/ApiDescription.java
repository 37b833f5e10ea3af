package io.selfheal.pullrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The operations of a forge's REST API that selfheal uses, each with its query and its body; where
 * they come from stands in the file.
 */
final class ApiDescription {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final JsonNode operations;

  private ApiDescription(JsonNode operations) {
    this.operations = operations;
  }

  static ApiDescription of(String forge) throws IOException {
    try (InputStream in = ApiDescription.class.getResourceAsStream("api/" + forge + ".json")) {
      return new ApiDescription(JSON.readTree(in).get("operations"));
    }
  }

  /**
   * What is wrong with a request; empty where the forge would understand it.
   *
   * @param path below the API's root, encoded
   */
  List<String> violations(String method, String path, String query, byte[] body)
      throws IOException {
    for (Map.Entry<String, JsonNode> operation : operations.properties()) {
      String pattern = operation.getKey().replaceAll("\\{[^}]+}", "[^/]+");
      if ((method + " " + path).matches(pattern)) {
        return violations(method + " " + path, operation.getValue(), query, body);
      }
    }
    return List.of("there is no operation " + method + " " + path);
  }

  private List<String> violations(String request, JsonNode operation, String query, byte[] body)
      throws IOException {
    List<String> violations = new ArrayList<>();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String[] nameAndValue = pair.split("=", 2);
      JsonNode schema = operation.get("query").get(nameAndValue[0]);
      if (schema == null) {
        violations.add(request + " has no parameter " + nameAndValue[0]);
        continue;
      }
      String value = URLDecoder.decode(nameAndValue[1], StandardCharsets.UTF_8);
      boolean number = "integer".equals(schema.path("type").asText());
      JsonNode json = number ? JSON.readTree(value) : JSON.valueToTree(value);
      schemas
          .getSchema(schema)
          .validate(json)
          .forEach(error -> violations.add(request + " " + pair + ": " + error.getMessage()));
    }
    if (operation.has("body")) {
      JsonNode json = JSON.readTree(body);
      schemas
          .getSchema(operation.get("body"))
          .validate(json)
          .forEach(error -> violations.add(request + ": " + error + " in " + json));
      json.fieldNames()
          .forEachRemaining(
              name -> {
                if (operation.get("body").has("properties")
                    && !operation.get("body").get("properties").has(name)) {
                  violations.add(request + " has no field " + name);
                }
              });
    } else if (body.length > 0) {
      violations.add(request + " has no body, but got " + new String(body, StandardCharsets.UTF_8));
    }
    return violations;
  }
}
