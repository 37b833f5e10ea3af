package dom.app;

import dom.nodes.Element;

public final class Main {
  public static void main(String[] args) {
    Element row = new Element("p").append(new Element("b").text("bold"));
    System.out.println(row.outerHtml());
    System.out.println(row.children().get(0).shallowClone().outerHtml());
  }
}
