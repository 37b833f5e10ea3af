package html.parser;

import java.util.ArrayList;
import java.util.List;

public class TreeBuilder {
  final List<String> stack = new ArrayList<>();
  private TreeBuilderState state = TreeBuilderState.InBody;

  public List<String> parse(String text) {
    for (Token.StartTag token : new Tokeniser().read(text)) {
      process(token);
    }
    return stack;
  }

  boolean process(Token.StartTag token) {
    return state.process(token, this);
  }

  void transition(TreeBuilderState next) {
    state = next;
  }

  void insert(Token.StartTag token) {
    stack.add(token.name);
  }
}
