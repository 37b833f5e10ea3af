package html.parser;

import java.util.List;

public final class TreeBuilderTest {
  public static void main(String[] args) {
    check(List.of("table", "input"), "<table><input type=hidden>");
    check(List.of("table", "tr"), "<table><tr>");
  }

  private static void check(List<String> expected, String text) {
    List<String> actual = new TreeBuilder().parse(text);
    if (!expected.equals(actual)) {
      throw new AssertionError(text + ": expected " + expected + " but was " + actual);
    }
  }
}
