package markup.nodes;

import java.util.ArrayList;
import java.util.List;

public class Element {
  private final String name;
  private final List<Element> children = new ArrayList<>();

  public Element(String name) {
    this.name = name;
  }

  public String normalName() {
    return name.toLowerCase();
  }

  public Element append(Element child) {
    children.add(child);
    return child;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("<" + name + ">");
    children.forEach(text::append);
    return text.toString();
  }
}
