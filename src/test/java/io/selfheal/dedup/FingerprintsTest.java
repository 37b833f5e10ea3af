package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FingerprintsTest {
  private static final String PYTHON =
      """
      Traceback (most recent call last):
        File "/var/task/handlers/api.py", line 9, in handle
          return total(order)
        File "/var/task/shop/orders.py", line 22, in total
          return order["total"]
      KeyError: 'total'
      """;

  private final Fingerprints fingerprints = new Fingerprints();

  @Test
  void isTheMd5OfItsComponents() throws Exception {
    Fingerprint fingerprint = fingerprints.of(parse(PYTHON));

    byte[] hash =
        MessageDigest.getInstance("MD5")
            .digest(String.join("\n", fingerprint.components()).getBytes(StandardCharsets.UTF_8));
    assertThat(fingerprint.value()).isEqualTo(HexFormat.of().formatHex(hash));
    assertThat(fingerprint.version()).isEqualTo(1);
    assertThat(fingerprint.components())
        .containsExactly(
            "language: python",
            "type: KeyError",
            "frame: api.py in handle | return total(order)",
            "frame: orders.py in total | return order[\"total\"]");
  }

  static Stream<Arguments> harmlessChanges() {
    return Stream.of(
        arguments("line 22", "line 2200"),
        arguments("/var/task/", "/srv/releases/20260102030405/"),
        arguments("/var/task/", "C:\\shop\\"),
        arguments("KeyError: 'total'", "KeyError: 'sum'"),
        arguments("KeyError", "shop.errors.KeyError"),
        arguments("[\"total\"]\n", "[\"total\"]\n           ~~~~~^^^^^^^^^\n"));
  }

  @ParameterizedTest
  @MethodSource("harmlessChanges")
  void staysTheSameWith(String before, String after) {
    String other = PYTHON.replace(before, after);

    assertThat(other).isNotEqualTo(PYTHON);
    assertThat(value(other)).isEqualTo(value(PYTHON));
  }

  @ParameterizedTest
  @CsvSource({
    "KeyError, IndexError",
    "in total, in sum",
    "order[, basket[",
    "orders.py, baskets.py"
  })
  void changesWith(String before, String after) {
    assertThat(value(PYTHON.replace(before, after))).isNotEqualTo(value(PYTHON));
  }

  @Test
  void leavesOutLibraryFramesAndTheScriptThatStarted() {
    String other =
        PYTHON.replace(
            "  File \"/var/task/handlers",
            "  File \"/var/task/run.py\", line 3, in <module>\n    main()\n"
                + "  File \"/usr/lib/python3.11/site-packages/flask/app.py\", line 3, in wsgi\n    call()\n"
                + "  File \"/var/task/handlers");

    assertThat(value(other)).isEqualTo(value(PYTHON));
  }

  @Test
  void countsRecursionOnce() {
    StringBuilder trace = new StringBuilder("Traceback (most recent call last):\n");
    String a = "  File \"/app/tree.py\", line 1, in walk\n    visit(n)\n";
    String b = "  File \"/app/tree.py\", line 5, in visit\n    walk(n)\n";
    String shortOne = trace + (a + b).repeat(3) + "ValueError: x\n";
    String longOne = trace + (a + b).repeat(30) + "ValueError: x\n";
    String overflow =
        trace + (a + b).repeat(30) + "RecursionError: maximum recursion depth exceeded\n";
    String overflowElsewhere = trace + b + (a + b).repeat(29) + a + "RecursionError: maximum\n";

    assertThat(value(longOne)).isEqualTo(value(shortOne));
    assertThat(value(overflowElsewhere)).isEqualTo(value(overflow));
  }

  @Test
  void tellsErrorsWithoutFramesApartByTheirMessage() {
    assertThat(value("[ERROR] KeyError: '122108'")).isEqualTo(value("[ERROR] KeyError: '548214'"));
    assertThat(value("[ERROR] KeyError: 'order'"))
        .isNotEqualTo(value("[ERROR] KeyError: 'basket'"));
  }

  @Test
  void tellsLibraryErrorsApartByAllFrames() {
    String library = PYTHON.replace("/var/task/", "/usr/lib/python3.11/");

    assertThat(fingerprints.of(parse(library)).components())
        .contains("frame: handlers/api.py in handle | return total(order)");
  }

  @Test
  void tellsCausesApart() {
    String wrapped =
        PYTHON
            + "\nThe above exception was the direct cause of the following exception:\n\n"
            + "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\n    g()\nshop.Error: failed\n";

    assertThat(value(wrapped)).isNotEqualTo(value(wrapped.replace("in total", "in sum")));
  }

  @Test
  void leavesOutCauseThatNeverLeftTheFunctionThatWrappedIt() {
    String wrapper =
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 9, in load\n"
            + "    raise OrderError(\"bad\") from e\nOrderError: bad\n";
    String link = "\nThe above exception was the direct cause of the following exception:\n\n";
    String cause =
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 7, in load\n"
            + "    return order[\"id\"]\nKeyError: 'id'\n";
    String deeper = cause.replace("KeyError", "  File \"/app/b.py\", line 3, in id\nKeyError");

    assertThat(value(cause + link + wrapper)).isEqualTo(value(wrapper));
    assertThat(value(deeper + link + wrapper)).isNotEqualTo(value(wrapper));
  }

  @Test
  void tellsPanicsOfOneFunctionApartByTheirReason() {
    String panic =
        "panic: runtime error: index out of range [5] with length 1\n\ngoroutine 1 [running]:\n"
            + "main.load(0x1)\n\t/src/main.go:4 +0x54\n";

    assertThat(value(panic.replace("[5] with length 1", "[3] with length 2")))
        .isEqualTo(value(panic));
    assertThat(
            value(panic.replace("index out of range [5] with length 1", "integer divide by zero")))
        .isNotEqualTo(value(panic));
    assertThat(value(panic.replace("runtime error: index out of range [5]", "no order 17")))
        .isEqualTo(value(panic.replace("runtime error: index out of range [5]", "no order 18")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java | shop.Orders.lambda$total$3 | shop.Orders.lambda$total$14",
        "java | shop.Orders$1.run | shop.Orders$2.run",
        "java | shop.Orders$$Lambda$14/0x0000000800c03000.apply | shop.Orders$$Lambda/0x00007f.apply",
        "java | shop.Orders$$SpringCGLIB$$0.find | shop.Orders.find",
        "javascript | Store.open | Object.open",
        "javascript | new Store | Store",
        "go | main.glob..func4 | main.init.func7",
        "go | shop/store.Load.func1.2 | shop/store.Load.func3.1",
        "ruby | open | Store#open",
        "ruby | block in open | block (2 levels) in Store#open",
        "php | {closure} | {closure:/var/www/index.php:14}",
        "csharp | Shop.Api.<>c__DisplayClass0_0.<Get>b__1 | Shop.Api.<>c__DisplayClass3_0.<Get>b__7",
        "csharp | Shop.Api.<Get>d__5.MoveNext | Shop.Api.<Get>d__12.MoveNext",
        "ruby | open | rescue in open",
        "csharp | Shop.Prices.average@14.Invoke | Shop.Prices.average@20-1.Invoke",
        "rust | shop[0123456789abcdef]::find | shop::find",
        "rust | shop::find::h0123456789abcdef | shop::find"
      })
  void dropsWhatCompilersMakeUp(String language, String one, String other) {
    assertThat(FunctionName.of(language, one)).isEqualTo(FunctionName.of(language, other));
  }

  private String value(String text) {
    return fingerprints.of(parse(text)).value();
  }

  private static StackTrace parse(String text) {
    return new StackTraces().find(text.lines().toList()).get(0).trace();
  }
}
