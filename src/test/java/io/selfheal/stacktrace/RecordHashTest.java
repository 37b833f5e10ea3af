package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.selfheal.dedup.Fingerprints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tells repeated records without reading them says the same as reading them. */
class RecordHashTest {
  private static final List<String> TRACES = HostileTextTest.traces();

  private static final String NODE =
      "{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"requestId\":\"r-1\",\"message\":{\"errorType\":\"TypeError\","
          + "\"errorMessage\":\"order 1 has no items\",\"stackTrace\":[\"TypeError: order 1 has no items\","
          + "\"    at find (/app/orders.js:3:5)\"]}}";
  private static final String JAVA =
      "{\"@timestamp\":\"t1\",\"message\":\"not \\\"made\\\"\",\"level_value\":40000,\"error\":null,\"stack_trace\":"
          + "\"shop.OrderException: order 1\\n\\tat shop.Orders.find(Orders.java:12)\\nCaused by: shop.DbException: gone"
          + "\\n\\tat shop.Db.read(Db.java:3)\\n\"}";

  /** What makes a parser look twice. */
  private static final List<String> WORDS =
      List.of(
          "7",
          "order",
          "r-1",
          "it's",
          "Error",
          "shop.DbException",
          "DbException: x",
          "thread 'main' panicked at src",
          "panicked at 'x', a.rs:1:2",
          "thread 'main' panicked at 'x",
          "thread 'main' has overflowed its stack",
          "panic: x",
          "goroutine 1 [running]:",
          "at",
          "at f (a.js:1:2)",
          "at a.B.c(D.java:1)",
          "in f",
          "File \"a.py\", line 1, in f",
          "Traceback (most recent call last):",
          "Caused by: a.BError: c",
          "Uncaught",
          "PHP Fatal error:  Uncaught X: y",
          "/a.rb:1:in `x'",
          "---> A.BException: c",
          "... 7 more",
          "[cause]",
          "{",
          "\n",
          "\r\n",
          "\t",
          "\n\tat a.B.c(D.java:1)",
          "\n    at f (/a.js:1:2)",
          "\n\t/src/a.go:3 +0x1",
          "\n  File \"/a.py\", line 1, in f\n    raise Foo",
          "\nKeyError: 'x'",
          "raise",
          "\u2028",
          "\\",
          "\\n",
          "\"",
          "'",
          ",",
          "");

  private final StackTraces traces = new StackTraces();
  private final Fingerprints fingerprints = new Fingerprints();

  /** By the hash of a record, across all tries. */
  private final Map<List<Long>, String> known = new HashMap<>();

  private int repeats;

  @Property(tries = 6_000)
  void equalHashesHaveEqualFingerprints(@ForAll long seed) {
    String stack = TRACES.get(new Random(seed).nextInt(TRACES.size()));
    // The same places with other content, so that one is a repeat of the other now and then.
    for (int i = 0; i < 4; i++) {
      Random places = new Random(seed);
      places.nextInt();
      check(record(stack, places, new Random(seed + i)));
    }
  }

