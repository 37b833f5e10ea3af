package dom.nodes;

import dom.parser.Tag;
import java.util.ArrayList;
import java.util.List;

public class Element extends Node {
  private final Tag tag;
  private final List<Node> nodes = new ArrayList<>();

  public Element(String name) {
    this(Tag.of(name));
  }

  private Element(Tag tag) {
    this.tag = tag;
  }

  public Element append(Node child) {
    child.parent = this;
    nodes.add(child);
    return this;
  }

  public Element text(String text) {
    return append(new TextNode(text));
  }

  public List<Element> children() {
    return nodes.stream().filter(Element.class::isInstance).map(Element.class::cast).toList();
  }

  public boolean isBlock() {
    return tag.isBlock();
  }

  /** The element alone, without its children and its parent. */
  public Element shallowClone() {
    return new Element(tag);
  }

  @Override
  void outerHtmlHead(StringBuilder out, int depth) {
    if (!isInlineable()) {
      indent(out, depth);
    }
    out.append('<').append(tag.name()).append('>');
    for (Node node : nodes) {
      node.outerHtmlHead(out, depth + 1);
    }
    out.append("</").append(tag.name()).append('>');
  }

  private boolean isInlineable() {
    return tag.isInline() && !tag.isEmpty() && parent().isBlock();
  }
}
