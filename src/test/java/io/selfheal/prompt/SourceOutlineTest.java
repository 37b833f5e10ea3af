package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.prompt.FocusLines.Range;
import io.selfheal.prompt.SourceOutline.Definition;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceOutlineTest {
  private static List<String> functions(String path, String text) {
    return of(path, text, false);
  }

  private static List<String> types(String path, String text) {
    return of(path, text, true);
  }

  private static List<String> of(String path, String text, boolean types) {
    return new SourceOutline(path, text)
        .definitions().stream()
            .filter(definition -> definition.type() == types)
            .map(d -> d.name() + " " + d.range().first() + "-" + d.range().last())
            .toList();
  }

  @Test
  void pythonBlocksEndWhereTheirIndentationDoes() {
    String text =
        """
        import json

        @cached
        def load(path):
            '''def not_this(): {'''
            return json.load(open(path))


        class Shop(Base):
            # def nor_this
            async def find(self, sku):
                return [
                    sku,
                ]

        TAIL = 1
        """;
    assertThat(functions("a.py", text)).containsExactly("load 3-6", "find 11-14");
    assertThat(types("a.py", text)).containsExactly("Shop 9-14");
  }

  @Test
  void javaMethodsAreNamedWithTheirAnnotations() {
    String text =
        """
        public final class Orders<T extends Comparable<T>> {
          private static final String BRACE = "{";

          @Override
          public List<String> all(
              Map<String, T> given)
              throws IOException {
            if (given.isEmpty()) {
              return new ArrayList<>() {};
            }
            given.forEach((key, value) -> {
              run(key); // }
            });
            return list;
          }

          Orders(T first) {}
        }

        record Line(String sku, int quantity) {
          int total() {
            return quantity * price(sku);
          }
        }
        """;
    assertThat(functions("Orders.java", text))
        .containsExactly("all 4-15", "Orders 17-17", "total 21-23");
    assertThat(types("Orders.java", text)).containsExactly("Orders 1-18", "Line 20-24");
  }

  @Test
  void javaScriptFunctionsAreNamedInAllTheirShapes() {
    String text =
        """
        const pattern = /[{'"]/g
        const limit = 3
        export default async function load(url) {
          return `{${url}`
        }
        const short = (a) => a + 1;
        const long = async (a, b) => {
          return a;
        };
        exports.check = function (node) {
          while (node) { node = node.next }
        };
        class Client extends Base {
          constructor(options) {
            super(options);
          }
          async #send(config) {
            app.get('/x', (req) => {
              short(req);
            });
          }
        }
        module.exports = { report(message) { log(message) } };
        """;
    assertThat(functions("a.mjs", text))
        .containsExactly(
            "load 3-5",
            "short 6-6",
            "long 7-9",
            "check 10-12",
            "constructor 14-16",
            "#send 17-21",
            "report 23-23");
    assertThat(types("a.mjs", text)).containsExactly("Client 13-22");
  }

  @Test
  void otherLanguagesAreOutlinedToo() {
    assertThat(
            functions(
                "a.go", "func (s *Shop) Find(sku string) (*Item, error) {\n\treturn nil, nil\n}\n"))
        .containsExactly("Find 1-3");
    assertThat(
            functions(
                "a.rs",
                "impl<'a> Shop<'a> {\n    pub fn find(&self, c: char) -> bool {\n        c == '{'\n    }\n}\n"))
        .containsExactly("find 2-4");
    assertThat(functions("a.rb", "class Shop\n  def find(sku)\n    @items[sku]\n  end\nend\n"))
        .containsExactly("find 2-4");
    assertThat(
            functions(
                "a.php",
                "<?php\nclass Shop {\n  public function find($sku) {\n    return '}'; # }\n  }\n}\n"))
        .containsExactly("find 3-5");
    assertThat(
            functions(
                "a.cs",
                "class Shop\n{\n  public async Task<Item> Find(string sku)\n  {\n    return null;\n  }\n}\n"))
        .containsExactly("Find 3-6");
  }

  @Test
  void callsAndFieldsAreReadWithoutStringsAndComments() {
    var outline =
        new SourceOutline(
            "a.py",
            "def f(order):\n    # no(1)\n    order.lines = total(order.items, 'x()').sum()\n");
    Range body = new Range(2, 3);
    assertThat(outline.calls(body)).containsExactly("total", "sum");
    assertThat(outline.attributes(body)).containsExactly("lines", "items");
    assertThat(outline.setting("lines")).extracting(Definition::name).containsExactly("f");
    assertThat(outline.setting("items")).isEmpty();
    assertThat(outline.function(3)).map(Definition::name).contains("f");
  }
}
