package html.parser;

import html.nodes.Attributes;

/** What the tokeniser reads: here start tags only. */
abstract class Token {
  static final class StartTag extends Token {
    final String name;
    Attributes attributes;

    StartTag(String name) {
      this.name = name;
    }

    void addAttribute(String attribute, String value) {
      if (attributes == null) {
        attributes = new Attributes();
      }
      attributes.put(attribute, value);
    }

    boolean hasAttributes() {
      return attributes != null && attributes.size() > 0;
    }
  }
}
