package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Reads the JSON encoding of an OTLP logs request: Protobuf's own JSON mapping, but with ids in
 * hexadecimal and enums as numbers. Fields that are not needed, or not known, are skipped.
 *
 * <p>Format: <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP, JSON
 * Protobuf encoding</a>.
 */
final class OtlpJson {
  private static final ObjectMapper JSON =
      new ObjectMapper(
          SubscriptionReader.JSON.rebuild().enable(StreamReadFeature.AUTO_CLOSE_SOURCE).build());

  private OtlpJson() {}

  /**
   * @throws IntakeException 400 if it is no JSON, or something has another type than it must have
   */
  static ExportLogsServiceRequest parse(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw SubscriptionReader.invalidJson("the body", e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    if (!root.isObject()) {
      throw new IntakeException(400, "the body is not a JSON object");
    }
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    for (JsonNode resourceLogs : list(root, "resourceLogs")) {
      ResourceLogs.Builder logs = request.addResourceLogsBuilder();
      logs.setResource(resource(object(resourceLogs, "resource")));
      for (JsonNode scopeLogs : list(resourceLogs, "scopeLogs")) {
        ScopeLogs.Builder scope = logs.addScopeLogsBuilder();
        for (JsonNode logRecord : list(scopeLogs, "logRecords")) {
          scope.addLogRecords(logRecord(logRecord));
        }
      }
    }
    return request.build();
  }

  private static Resource resource(JsonNode node) {
    Resource.Builder resource = Resource.newBuilder();
    for (JsonNode attribute : list(node, "attributes")) {
      resource.addAttributes(keyValue(attribute));
    }
    return resource.build();
  }

  private static LogRecord logRecord(JsonNode node) {
    LogRecord.Builder logRecord =
        LogRecord.newBuilder()
            .setTimeUnixNano(number(node, "timeUnixNano"))
            .setObservedTimeUnixNano(number(node, "observedTimeUnixNano"))
            .setSeverityText(text(node, "severityText"))
            .setTraceId(hex(node, "traceId"))
            .setSpanId(hex(node, "spanId"));
    if (node.has("body")) {
      logRecord.setBody(anyValue(object(node, "body")));
    }
    for (JsonNode attribute : list(node, "attributes")) {
      logRecord.addAttributes(keyValue(attribute));
    }
    return logRecord.build();
  }

  private static KeyValue keyValue(JsonNode node) {
    return KeyValue.newBuilder()
        .setKey(text(node, "key"))
        .setValue(anyValue(object(node, "value")))
        .build();
  }

  private static AnyValue anyValue(JsonNode node) {
    AnyValue.Builder value = AnyValue.newBuilder();
    if (node.has("stringValue")) {
      value.setStringValue(text(node, "stringValue"));
    } else if (node.has("boolValue")) {
      value.setBoolValue(node.get("boolValue").asBoolean());
    } else if (node.has("intValue")) {
      value.setIntValue(number(node, "intValue"));
    } else if (node.has("doubleValue")) {
      value.setDoubleValue(decimal(node.get("doubleValue")));
    } else if (node.has("bytesValue")) {
      value.setBytesValue(base64(node, "bytesValue"));
    } else if (node.has("arrayValue")) {
      ArrayValue.Builder array = value.getArrayValueBuilder();
      list(object(node, "arrayValue"), "values").forEach(item -> array.addValues(anyValue(item)));
    } else if (node.has("kvlistValue")) {
      KeyValueList.Builder pairs = value.getKvlistValueBuilder();
      list(object(node, "kvlistValue"), "values").forEach(pair -> pairs.addValues(keyValue(pair)));
    }
    return value.build();
  }

  /** An array, or nothing at all; null is nothing, as everywhere in Protobuf's JSON. */
  private static JsonNode list(JsonNode node, String field) {
    JsonNode list = node.path(field);
    if (list.isArray()) {
      for (JsonNode item : list) {
        if (!item.isObject()) {
          throw wrongType(field, "holds something that is not an object");
        }
      }
      return list;
    }
    if (!list.isMissingNode() && !list.isNull()) {
      throw wrongType(field, "is not an array");
    }
    return list;
  }

  private static JsonNode object(JsonNode node, String field) {
    JsonNode object = node.path(field);
    if (!object.isObject() && !object.isMissingNode() && !object.isNull()) {
      throw wrongType(field, "is not an object");
    }
    return object;
  }

  private static String text(JsonNode node, String field) {
    JsonNode text = node.path(field);
    if (text.isContainerNode()) {
      throw wrongType(field, "is not a string");
    }
    return text.isNull() ? "" : text.asText();
  }

  /** 64-bit numbers are written as strings, and read as either. */
  private static long number(JsonNode node, String field) {
    String text = text(node, field);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw wrongType(field, "is not a whole number");
    }
  }

  private static double decimal(JsonNode node) {
    try {
      return node.isTextual() ? Double.parseDouble(node.textValue()) : node.asDouble();
    } catch (NumberFormatException e) {
      throw wrongType("doubleValue", "is not a number");
    }
  }

  private static ByteString hex(JsonNode node, String field) {
    try {
      return ByteString.copyFrom(HexFormat.of().parseHex(text(node, field)));
    } catch (IllegalArgumentException e) {
      throw wrongType(field, "is not hexadecimal");
    }
  }

  private static ByteString base64(JsonNode node, String field) {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text(node, field)));
    } catch (IllegalArgumentException e) {
      throw wrongType(field, "is not base64");
    }
  }

  private static IntakeException wrongType(String field, String what) {
    return new IntakeException(400, field + " " + what);
  }
}
