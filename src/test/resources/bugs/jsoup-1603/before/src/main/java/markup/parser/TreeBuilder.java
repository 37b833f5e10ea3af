package markup.parser;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import markup.nodes.Element;

abstract class TreeBuilder {
  private static final Pattern TAG = Pattern.compile("<(\\w+)");

  abstract Element parseFragment(String text);

  protected void runParser(String text) {
    Matcher tag = TAG.matcher(text);
    while (tag.find()) {
      process(tag.group(1).toLowerCase());
    }
  }

  protected abstract boolean process(String tag);
}
