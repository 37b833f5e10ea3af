package io.selfheal.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The one tool the model is made to call: {@code propose_fix}, whose input is the answer. Its
 * schema is the resource {@code prompts/propose_fix.json}.
 */
public final class ProposalTool {
  private static final String RESOURCE = "/prompts/propose_fix.json";

  private final JsonNode definition;

  public ProposalTool() {
    try (InputStream in = ProposalTool.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the tool " + RESOURCE + " is missing from the class path");
      }
      definition = JsonMapper.builder().build().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return definition.get("name").asText();
  }

  public String description() {
    return definition.get("description").asText();
  }

  /** The JSON schema of the answer. */
  public JsonNode schema() {
    return definition.get("input_schema").deepCopy();
  }
}
