package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Reads the time of an event; a time that makes no sense is no time, and never a reason to refuse
 * the event.
 */
final class Timestamps {
  private static final long LAST_MILLIS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

  /** Up to here a number counts seconds: as milliseconds it would be a day of 1973. */
  private static final double LAST_SECONDS = 1e11;

  private Timestamps() {}

  /**
   * Reads the value that the parser stands on: milliseconds or seconds since 1970, or ISO-8601 text
   * with an offset.
   *
   * @return null if the value is no such time
   */
  static Instant read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    switch (token) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
        return ofNumber(parser);
      case VALUE_STRING:
        return ofText(parser.getText());
      default:
        parser.skipChildren();
        return null;
    }
  }

  private static Instant ofNumber(JsonParser parser) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.LONG) {
      long millis = parser.getLongValue();
      if (millis > LAST_SECONDS && millis <= LAST_MILLIS) {
        return Instant.ofEpochMilli(millis);
      }
    }
    double number = parser.getDoubleValue();
    double millis = number <= LAST_SECONDS ? number * 1000 : number;
    return millis > 0 && millis <= LAST_MILLIS ? Instant.ofEpochMilli(Math.round(millis)) : null;
  }

  private static Instant ofText(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
