package dom.parser;

import java.util.Set;

public record Tag(String name, boolean isBlock, boolean isEmpty) {
  private static final Set<String> BLOCKS = Set.of("p", "div", "table", "tr", "td", "body");
  private static final Set<String> EMPTY = Set.of("br", "hr", "img", "input");

  public static Tag of(String name) {
    return new Tag(name, BLOCKS.contains(name), EMPTY.contains(name));
  }

  public boolean isInline() {
    return !isBlock;
  }
}
