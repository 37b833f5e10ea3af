package dom.nodes;

public abstract class Node {
  Element parent;

  public Element parent() {
    return parent;
  }

  public String outerHtml() {
    StringBuilder out = new StringBuilder();
    outerHtmlHead(out, 0);
    return out.toString();
  }

  abstract void outerHtmlHead(StringBuilder out, int depth);

  static void indent(StringBuilder out, int depth) {
    out.append('\n').append(" ".repeat(depth));
  }
}
