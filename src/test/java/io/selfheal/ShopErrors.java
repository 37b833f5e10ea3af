package io.selfheal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Errors of the demo's shop as AWS Lambda's Python runtime logs them, and the payloads that carry
 * them.
 */
public final class ShopErrors {
  private ShopErrors() {}

  /** A product that left the catalogue is ordered. */
  public static String withdrawnProduct() {
    return """
        [ERROR] AttributeError: 'NoneType' object has no attribute 'price'
        Traceback (most recent call last):
          File "/var/task/shop/service.py", line 19, in handle
            order = place_order(json.loads(body))
          File "/var/task/shop/orders.py", line 31, in place_order
            return Order(customer, lines, pricing.quote(lines, body.get("voucher")))
          File "/var/task/shop/pricing.py", line 39, in quote
            goods = sum((line_total(line) for line in lines), Decimal("0.00"))
          File "/var/task/shop/pricing.py", line 39, in <genexpr>
            goods = sum((line_total(line) for line in lines), Decimal("0.00"))
          File "/var/task/shop/pricing.py", line 46, in line_total
            price = line.product.price * line.quantity""";
  }

  /** The same, seen by another request: ids, times and addresses differ. */
  public static String withdrawnProduct(int request) {
    return withdrawnProduct()
        .replace(
            "object has no attribute 'price'",
            "object has no attribute 'price' <Line object at 0x7f%08x> request %08x-1f3c-4f6e-9d5a-0242ac12%04x at 2026-03-01T10:%02d:%02dZ"
                .formatted(
                    request * 7919,
                    request * 104_729,
                    request & 0xffff,
                    request / 60 % 60,
                    request % 60));
  }

  /** The body of a request is JSON's null. */
  public static String nullBody() {
    return """
        [ERROR] AttributeError: 'NoneType' object has no attribute 'get'
        Traceback (most recent call last):
          File "/var/task/shop/service.py", line 19, in handle
            order = place_order(json.loads(body))
          File "/var/task/shop/orders.py", line 27, in place_order
            customer = body.get("customer")""";
  }

  public static final String NULL_BODY_PROPOSAL =
      """
      {"verdict": "fix",
       "root_cause": "place_order() asks the body for its customer although JSON's null is a valid body.",
       "title": "Refuse an order that is null",
       "description": "A body that is no object is refused like any other order that cannot be taken.",
       "edits": [{"path": "shop/orders.py",
                  "search": "    customer = body.get(\\"customer\\")\\n",
                  "replace": "    if body is None:\\n        raise InvalidOrder(\\"the order is missing\\")\\n    customer = body.get(\\"customer\\")\\n"}]}""";

  /** Lambda's event of a CloudWatch Logs subscription. */
  public static byte[] lambdaEvent(String logGroup, List<String> messages) {
    List<String> events = new ArrayList<>();
    for (String message : messages) {
      events.add(
          "{\"id\":\"%d\",\"timestamp\":1772359200000,\"message\":%s}"
              .formatted(System.nanoTime(), json(message)));
    }
    String payload =
        "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111111111111\",\"logGroup\":\"%s\",\"logStream\":\"2026/03/01/[$LATEST]0f\",\"subscriptionFilters\":[\"selfheal\"],\"logEvents\":[%s]}"
            .formatted(logGroup, String.join(",", events));
    return "{\"awslogs\":{\"data\":\"%s\"}}"
        .formatted(Base64.getEncoder().encodeToString(gzip(payload)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String json(String text) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
