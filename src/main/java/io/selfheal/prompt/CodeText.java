package io.selfheal.prompt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Source code with its comments and the content of its strings replaced by spaces, so that braces,
 * names and keywords in them do not count. Lines and columns stay. It goes by the common syntax of
 * the languages and knows no macros, no heredocs and no nested templates.
 */
final class CodeText {
  private static final Pattern HASH_ONLY = Pattern.compile(".*\\.(?:py|pyi|rb|ex|exs|coffee)");
  private static final Pattern PYTHON = Pattern.compile(".*\\.pyi?");
  private static final Pattern SCRIPT = Pattern.compile(".*\\.(?:[cm]?[jt]sx?|vue)");
  private static final Pattern PHP = Pattern.compile(".*\\.php");
  private static final Pattern CHARACTER = Pattern.compile("'(?:\\\\[^']{1,8}|[^'\\\\])'");

  private final String text;
  private final boolean hashOnly;
  private final boolean python;
  private final boolean script;
  private final boolean php;
  private final StringBuilder out;
  private int at;

  private CodeText(String path, String text) {
    this.text = text;
    this.hashOnly = HASH_ONLY.matcher(path).matches();
    this.python = PYTHON.matcher(path).matches();
    this.script = SCRIPT.matcher(path).matches();
    this.php = PHP.matcher(path).matches();
    this.out = new StringBuilder(text);
  }

  /** The text with spaces in place of comments and strings. */
  static String blanked(String path, String text) {
    CodeText code = new CodeText(path, text);
    code.run();
    return code.out.toString();
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if ((hashOnly || php) && c == '#') {
        blankTo(endOfLine(at));
      } else if (!hashOnly && text.startsWith("//", at)) {
        blankTo(endOfLine(at));
      } else if (!hashOnly && text.startsWith("/*", at)) {
        blankTo(after("*/", at + 2));
      } else if (text.startsWith("\"\"\"", at) || python && text.startsWith("'''", at)) {
        blankTo(after(text.substring(at, at + 3), at + 3));
      } else if (c == '`') {
        blankTo(afterQuote(at, true));
      } else if (c == '"') {
        blankTo(afterQuote(at, php));
      } else if (c == '\'') {
        apostrophe();
      } else if (script && c == '/' && startsPattern()) {
        blankTo(afterPattern());
      } else {
        at++;
      }
    }
  }

  /** A string, a character, or a mark such as Rust's lifetimes. */
  private void apostrophe() {
    if (hashOnly || script || php) {
      blankTo(afterQuote(at, php));
      return;
    }
    Matcher character = CHARACTER.matcher(text).region(at, text.length());
    if (character.lookingAt()) {
      blankTo(character.end());
    } else {
      at++;
    }
  }

  private void blankTo(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) != '\n') {
        out.setCharAt(at, ' ');
      }
    }
  }

  private int endOfLine(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private int after(String mark, int from) {
    int end = text.indexOf(mark, from);
    return end < 0 ? text.length() : end + mark.length();
  }

  private int afterQuote(int start, boolean manyLines) {
    char quote = text.charAt(start);
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        return i + 1;
      } else if (c == '\n' && !manyLines) {
        return start + 1;
      }
    }
    return start + 1;
  }

  /** Whether a slash begins a regular expression: it does where no value stands before it. */
  private boolean startsPattern() {
    int before = at - 1;
    while (before >= 0 && (text.charAt(before) == ' ' || text.charAt(before) == '\t')) {
      before--;
    }
    return before < 0
        || "(,=:[!&|?{};\n+".indexOf(text.charAt(before)) >= 0
        || text.substring(Math.max(0, before - 5), before + 1).endsWith("return");
  }

  private int afterPattern() {
    boolean set = false;
    for (int i = at + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        set = true;
      } else if (c == ']') {
        set = false;
      } else if (c == '/' && !set) {
        return i + 1;
      }
    }
    return at + 1;
  }
}
