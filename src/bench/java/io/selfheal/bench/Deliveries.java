package io.selfheal.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * Deliveries as CloudWatch Logs makes them, full of errors: each occurrence with another request id
 * and another value in its message, as repeats have in real logs.
 */
public final class Deliveries {
  private static final int RECORDS = 10;
  private static final int ERRORS_PER_RECORD = 20;
  private static final int LEAST_DELIVERIES = 12;

  /** How an application logs a stack trace. */
  public enum Shape {
    /** Python, all of it in one event, about 1,200 characters, as AWS Lambda prints it. */
    TRACE_PER_EVENT,
    /** Java, all of it in one event, with a cause, as a logger prints it. */
    JAVA_TRACE_PER_EVENT,
    /** JavaScript, all of it in one event, as {@code console.error} prints it on AWS Lambda. */
    NODE_TRACE_PER_EVENT,
    /** Python, one event for each of its lines, as a container's output becomes. */
    LINE_PER_EVENT,
    /** Python, as AWS Lambda's JSON log format has it: the frames in an array. */
    LAMBDA_JSON_PER_EVENT,
    /** JavaScript in that format: an object in {@code message}. */
    NODE_LAMBDA_JSON_PER_EVENT,
    /** Java, a record of Logback's JSON encoders: the trace in {@code stack_trace}. */
    LOGBACK_JSON_PER_EVENT,
    /** Java, a record of the Elastic Common Schema: type, message and trace in three fields. */
    ECS_JSON_PER_EVENT,
    /** Go, a panic that {@code net/http} recovered, all of it in one event. */
    GO_TRACE_PER_EVENT,
    /** The same, one event for each of its lines. */
    GO_LINE_PER_EVENT,
    /** Ruby, all of it in one event. */
    RUBY_TRACE_PER_EVENT
  }

  /** What sends them. */
  public enum Sender {
    /** Data Firehose: ten records in a request. */
    FIREHOSE,
    /** A subscription's event for Lambda: one record. */
    SUBSCRIPTION
  }

  /**
   * All deliveries of one kind; every error occurs in them.
   *
   * @param bodies the request bodies
   * @param events log events in all of them
   * @param messageCharacters characters in the messages of all events
   */
  record Stream(List<byte[]> bodies, long events, long messageCharacters) {
    double eventsPerDelivery() {
      return (double) events / bodies.size();
    }
  }

  private final Shape shape;
  private final int distinct;
  private final Random random = new Random(20260101);
  private final JsonFactory json = new JsonFactory();
  private int next;
  private long events;
  private long characters;

  private Deliveries(Shape shape, int distinct) {
    this.shape = shape;
    this.distinct = distinct;
  }

  /**
   * @param distinct how many different errors take turns
   */
  static Stream of(Sender sender, Shape shape, int distinct) throws IOException {
    Deliveries deliveries = new Deliveries(shape, distinct);
    List<byte[]> bodies = new ArrayList<>();
    while (bodies.size() < LEAST_DELIVERIES || deliveries.next < distinct) {
      bodies.add(
          sender == Sender.FIREHOSE
              ? deliveries.firehoseRequest()
              : deliveries.subscriptionEvent());
    }
    return new Stream(bodies, deliveries.events, deliveries.characters);
  }

