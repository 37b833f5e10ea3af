package html.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class Tokeniser {
  private static final Pattern TAG = Pattern.compile("<(\\w+)((?:\\s+\\w+=[^\\s>]+)*)\\s*>");

  List<Token.StartTag> read(String text) {
    List<Token.StartTag> tags = new ArrayList<>();
    Matcher found = TAG.matcher(text);
    while (found.find()) {
      Token.StartTag tag = new Token.StartTag(found.group(1).toLowerCase());
      for (String pair : found.group(2).trim().split("\\s+")) {
        if (pair.contains("=")) {
          tag.addAttribute(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
      }
      tags.add(tag);
    }
    return tags;
  }
}
