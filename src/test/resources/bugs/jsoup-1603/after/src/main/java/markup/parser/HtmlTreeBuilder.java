package markup.parser;

import java.util.ArrayDeque;
import java.util.Deque;
import markup.nodes.Element;

public class HtmlTreeBuilder extends TreeBuilder {
  private final Deque<Element> stack = new ArrayDeque<>();
  private final Element root = new Element("root");
  private HtmlTreeBuilderState state = HtmlTreeBuilderState.IN_TABLE;

  public HtmlTreeBuilder(String... open) {
    for (String name : open) {
      insert(name);
    }
  }

  @Override
  public Element parseFragment(String text) {
    runParser(text);
    return root;
  }

  @Override
  protected boolean process(String tag) {
    return state.process(tag, this);
  }

  Element insert(String name) {
    Element parent = stack.isEmpty() ? root : stack.peek();
    Element element = parent.append(new Element(name));
    stack.push(element);
    return element;
  }

  Element currentElement() {
    return stack.isEmpty() ? root : stack.peek();
  }

  void closeTo(String... names) {
    while (!stack.isEmpty()) {
      for (String name : names) {
        if (stack.peek().normalName().equals(name)) {
          return;
        }
      }
      stack.pop();
    }
  }
}
