package io.selfheal.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.document.VoidDocumentVisitor;

/** JSON as the AWS SDK holds it, and back. */
final class Documents {
  private Documents() {}

  static Document of(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, Document> fields = new LinkedHashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), of(field.getValue())));
        yield Document.fromMap(fields);
      }
      case ARRAY -> {
        List<Document> items = new ArrayList<>();
        node.forEach(item -> items.add(of(item)));
        yield Document.fromList(items);
      }
      case STRING -> Document.fromString(node.textValue());
      case NUMBER -> Document.fromNumber(SdkNumber.fromString(node.asText()));
      case BOOLEAN -> Document.fromBoolean(node.booleanValue());
      default -> Document.fromNull();
    };
  }

  static JsonNode toJson(Document document) {
    var visitor = new ToJson();
    document.accept(visitor);
    return visitor.node;
  }

  private static final class ToJson implements VoidDocumentVisitor {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private JsonNode node = NODES.nullNode();

    @Override
    public void visitNull() {
      node = NODES.nullNode();
    }

    @Override
    public void visitBoolean(Boolean value) {
      node = NODES.booleanNode(value);
    }

    @Override
    public void visitString(String value) {
      node = NODES.textNode(value);
    }

    @Override
    public void visitNumber(SdkNumber value) {
      node = NODES.numberNode(new BigDecimal(value.stringValue()));
    }

    @Override
    public void visitMap(Map<String, Document> value) {
      ObjectNode object = NODES.objectNode();
      value.forEach((key, item) -> object.set(key, toJson(item)));
      node = object;
    }

    @Override
    public void visitList(List<Document> value) {
      var array = NODES.arrayNode();
      value.forEach(item -> array.add(toJson(item)));
      node = array;
    }
  }
}