  private byte[] firehoseRequest() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator generator = json.createGenerator(body)) {
      generator.writeStartObject();
      generator.writeStringField("requestId", id().toString());
      generator.writeNumberField("timestamp", 1_767_225_600_000L);
      generator.writeArrayFieldStart("records");
      for (int i = 0; i < RECORDS; i++) {
        generator.writeStartObject();
        generator.writeStringField("data", Base64.getEncoder().encodeToString(record()));
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return body.toByteArray();
  }

  private byte[] subscriptionEvent() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator generator = json.createGenerator(body)) {
      generator.writeStartObject();
      generator.writeObjectFieldStart("awslogs");
      generator.writeStringField("data", Base64.getEncoder().encodeToString(record()));
      generator.writeEndObject();
      generator.writeEndObject();
    }
    return body.toByteArray();
  }

  private byte[] record() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = json.createGenerator(new GZIPOutputStream(bytes))) {
      generator.writeStartObject();
      generator.writeStringField("messageType", "DATA_MESSAGE");
      generator.writeStringField("owner", "123456789012");
      generator.writeStringField("logGroup", "/aws/lambda/shop");
      generator.writeStringField("logStream", "2026/01/01/[$LATEST]" + random.nextInt(8));
      generator.writeArrayFieldStart("subscriptionFilters");
      generator.writeString("selfheal");
      generator.writeEndArray();
      generator.writeArrayFieldStart("logEvents");
      for (int i = 0; i < ERRORS_PER_RECORD; i++) {
        writeError(generator, next++ % distinct);
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private void writeError(JsonGenerator generator, int error) throws IOException {
    UUID request = id();
    switch (shape) {
      case TRACE_PER_EVENT -> {
        // The error comes first, and no-break spaces indent, so that the console keeps the lines
        // together.
        String trace = String.join("\n", frames(error)).replace("  ", "\u00a0\u00a0");
        writeEvent(
            generator, "[ERROR] " + keyError() + "\nTraceback (most recent call last):\n" + trace);
      }
      case JAVA_TRACE_PER_EVENT ->
          writeEvent(
              generator,
              "2026-01-01 00:00:00.000 ERROR [http-1] "
                  + request
                  + " shop.Orders - Could not create\n"
                  + javaTrace(noItems(), request, error));
      case NODE_TRACE_PER_EVENT ->
          writeEvent(
              generator,
              "2026-01-01T00:00:00.000Z\t"
                  + request
                  + "\tERROR\t"
                  + String.join("\n", nodeTrace(noItems(), error)));
      case LINE_PER_EVENT -> {
        writeEvent(
            generator,
            "[ERROR] 2026-01-01T00:00:00.000Z " + request + " Could not handle the event");
        writeEvent(generator, "Traceback (most recent call last):");
        for (String line : frames(error)) {
          writeEvent(generator, line);
        }
        writeEvent(generator, keyError());
        // A line of the next request tells that the trace is over.
        writeEvent(generator, "INFO order service: finished request " + request);
      }
      case LAMBDA_JSON_PER_EVENT -> writeEvent(generator, lambdaJson(request, error));
      case NODE_LAMBDA_JSON_PER_EVENT -> writeEvent(generator, nodeLambdaJson(request, error));
      case LOGBACK_JSON_PER_EVENT -> writeEvent(generator, logbackJson(request, error));
      case ECS_JSON_PER_EVENT -> writeEvent(generator, ecsJson(request, error));
      case GO_TRACE_PER_EVENT -> writeEvent(generator, String.join("\n", goTrace(error)));
      case GO_LINE_PER_EVENT -> {
        for (String line : goTrace(error)) {
          writeEvent(generator, line);
        }
        writeEvent(generator, "2026/01/01 00:00:00 finished request " + request);
      }
      case RUBY_TRACE_PER_EVENT -> writeEvent(generator, rubyTrace(error));
    }
  }

  private String keyError() {
    return "KeyError: 'order_items of order " + random.nextInt(1_000_000) + "'";
  }

  private String noItems() {
    return "order " + random.nextInt(1_000_000) + " has no items";
  }

  private void writeEvent(JsonGenerator generator, String message) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("id", "3" + Long.toString(random.nextLong(1L << 60)).repeat(3));
    generator.writeNumberField("timestamp", 1_767_225_600_000L + events);
    generator.writeStringField("message", message);
    generator.writeEndObject();
    events++;
    characters += message.length();
  }

  private static String javaTrace(String message, UUID request, int error) {
    return String.join(
        "\n",
        "shop.orders.OrderException: " + message,
        "\tat shop.orders.OrderService.create(OrderService.java:88)",
        "\tat shop.orders.Builder" + error + ".build(Builder" + error + ".java:41)",
        "\tat shop.orders.OrderController.post(OrderController.java:33)",
        "\tat java.base/java.lang.reflect.Method.invoke(Method.java:568)",
        "\tat org.springframework.web.method.InvocableHandler.invoke(InvocableHandler.java:205)",
        "\tat org.springframework.web.servlet.DispatcherServlet.doService(DispatcherServlet.java:9)",
        "\tat jakarta.servlet.http.HttpServlet.service(HttpServlet.java:590)",
        "\tat org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:2)",
        "\tat java.base/java.lang.Thread.run(Thread.java:840)",
        "Caused by: java.util.NoSuchElementException: No value for " + request,
        "\tat java.base/java.util.Optional.orElseThrow(Optional.java:377)",
        "\tat shop.orders.ItemReader.read(ItemReader.java:17)",
        "\tat shop.orders.OrderService.create(OrderService.java:86)",
        "\t... 7 more");
  }

  private static List<String> nodeTrace(String message, int error) {
    return List.of(
        "TypeError: " + message,
        "    at validated (/var/task/dist/services/validation.js:120:11)",
        "    at itemsOf" + error + " (/var/task/dist/services/part" + error + ".js:17:10)",
        "    at OrderBuilder.build (/var/task/dist/services/builder.js:41:24)",
        "    at OrderService.create (/var/task/dist/services/orders.js:88:30)",
        "    at async decorate (/var/task/dist/middleware/tracing.js:312:18)",
        "    at async handler (/var/task/dist/handlers/create-order.js:33:20)",
        "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)");
  }

  private String lambdaJson(UUID request, int error) throws IOException {
    List<String> lines = frames(error);
    return object(
        generator -> {
          generator.writeStringField("timestamp", "2026-01-01T00:00:00Z");
          generator.writeStringField("log_level", "ERROR");
          generator.writeStringField(
              "errorMessage", "'order_items of order " + random.nextInt(1_000_000) + "'");
          generator.writeStringField("errorType", "KeyError");
          generator.writeStringField("requestId", request.toString());
          generator.writeArrayFieldStart("stackTrace");
          for (int i = 0; i < lines.size(); i += 2) {
            generator.writeString(lines.get(i) + "\n" + lines.get(i + 1) + "\n");
          }
          generator.writeEndArray();
        });
  }

  private String nodeLambdaJson(UUID request, int error) throws IOException {
    String message = noItems();
    return object(
        generator -> {
          generator.writeStringField("timestamp", "2026-01-01T00:00:00.000Z");
          generator.writeStringField("level", "ERROR");
          generator.writeStringField("requestId", request.toString());
          generator.writeObjectFieldStart("message");
          generator.writeStringField("errorType", "TypeError");
          generator.writeStringField("errorMessage", message);
          generator.writeArrayFieldStart("stackTrace");
          for (String line : nodeTrace(message, error)) {
            generator.writeString(line);
          }
          generator.writeEndArray();
          generator.writeEndObject();
        });
  }

  private String logbackJson(UUID request, int error) throws IOException {
    return object(
        generator -> {
          generator.writeStringField("@timestamp", "2026-01-01T00:00:00.000Z");
          generator.writeStringField("@version", "1");
          generator.writeStringField("message", "Could not create the order of " + request);
          generator.writeStringField("logger_name", "shop.orders.OrderController");
          generator.writeStringField("thread_name", "http-" + random.nextInt(200));
          generator.writeStringField("level", "ERROR");
          generator.writeNumberField("level_value", 40000);
          generator.writeStringField("stack_trace", javaTrace(noItems(), request, error) + "\n");
          generator.writeStringField("requestId", request.toString());
        });
  }

  private String ecsJson(UUID request, int error) throws IOException {
    String message = noItems();
    return object(
        generator -> {
          generator.writeStringField("@timestamp", "2026-01-01T00:00:00.000Z");
          generator.writeStringField("log.level", "ERROR");
          generator.writeStringField("message", "Could not create the order of " + request);
          generator.writeStringField("ecs.version", "1.2.0");
          generator.writeStringField("service.name", "shop");
          generator.writeStringField("process.thread.name", "http-" + random.nextInt(200));
          generator.writeStringField("log.logger", "shop.orders.OrderController");
          generator.writeStringField("trace.id", request.toString().replace("-", ""));
          generator.writeStringField("error.type", "shop.orders.OrderException");
          generator.writeStringField("error.message", message);
          generator.writeStringField(
              "error.stack_trace", javaTrace(message, request, error) + "\n");
        });
  }

  /** The fields of one JSON object. */
  private interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  private String object(Fields fields) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(text)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    }
    return text.toString();
  }

  /** Arguments are other addresses each time. */
  private List<String> goTrace(int error) {
    String context = "0xc%09x".formatted(random.nextInt(1 << 30));
    return List.of(
        "2026/01/01 00:00:00 http: panic serving 10.0.0.7:"
            + (1024 + random.nextInt(60_000))
            + ": runtime error: invalid memory address or nil pointer dereference",
        "goroutine " + random.nextInt(100_000) + " [running]:",
        "net/http.(*conn).serve.func1()",
        "\t/usr/lib/go-1.19/src/net/http/server.go:1850 +0xbf",
        "panic({0x67a360, 0x8b9090})",
        "\t/usr/lib/go-1.19/src/runtime/panic.go:890 +0x262",
        "shop/orders.itemsOf" + error + "({0x73ade8, " + context + "}, 0x7f9bed1acf38?)",
        "\t/src/shop/orders/part" + error + ".go:17 +0x20",
        "shop/orders.(*Builder).Build(" + context + ", {0x73ade8, " + context + "})",
        "\t/src/shop/orders/builder.go:41 +0x118",
        "shop/handlers.CreateOrder({0x73ade8, " + context + "}, 0x7f9bed1acf38?)",
        "\t/src/shop/handlers/create_order.go:33 +0x20",
        "net/http.HandlerFunc.ServeHTTP(0x0?, {0x73ade8?, " + context + "?}, 0x46380e?)",
        "\t/usr/lib/go-1.19/src/net/http/server.go:2109 +0x2f",
        "net/http.serverHandler.ServeHTTP({" + context + "?}, {0x73ade8, " + context + "}, 0x7)",
        "\t/usr/lib/go-1.19/src/net/http/server.go:2947 +0x30c",
        "net/http.(*conn).serve(" + context + ", {0x73b1c0, " + context + "})",
        "\t/usr/lib/go-1.19/src/net/http/server.go:1991 +0x607",
        "created by net/http.(*Server).Serve",
        "\t/usr/lib/go-1.19/src/net/http/server.go:3102 +0x4db");
  }

  private String rubyTrace(int error) {
    return String.join(
        "\n",
        "/srv/shop/lib/validation.rb:120:in `validated': " + noItems() + " (Shop::OrderError)",
        "\tfrom /srv/shop/lib/part" + error + ".rb:17:in `items_of_" + error + "'",
        "\tfrom /srv/shop/lib/builder.rb:41:in `block in build'",
        "\tfrom /srv/shop/lib/builder.rb:41:in `each'",
        "\tfrom /srv/shop/lib/builder.rb:41:in `build'",
        "\tfrom /srv/shop/lib/orders.rb:88:in `create'",
        "\tfrom /srv/shop/lib/tracing.rb:312:in `decorate'",
        "\tfrom /srv/shop/handlers/create_order.rb:33:in `call'",
        "\tfrom /usr/lib/ruby/gems/3.1.0/gems/rack-2.2.4/lib/rack/head.rb:12:in `call'",
        "\tfrom /usr/lib/ruby/gems/3.1.0/gems/puma-5.6.5/lib/puma/server.rb:443:in `process_client'",
        "\tfrom /srv/shop/bin/shop:9:in `<main>'");
  }

  private static List<String> frames(int error) {
    List<String> lines = new ArrayList<>();
    frame(
        lines,
        "handlers/create_order.py",
        33,
        "handler",
        "return service.create(parse(event), context)");
    frame(
        lines,
        "middleware/tracing.py",
        312,
        "decorate",
        "response = handler(event, context, **options)");
    frame(
        lines,
        "services/orders.py",
        88,
        "create",
        "order = self.builder.build(request, currency=request.currency)");
    frame(
        lines,
        "services/builder.py",
        41,
        "build",
        "lines = [self.line(item) for item in items_of(request)]");
    frame(
        lines,
        "services/part_" + error + ".py",
        17,
        "items_of_" + error,
        "return validated(request.payload, schema=ITEMS)");
    frame(
        lines,
        "services/validation.py",
        120,
        "validated",
        "return schema.read(payload, strict=True, path=[])");
    frame(
        lines,
        "services/schema.py",
        64,
        "read",
        "return {key: reader(payload[key]) for key, reader in self.readers.items()}");
    frame(
        lines,
        "services/schema.py",
        64,
        "<dictcomp>",
        "return {key: reader(payload[key]) for key, reader in self.readers.items()}");
    return lines;
  }

  private static void frame(
      List<String> lines, String file, int line, String function, String source) {
    lines.add("  File \"/var/task/" + file + "\", line " + line + ", in " + function);
    lines.add("    " + source);
  }

  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
