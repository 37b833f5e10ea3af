package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/**
 * Decodes the event that a CloudWatch Logs subscription hands to a Lambda function: {@code
 * {"awslogs": {"data": "<base64 of gzipped JSON>"}}}.
 */
public final class DecodeSubscription {
  private final ApplicationRouter router;
  private final Clock clock;

  public DecodeSubscription(ApplicationRouter router, Clock clock) {
    this.router = router;
    this.clock = clock;
  }

  /**
   * @throws IntakeException 400, 404 or 413; then nothing of the event is taken
   */
  public ReceivedLogs decode(@Body byte[] body, Exchange exchange) {
    SubscriptionReader reader =
        new SubscriptionReader(router, clock, more -> IntakeMemory.grow(exchange, more));
    try (JsonParser parser = SubscriptionReader.JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IntakeException(400, "the body is not a JSON object");
      }
      byte[] data = null;
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        parser.nextToken();
        if (field.equals("awslogs") && parser.hasToken(JsonToken.START_OBJECT)) {
          data = readAwslogs(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new IntakeException(400, "something follows the JSON object");
      }
      if (data == null) {
        throw new IntakeException(400, "awslogs.data is missing");
      }
      reader.add(data, "awslogs.data");
    } catch (JsonProcessingException e) {
      throw SubscriptionReader.invalidJson("the body", e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    return reader.received();
  }

  private static byte[] readAwslogs(JsonParser parser) throws IOException {
    byte[] data = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      parser.nextToken();
      if (field.equals("data")) {
        data = Base64Data.read(parser, "awslogs.data");
      } else {
        parser.skipChildren();
      }
    }
    return data;
  }
}