  @Test
  void repeatsOfTheCorpusHaveOneHash() {
    for (String trace : TRACES) {
      for (int shape = 0; shape < 5; shape++) {
        check(json(fields(shape, "KeyError", "no 1", trace, "r-1")));
        check(json(fields(shape, "KeyError", "no 2", trace, "r-2")));
      }
    }
    assertThat(repeats).isGreaterThanOrEqualTo(TRACES.size() * 2);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "order 1|order 2 of Jane",
        "r-1|r-2",
        "2026-01-01T00:00:00.000Z|2027-01-01T00:00:00.000Z",
      })
  void messagesAndIdsDoNotCount(String part, String other) {
    assertThat(NODE).contains(part);
    assertThat(hash(NODE.replace(part, other))).isEqualTo(hash(NODE));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "order 1|order 2",
        "gone|not there",
        "not|never \\\\ ever",
        "t1|t2",
        "40000|41000.5",
      })
  void messagesOfCausesDoNotCount(String part, String other) {
    assertThat(JAVA).contains(part);
    assertThat(hash(JAVA.replace(part, other))).isEqualTo(hash(JAVA));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "OrderException|OtherException",
        "DbException|OtherException",
        "Orders.java:12|Orders.java:13",
        "Orders.find|Orders.all",
        "order 1|order: 1",
        "order 1|thread 'main' panicked at 'x",
        "gone|gone (x)",
        "gone|gone\\n\\tat shop.Db.open(Db.java:9)",
        "gone|gone\\u000a\\tat shop.Db.open(Db.java:9)",
        "gone|",
        "t1|t1\\n",
        "t1|t\\u0031",
        "40000|0040000",
        "40000|4-0",
        "40000|{}",
        "40000|\"x\"",
        "stack_trace|stack",
        "null|\"x\"",
        "@timestamp|time",
      })
  void everythingElseCounts(String part, String other) {
    assertThat(JAVA).contains(part);
    String changed =
        JAVA.replaceFirst(
            Pattern.quote(part), Matcher.quoteReplacement(other == null ? "" : other));
    assertThat(hash(changed)).isNotEqualTo(hash(JAVA));
  }

  @Test
  void typesThatLookLikeMessagesCount() {
    String record =
        "{\"error.type\":\"AError: %s\",\"stack\":\"    at find (/app/orders.js:3:5)\\n\"}";

    assertThat(hash(record.formatted("a"))).isNotEqualTo(hash(record.formatted("b")));
  }

  @Test
  void whatStandsInListedErrorsCounts() {
    String record =
        "{\"exception\":[{\"exc_type\":\"%s\",\"exc_value\":\"x\",\"frames\":[{\"lineno\":%d}]}]}";

    assertThat(hash(record.formatted("AError: a", 1)))
        .isNotEqualTo(hash(record.formatted("AError: b", 1)))
        .isNotEqualTo(hash(record.formatted("AError: a", 2)));
  }

  @Test
  void namesWithEscapesHaveNone() {
    assertThat(hash("{\"\\u0073tack\":\"Error: x\"}")).isNull();
  }

  private String record(String stack, Random places, Random content) {
    String type =
        List.of("KeyError", "shop.OrderException", "java.lang.IllegalStateException")
            .get(places.nextInt(3));
    String message = words(content);
    String trace = stack;
    if (places.nextBoolean()) {
      // Java's, Python's and JavaScript's begin or end so.
      trace =
          type
              + ": "
              + (places.nextBoolean() ? message : words(content))
              + "\n"
              + (places.nextBoolean() ? frames(stack) : stack);
    }
    if (places.nextInt(3) == 0) {
      trace +=
          "\nCaused by: shop.DbException: " + words(content) + "\n\tat shop.Db.read(Db.java:3)\n";
    }
    List<String> fields =
        fields(places.nextInt(5), type, message, trace, "r-" + content.nextInt(3));
    if (places.nextInt(4) == 0) {
      fields.add(
          places.nextInt(fields.size() + 1),
          List.of(
                  "\"error\":null",
                  "\"error\":\"x\"",
                  "\"name\":\"shop\"",
                  "\"level\":50",
                  "\"reason\":{\"a\":1}")
              .get(places.nextInt(5)));
    }
    if (places.nextInt(4) == 0) {
      Collections.shuffle(fields, content.nextInt(4) == 0 ? content : places);
    }
    StringBuilder text = new StringBuilder(json(fields));
    if (places.nextInt(3) == 0) {
      int at = text.indexOf("\\n");
      if (at >= 0 && content.nextInt(3) == 0) {
        text.replace(at, at + 2, "\\u000a");
      }
    }
    if (places.nextInt(3) == 0) {
      HostileTextTest.mutate(text, places);
    }
    if (places.nextInt(6) == 0) {
      HostileTextTest.mutate(text, content);
    }
    return text.toString().replace("\n", "").replace("\r", "");
  }

  private static String words(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(
          random.nextInt(3) == 0
              ? WORDS.get(random.nextInt(WORDS.size()))
              : WORDS.get(random.nextInt(5)));
      text.append(i > 0 ? " " : "");
    }
    return text.toString();
  }

  private static String frames(String trace) {
    StringBuilder frames = new StringBuilder();
    trace
        .lines()
        .filter(line -> TraceText.indent(line) > 0)
        .forEach(line -> frames.append(line).append('\n'));
    return frames.toString();
  }

  private static List<String> fields(
      int shape, String type, String message, String trace, String request) {
    List<String> fields = new ArrayList<>();
    fields.add("\"time\":" + (1767225600000L + message.length()));
    fields.add(field("requestId", request));
    switch (shape) {
      case 0 -> {
        fields.add(field("errorMessage", message));
        fields.add(field("errorType", type));
        fields.add(
            "\"stackTrace\":["
                + String.join(",", trace.lines().map(RecordHashTest::quoted).toList())
                + "]");
      }
      case 1 -> {
        fields.add(field("message", message));
        fields.add(field("stack_trace", trace));
      }
      case 2 -> {
        fields.add(field("error.type", type));
        fields.add(field("error.message", message));
        fields.add(field("error.stack_trace", trace));
      }
      case 3 ->
          fields.add(
              "\"err\":{"
                  + field("type", type)
                  + ","
                  + field("message", message)
                  + ","
                  + field("stack", trace)
                  + "}");
      default -> fields.add(field("message", trace));
    }
    return fields;
  }

  private static String field(String name, String value) {
    return quoted(name) + ":" + quoted(value);
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  private static String json(List<String> fields) {
    return "{" + String.join(",", fields) + "}";
  }

  private void check(String record) {
    StructuredLog structured = traces.structured();
    if (!structured.mayHold(record)) {
      return;
    }
    List<Long> hash = hash(record);
    TraceLines lines = structured.find(record, null, 1);
    String fingerprint = lines == null ? null : fingerprint(lines);
    if (hash != null && known.containsKey(hash)) {
      repeats++;
      assertThat(fingerprint).as(record).isEqualTo(known.get(hash));
    } else if (hash != null
        && lines != null
        && lines.identity().isPresent()
        && !Fingerprints.dependsOnMessages(lines.read().trace())) {
      known.put(hash, fingerprint);
    }
  }

  private String fingerprint(TraceLines lines) {
    return fingerprints.of(lines.read().trace()).value();
  }

  private List<Long> hash(String record) {
    TextHash hash = traces.structured().hash(record);
    return hash == null ? null : List.of(hash.high(), hash.low());
  }
}
