package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Payloads in the shapes that AWS sends them. */
final class LogFixtures {
  /** As CloudWatch Logs sends it to find out whether a destination can be reached. */
  static final String CONTROL_MESSAGE =
      "{\"messageType\":\"CONTROL_MESSAGE\",\"owner\":\"CloudwatchLogs\",\"logGroup\":\"\",\"logStream\":\"\","
          + "\"subscriptionFilters\":[],\"logEvents\":[{\"id\":\"\",\"timestamp\":1510254469274,\"message\":"
          + "\"CWL CONTROL MESSAGE: Checking health of destination Firehose.\"}]}";

  private static final ObjectMapper JSON = new ObjectMapper();

  private LogFixtures() {}

  static Application application(String name, String... logGroups) {
    return new Application(
        name,
        List.of(logGroups),
        "/repositories/" + name,
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        "local",
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  static String subscription(String logGroup, String logStream, String... messages) {
    List<Map<String, Object>> events = new ArrayList<>();
    for (String message : messages) {
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("id", "3195310660696698337880902507980421114328961542429" + events.size());
      event.put("timestamp", 1432826855000L + events.size());
      event.put("message", message);
      events.add(event);
    }
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("messageType", "DATA_MESSAGE");
    payload.put("owner", "111111111111");
    payload.put("logGroup", logGroup);
    payload.put("logStream", logStream);
    payload.put("subscriptionFilters", List.of("selfheal"));
    payload.put("logEvents", events);
    return json(payload);
  }

  static byte[] firehose(String requestId, byte[]... records) {
    List<Map<String, String>> data = new ArrayList<>();
    for (byte[] record : records) {
      data.add(Map.of("data", Base64.getEncoder().encodeToString(record)));
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("requestId", requestId);
    request.put("timestamp", 1578090901599L);
    request.put("records", data);
    return json(request).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] lambdaEvent(byte[] payload) {
    return json(Map.of("awslogs", Map.of("data", Base64.getEncoder().encodeToString(payload))))
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] gzip(String text) {
    return gzip(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] gzip(byte[] data) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
