package markup.parser;

import markup.nodes.Element;

class XmlTreeBuilder extends TreeBuilder {
  private Element current = new Element("root");

  @Override
  Element parseFragment(String text) {
    Element root = current;
    runParser(text);
    return root;
  }

  Element currentElement() {
    return current;
  }

  @Override
  protected boolean process(String tag) {
    current = current.append(new Element(tag));
    return true;
  }
}
