package dom.nodes;

public final class ElementTest {
  public static void main(String[] args) {
    printsChildrenInline();
    printsAnElementWithoutParent();
  }

  private static void printsAnElementWithoutParent() {
    check("<b></b>", new Element("b").outerHtml());
  }

  private static void printsChildrenInline() {
    Element p = new Element("p").append(new Element("b").text("x"));
    check("\n<p><b>x</b></p>", p.outerHtml());
  }

  private static void check(String expected, String actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }
}
