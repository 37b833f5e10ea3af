package markup.parser;

public final class HtmlTreeBuilderTest {
  public static void main(String[] args) {
    check("<root><body><td>", new HtmlTreeBuilder("body").parseFragment("<td>"));
  }

  private static void check(String expected, Object actual) {
    if (!expected.equals(actual.toString())) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }
}
