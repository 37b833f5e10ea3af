package io.selfheal.commit.guard;

/**
 * Source code with the insides of strings and comments blanked, so that a pattern meets code only.
 * Every character keeps its place. It is a scanner for the usual forms and no parser: where a
 * language has rarer ones, a string ends with its line at the latest.
 */
final class CodeText {
  private final String text;
  private final Language language;
  private final StringBuilder code;
  private int at;

  private CodeText(Language language, String text) {
    this.language = language;
    this.text = text;
    this.code = new StringBuilder(text);
  }

  static String of(Language language, String text) {
    return language == Language.OTHER ? text : new CodeText(language, text).blanked();
  }

  private String blanked() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (startsComment(c)) {
        blankTo(endOfLine(at));
      } else if (language.hasSlashComments() && text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        blankTo(end < 0 ? text.length() : end + 2);
      } else if (c == '"' || c == '\'' && language != Language.RUST || c == '`' && hasBackticks()) {
        string(c);
      } else {
        at++;
      }
    }
    return code.toString();
  }

  private boolean startsComment(char c) {
    if (c == '#') {
      // PHP's attributes begin with "#["
      return language.hasHashComments() && !(language == Language.PHP && text.startsWith("#[", at));
    }
    return language.hasSlashComments() && text.startsWith("//", at);
  }

  private boolean hasBackticks() {
    return language == Language.JAVASCRIPT || language == Language.GO;
  }

  private void string(char quote) {
    String triple = String.valueOf(quote).repeat(3);
    boolean block = quote != '`' && text.startsWith(triple, at);
    int from = at + (block ? 3 : 1);
    int end = from;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '\\' && !(quote == '`' && language == Language.GO)) {
        end += 2;
        continue;
      }
      if (block ? text.startsWith(triple, end) : c == quote) {
        break;
      }
      if (c == '\n' && !block && quote != '`') {
        break;
      }
      end++;
    }
    end = Math.min(end, text.length());
    at = from;
    blankTo(end);
    boolean closed = end < text.length() && text.charAt(end) == quote;
    at = closed ? end + (block ? 3 : 1) : end;
  }

  private int endOfLine(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private void blankTo(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) != '\n') {
        code.setCharAt(at, ' ');
      }
    }
  }
}
