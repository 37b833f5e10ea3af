package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.selfheal.prompt.FrameFiles.Site;
import io.selfheal.stacktrace.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelatedCodeTest {
  private static final Frame FRAME = new Frame("x", 1, "f", null, true, null);

  private static Site site(String path, int line) {
    return new Site(path, line, false, FRAME);
  }

  private static List<String> related(FakeSource source, String message, Site... sites) {
    return new RelatedCode(new FrameFiles(source, "shop"), source)
        .of(List.of(sites), message).stream()
            .map(p -> p.path() + " " + p.range().first() + "-" + p.range().last())
            .toList();
  }

  @Test
  void whatTheFailingLineCallsComesFirst() {
    var source =
        new FakeSource()
            .with(
                "shop/prices.py", "def price(sku):\n    return None\n\n\ndef other():\n    pass\n")
            .with("billing/prices.py", "def price(sku):\n    return 1\n")
            .with(
                "shop/orders.py",
                """
                from shop.prices import other, price


                def total(order):
                    other()
                    return price(order) * 2
                """);
    assertThat(related(source, "", site("shop/orders.py", 6)))
        .containsExactly("shop/prices.py 1-2", "shop/prices.py 5-6");
  }

  @Test
  void whatSetsAFieldOfTheFailingLineIsFound() {
    var source =
        new FakeSource()
            .with(
                "lib/send.js",
                "const m = require('./model');\nfunction send(r) {\n  go(r.host);\n}\n")
            .with(
                "lib/model.js",
                "class Request {\n  prepare(url) {\n    this.host = url.split('/')[2];\n  }\n}\n");
    assertThat(related(source, "", site("lib/send.js", 3))).contains("lib/model.js 2-4");
  }

  @Test
  void functionsThatTheMessageNamesAreFound() {
    var source =
        new FakeSource()
            .with("src/main/java/a/A.java", "class A {\n  void run() {\n    b.x();\n  }\n}\n")
            .with(
                "src/main/java/a/B.java",
                "class B {\n  Object current() {\n    return null;\n  }\n}\n");
    assertThat(
            related(
                source,
                "because the return value of \"a.B.current()\" is null",
                site("src/main/java/a/A.java", 3)))
        .first()
        .isEqualTo("src/main/java/a/B.java 2-4");
  }

  @Test
  void namesThatManyFilesDefineSayNothing() {
    var source = new FakeSource().with("a/main.py", "def run(x):\n    return x.convert()\n");
    for (int i = 0; i < 5; i++) {
      source.with("z%d/codec.py".formatted(i), "def convert():\n    pass\n");
    }
    assertThat(related(source, "", site("a/main.py", 2))).isEmpty();
  }

  @Test
  void testsThatMentionTheFunctionAreFound() {
    var source =
        new FakeSource()
            .with("shop/orders.py", "def grand_total(order):\n    return order.x\n")
            .with("tests/test_everything.py", "def test_sum():\n    grand_total(None)\n")
            .with("tests/test_nothing.py", "def test_sum():\n    pass\n");
    var related = new RelatedCode(new FrameFiles(source, "shop"), source);
    assertThat(related.tests(List.of(site("shop/orders.py", 2)), Set.of()))
        .containsExactly("tests/test_everything.py");
  }

  @Test
  void tenThousandFilesAreSearchedWithinBounds() {
    var source = new FakeSource().with("app/main.py", "def run():\n    return missing_thing()\n");
    for (int i = 0; i < 10_000; i++) {
      source.with(
          "src/part%d/module_%d.py".formatted(i % 100, i),
          "def function_%d(x):\n    return x\n".formatted(i).repeat(40));
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> assertThat(related(source, "", site("app/main.py", 2))).isEmpty());
  }
}
