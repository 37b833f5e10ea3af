package dom.nodes;

public final class TextNode extends Node {
  private final String text;

  public TextNode(String text) {
    this.text = text;
  }

  @Override
  void outerHtmlHead(StringBuilder out, int depth) {
    out.append(text.replace("&", "&amp;").replace("<", "&lt;"));
  }
}
