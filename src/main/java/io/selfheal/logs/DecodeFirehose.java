package io.selfheal.logs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/**
 * Decodes a delivery of Data Firehose to an HTTP endpoint, whose records come from a CloudWatch
 * Logs subscription.
 *
 * <p>Format: <a
 * href="https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html">HTTP
 * endpoint delivery request</a>. All records are decoded before anything is handed on.
 */
public final class DecodeFirehose {
  private final ApplicationRouter router;
  private final Clock clock;

  public DecodeFirehose(ApplicationRouter router, Clock clock) {
    this.router = router;
    this.clock = clock;
  }

  /**
   * @param body the JSON request of Firehose
   * @param exchange gets the request's id, for the answer, as soon as it is known
   * @throws IntakeException 400, 404 or 413; then nothing of the delivery is taken
   */
  public ReceivedLogs decode(@Body byte[] body, Exchange exchange) {
    SubscriptionReader reader =
        new SubscriptionReader(router, clock, more -> IntakeMemory.grow(exchange, more));
    try (JsonParser parser = SubscriptionReader.JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IntakeException(400, "the body is not a JSON object");
      }
      boolean found = false;
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        parser.nextToken();
        if (field.equals("requestId") && parser.hasToken(JsonToken.VALUE_STRING)) {
          exchange.setProperty(ReadRequest.REQUEST_ID, parser.getText());
        } else if (field.equals("records")) {
          readRecords(parser, reader);
          found = true;
        } else {
          parser.skipChildren();
        }
      }
      if (!found) {
        throw new IntakeException(400, "records is missing");
      }
      if (parser.nextToken() != null) {
        throw new IntakeException(400, "something follows the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw SubscriptionReader.invalidJson("the body", e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    return reader.received();
  }

  private static void readRecords(JsonParser parser, SubscriptionReader reader) throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      throw new IntakeException(400, "records is not an array");
    }
    int index = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      String where = "records[" + index++ + "]";
      if (token != JsonToken.START_OBJECT) {
        throw new IntakeException(400, where + " is not an object");
      }
      byte[] data = null;
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        parser.nextToken();
        if (field.equals("data")) {
          data = Base64Data.read(parser, where + ".data");
        } else {
          parser.skipChildren();
        }
      }
      if (data == null) {
        throw new IntakeException(400, where + ".data is missing");
      }
      reader.add(data, where);
    }
  }
}
