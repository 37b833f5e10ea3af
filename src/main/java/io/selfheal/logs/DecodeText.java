package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decodes text, one event per line, or NDJSON.
 *
 * <p>A line that is a JSON object of nothing but a message and its time and id ({@code message} or
 * {@code log}; {@code timestamp}, {@code @timestamp}, {@code time} or {@code date}; {@code id})
 * becomes the event it describes. A JSON object that says more, such as a line of Lambda's JSON log
 * format, stays as it is: the rest of it may be the stack trace. Empty lines are events too, they
 * are part of chained traces.
 *
 * <p>What log shippers add is no part of the event, but tells its stream: {@code stream} (stdout or
 * stderr) and {@code kubernetes} (namespace, pod and container), as Fluent Bit, Fluentd and Vector
 * write them.
 */
public final class DecodeText {
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s;\"]+)");
  private static final Pattern NDJSON =
      Pattern.compile("(?i)application/(x-)?(ndjson|jsonl|jsonlines|json-lines|json)\\s*(;.*)?");

  /** One part in so many may be no text before the whole is taken for binary data. */
  private static final int NOISE_SHARE = 10;

  private static final int TOLERATED_NOISE = 3;
  private static final int LONGEST_NAME = 512;

  private final Clock clock;

  public DecodeText(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param contentType says the character set (UTF-8 otherwise) and whether each line must be JSON;
   *     may be null
   * @throws IntakeException 400 if it is no text, or not NDJSON although the content type says so
   */
  List<DecodedLine> decode(byte[] body, String contentType) {
    String text = new String(body, charset(contentType));
    return decode(text, contentType);
  }

  /**
   * @see #decode(byte[], String)
   */
  List<DecodedLine> decode(String text, String contentType) {
    if (isBinary(text)) {
      throw new IntakeException(
          400,
          "the body is binary data, or not in the character set of its content type (UTF-8 where it names none)");
    }
    boolean json = contentType != null && NDJSON.matcher(contentType.strip()).matches();
    Instant now = clock.instant();
    List<DecodedLine> events = new ArrayList<>();
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int next = newline < 0 ? text.length() : newline;
      int end = next > start && text.charAt(next - 1) == '\r' ? next - 1 : next;
      String line = text.substring(start, end);
      if (json && line.isBlank()) {
        start = next + 1;
        continue;
      }
      DecodedLine event = ofJson(line, now);
      if (event == null && json && !isJsonObject(line)) {
        throw new IntakeException(
            400,
            "line "
                + lineNumber(text, start)
                + " is not a JSON object, although the content type is "
                + contentType);
      }
      events.add(
          event == null ? new DecodedLine(null, null, new LogEvent(null, now, line)) : event);
      start = next + 1;
    }
    return events;
  }

  /** One event per element, whatever line breaks it holds. */
  List<DecodedLine> decodeLines(Iterable<?> lines) {
    Instant now = clock.instant();
    List<DecodedLine> events = new ArrayList<>();
    for (Object element : lines) {
      String line = String.valueOf(element);
      DecodedLine event = ofJson(line, now);
      events.add(
          event == null ? new DecodedLine(null, null, new LogEvent(null, now, line)) : event);
    }
    return events;
  }

  private static DecodedLine ofJson(String line, Instant now) {
    if (!line.startsWith("{") || !line.endsWith("}")) {
      return null;
    }
    String id = null;
    Instant timestamp = null;
    String message = null;
    String output = null;
    Pod pod = null;
    boolean saysMore = false;
    try (JsonParser parser = SubscriptionReader.JSON.createParser(line)) {
      parser.nextToken();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        switch (field) {
          case "message", "log" -> {
            saysMore |= token != JsonToken.VALUE_STRING || message != null;
            message = token == JsonToken.VALUE_STRING ? parser.getText() : message;
            parser.skipChildren();
          }
          case "timestamp", "@timestamp", "time", "date" -> timestamp = Timestamps.read(parser);
          case "id", "eventId" -> id = parser.getValueAsString();
          case "stream" -> {
            output = parser.getValueAsString();
            parser.skipChildren();
          }
          case "kubernetes" -> {
            pod = token == JsonToken.START_OBJECT ? pod(parser) : null;
            saysMore |= pod == null;
            parser.skipChildren();
          }
          case "ingestionTime", "_p", "logtag", "tag", "docker", "file", "source_type" ->
              parser.skipChildren();
          default -> {
            saysMore = true;
            parser.skipChildren();
          }
        }
        if (saysMore && pod == null && !line.contains("\"kubernetes\"")) {
          return null;
        }
      }
      if (parser.nextToken() != null) {
        return null;
      }
    } catch (IOException e) {
      return null;
    }
    if (message == null || saysMore) {
      if (pod == null) {
        return null;
      }
      message = line;
    } else if (message.endsWith("\n")) {
      // Docker's own log files keep the line's end in the message.
      message = message.substring(0, message.length() - 1);
    }
    return new DecodedLine(
        pod == null ? null : pod.logGroup(),
        pod == null ? output : pod.logStream(output),
        new LogEvent(id, timestamp == null ? now : timestamp, message));
  }

  private record Pod(String namespace, String name, String container) {
    String logGroup() {
      return namespace == null ? null : namespace + "/" + (container == null ? name : container);
    }

    String logStream(String output) {
      return name
          + (container == null ? "" : "/" + container)
          + (output == null ? "" : "/" + output);
    }
  }

  /** Null if it does not name the pod. */
  private static Pod pod(JsonParser parser) throws IOException {
    String namespace = null;
    String name = null;
    String container = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "namespace_name", "pod_namespace" -> namespace = cut(parser.getValueAsString());
        case "pod_name" -> name = cut(parser.getValueAsString());
        case "container_name" -> container = cut(parser.getValueAsString());
        default -> {
          // labels and the like
        }
      }
      parser.skipChildren();
    }
    return name == null ? null : new Pod(namespace, name, container);
  }

  private static String cut(String name) {
    return name != null && name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  private static boolean isJsonObject(String line) {
    try (JsonParser parser = SubscriptionReader.JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isBinary(String text) {
    int noise = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\uFFFD'
          || c == 0x7f
          || c < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != 0x1b) {
        noise++;
      }
    }
    return noise > TOLERATED_NOISE && noise > text.length() / NOISE_SHARE;
  }

  private static Charset charset(String contentType) {
    if (contentType == null) {
      return StandardCharsets.UTF_8;
    }
    Matcher charset = CHARSET.matcher(contentType);
    if (!charset.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(charset.group(1).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IntakeException(400, "unknown character set " + charset.group(1));
    }
  }

  private static int lineNumber(String text, int position) {
    return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
  }
}
