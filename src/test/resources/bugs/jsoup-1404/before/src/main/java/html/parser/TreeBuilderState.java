package html.parser;

enum TreeBuilderState {
  InBody {
    @Override
    boolean process(Token.StartTag startTag, TreeBuilder builder) {
      builder.insert(startTag);
      if (startTag.name.equals("table")) {
        builder.transition(InTable);
      }
      return true;
    }
  },
  InTable {
    @Override
    boolean process(Token.StartTag startTag, TreeBuilder builder) {
      switch (startTag.name) {
        case "tr", "td", "tbody" -> builder.insert(startTag);
        case "input" -> {
          if (!startTag.attributes.get("type").equalsIgnoreCase("hidden")) {
            return anythingElse(startTag, builder);
          }
          builder.insert(startTag);
        }
        default -> {
          return anythingElse(startTag, builder);
        }
      }
      return true;
    }

    private boolean anythingElse(Token.StartTag startTag, TreeBuilder builder) {
      builder.transition(InBody);
      return builder.process(startTag);
    }
  };

  abstract boolean process(Token.StartTag startTag, TreeBuilder builder);
}
