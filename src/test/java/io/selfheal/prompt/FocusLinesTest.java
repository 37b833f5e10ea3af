package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FocusLinesTest {
  private static String shown(String path, List<String> lines, int site) {
    var text = new StringBuilder();
    for (var range : new FocusLines(path, lines).choices(List.of(site)).get(0)) {
      text.append(String.join("\n", lines.subList(range.first() - 1, range.last())))
          .append("\n--\n");
    }
    return text.toString();
  }

  private static List<String> file(
      List<String> before, int filler, List<String> function, int after, String fill) {
    var lines = new ArrayList<>(before);
    for (int i = 0; i < filler; i++) {
      lines.add(fill);
    }
    lines.addAll(function);
    for (int i = 0; i < after; i++) {
      lines.add(fill);
    }
    return lines;
  }

  @Test
  void pythonFunctionIsShownInFullWithImportsAndClass() {
    var function = new ArrayList<String>();
    function.add("class Orders:");
    function.add("    \"\"\"All orders.\"\"\"");
    for (int i = 0; i < 60; i++) {
      function.add("    attribute_" + i + " = " + i);
    }
    function.add("    @property");
    function.add("    def total(self):");
    for (int i = 0; i < 50; i++) {
      function.add("        step_" + i + "()");
    }
    function.add("        return self.items['x']");
    function.add("    def next_one(self):");
    function.add("        pass");
    var lines =
        file(List.of("import json", "from shop import money"), 300, function, 300, "VALUE = 1");
    int site = lines.indexOf("        return self.items['x']") + 1;

    String shown = shown("shop/orders.py", lines, site);

    assertThat(shown)
        .contains(
            "from shop import money",
            "class Orders:",
            "@property",
            "step_0()",
            "step_49()",
            "self.items['x']")
        .doesNotContain("attribute_30");
    assertThat(shown.lines().count()).isLessThan(150);
  }

  @Test
  void braceFunctionIsShownInFull() {
    var function = new ArrayList<String>();
    function.add("  @Override");
    function.add("  public int total(Map<String, Integer> items) {");
    function.add("    String brace = \"}\"; // }");
    for (int i = 0; i < 50; i++) {
      function.add("    if (step" + i + ") { call(); }");
    }
    function.add("    return items.get(\"x\");");
    function.add("  }");
    var lines =
        file(
            List.of("package shop;", "import java.util.Map;", "public class Orders {"),
            300,
            function,
            300,
            "  private int value;");
    lines.add("}");
    int site = lines.indexOf("    return items.get(\"x\");") + 1;

    String shown = shown("Orders.java", lines, site);

    assertThat(shown)
        .contains(
            "import java.util.Map;", "public class Orders {", "@Override", "step0)", "step49)");
    assertThat(shown.lines().count()).isLessThan(120);
  }

  @Test
  void lineOutsideEveryFunctionIsShownWithItsNeighbourhood() {
    var lines = file(List.of(), 200, List.of("CONFIG = load()['x']"), 200, "VALUE = 1");
    assertThat(shown("conf.py", lines, 201)).contains("CONFIG = load()['x']").hasLineCount(32);
  }

  @Test
  void lastChoiceIsShort() {
    var function = new ArrayList<String>();
    function.add("def f():");
    for (int i = 0; i < 2000; i++) {
      function.add("    step_" + i + "()");
    }
    var choices = new FocusLines("a.py", function).choices(List.of(1000));
    assertThat(choices.get(0)).containsExactly(new FocusLines.Range(1, 2001));
    assertThat(choices.get(choices.size() - 1)).containsExactly(new FocusLines.Range(985, 1015));
  }
}
