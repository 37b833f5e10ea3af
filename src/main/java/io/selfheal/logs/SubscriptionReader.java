package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Reads what a CloudWatch Logs subscription delivers: one or several JSON objects, one after the
 * other, gzipped or not.
 *
 * <p>Format: <a
 * href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html">Subscription
 * filters</a>. One reader per delivery; it keeps the delivery's inflation limit. This is the
 * intake's hot path: tokens are read straight from the inflating stream, and nothing is built but
 * the events.
 */
final class SubscriptionReader {
  /**
   * Field names are not interned, they come from outside; a long event is bounded by the body, not
   * by Jackson.
   */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNestingDepth(100)
                  .build())
          .build();

  private static final int LONGEST_NAME = 512;

  private final ApplicationRouter router;
  private final Clock clock;
  private final Inflating inflating;
  private final List<LogBatch> batches = new ArrayList<>();

  /**
   * @param inflated told how many bytes its payloads inflate to
   */
  SubscriptionReader(ApplicationRouter router, Clock clock, LongConsumer inflated) {
    this.router = router;
    this.clock = clock;
    this.inflating = new Inflating(Inflating.MOST_BYTES, inflated);
  }

  /**
   * Adds the events of one payload.
   *
   * @param where what the payload is called in messages, such as {@code records[3]}
   * @throws IntakeException 400 if it is malformed, 404 for a log group of no application, 413 if
   *     it is too large
   */
  void add(byte[] payload, String where) {
    try {
      if (Inflating.isGzip(payload)) {
        addInflated(payload, where);
      } else {
        parse(JSON.createParser(payload), where);
      }
    } catch (EOFException e) {
      throw new IntakeException(400, where + ": the gzip data is cut short");
    } catch (IOException e) {
      throw new IntakeException(400, where + ": the gzip data is broken");
    }
  }

  private void addInflated(byte[] payload, String where) throws IOException {
    try (InputStream inflated = inflating.gunzip(payload)) {
      try {
        parse(JSON.createParser(inflated), where);
      } catch (IntakeException e) {
        if (e.status() == 400) {
          // Too large is the stronger reason, and a bomb is rarely valid JSON.
          inflated.transferTo(OutputStream.nullOutputStream());
        }
        throw e;
      }
    }
  }

  private void parse(JsonParser source, String where) throws IOException {
    try (JsonParser parser = source) {
      readAll(parser, where);
    } catch (JsonProcessingException e) {
      throw invalidJson(where, e);
    }
  }

  /** Jackson's own message would quote the text it tripped over. */
  static IntakeException invalidJson(String where, JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    long offset = location == null ? -1 : location.getByteOffset();
    return new IntakeException(
        400, where + " is not valid JSON" + (offset < 0 ? "" : " (at byte " + offset + ")"));
  }

  ReceivedLogs received() {
    return new ReceivedLogs(batches);
  }

  private void readAll(JsonParser parser, String where) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new IntakeException(
          400, where + ": empty, a CloudWatch Logs subscription message was expected");
    }
    for (; token != null; token = parser.nextToken()) {
      if (token != JsonToken.START_OBJECT) {
        throw new IntakeException(400, where + ": a JSON object was expected, not " + token);
      }
      readMessage(parser, where);
    }
  }

  private void readMessage(JsonParser parser, String where) throws IOException {
    String type = null;
    String logGroup = null;
    String logStream = null;
    List<LogEvent> events = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "messageType" -> type = text(parser, where, field);
        case "logGroup" -> logGroup = text(parser, where, field);
        case "logStream" -> logStream = text(parser, where, field);
        case "logEvents" -> events = readEvents(parser, where);
        default -> parser.skipChildren();
      }
    }
    if ("CONTROL_MESSAGE".equals(type)) {
      return;
    }
    if (!"DATA_MESSAGE".equals(type)) {
      throw new IntakeException(
          400,
          where
              + ": messageType is "
              + (type == null ? "missing" : type)
              + ", DATA_MESSAGE was expected");
    }
    requireName(logGroup, where, "logGroup");
    requireName(logStream, where, "logStream");
    if (events == null) {
      throw new IntakeException(400, where + ": logEvents is missing");
    }
    if (router.leavesOut(logGroup)) {
      return;
    }
    String app = router.byLogGroup(logGroup);
    if (!events.isEmpty()) {
      batches.add(new LogBatch(app, logGroup, logStream, events));
    }
  }

  private List<LogEvent> readEvents(JsonParser parser, String where) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      throw new IntakeException(400, where + ": logEvents is not an array");
    }
    List<LogEvent> events = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token != JsonToken.START_OBJECT) {
        throw new IntakeException(
            400, where + ": logEvents[" + events.size() + "] is not an object");
      }
      events.add(readEvent(parser, where, events.size()));
    }
    return events;
  }

  private LogEvent readEvent(JsonParser parser, String where, int index) throws IOException {
    String id = null;
    Instant timestamp = null;
    String message = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      switch (field) {
        case "id" -> id = text(parser, where, field);
        case "timestamp" -> timestamp = Timestamps.read(parser);
        case "message" -> message = text(parser, where, field);
        default -> parser.skipChildren();
      }
    }
    if (message == null) {
      throw new IntakeException(400, where + ": logEvents[" + index + "] has no message");
    }
    return new LogEvent(id, timestamp == null ? clock.instant() : timestamp, message);
  }

  private static String text(JsonParser parser, String where, String field) throws IOException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw new IntakeException(400, where + ": " + field + " is not a string");
    }
    return parser.getText();
  }

  private static void requireName(String name, String where, String field) {
    if (name == null || name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IntakeException(
          400,
          where + ": " + field + " is missing, or longer than " + LONGEST_NAME + " characters");
    }
  }
}
