package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads a JSON string of base64. */
final class Base64Data {
  private Base64Data() {}

  /** Decodes straight from the parser's input, without a string in between. */
  static byte[] read(JsonParser parser, String where) throws IOException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw new IntakeException(400, where + " is not a string");
    }
    try {
      return parser.getBinaryValue();
    } catch (JsonProcessingException e) {
      throw new IntakeException(400, where + " is not base64");
    }
  }
}
