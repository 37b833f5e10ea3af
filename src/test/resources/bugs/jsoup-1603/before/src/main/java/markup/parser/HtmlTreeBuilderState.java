package markup.parser;

import java.util.Set;

enum HtmlTreeBuilderState {
  IN_TABLE {
    @Override
    boolean process(String tag, HtmlTreeBuilder builder) {
      if (Set.of("tr", "tbody", "td").contains(tag)) {
        if (TABLE_PARENTS.contains(builder.currentElement().normalName())) {
          builder.closeTo("table", "tbody", "tr", "body");
        }
        builder.insert(tag);
        return true;
      }
      return IN_BODY.process(tag, builder);
    }
  },
  IN_BODY {
    @Override
    boolean process(String tag, HtmlTreeBuilder builder) {
      builder.insert(tag);
      return true;
    }
  };

  private static final Set<String> TABLE_PARENTS = Set.of("table", "tbody", "thead", "td");

  abstract boolean process(String tag, HtmlTreeBuilder builder);
}
