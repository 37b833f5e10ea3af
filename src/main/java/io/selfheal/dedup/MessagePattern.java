package io.selfheal.dedup;

/**
 * A message without what varies from one occurrence to the next: addresses, ids, dates, numbers,
 * durations and quoted values become placeholders. One pass, no regular expressions.
 */
final class MessagePattern {
  private static final int MAX_LENGTH = 2_000;
  private static final int UUID_LENGTH = 36;

  private MessagePattern() {}

  /** The same, with what versions of the language's runtime word differently worded alike. */
  static String of(String language, String message) {
    return of(language.equals("javascript") ? ofV8(message) : message);
  }

  /**
   * {@code Cannot read property 'x' of undefined} is since V8 9.2 {@code Cannot read properties of
   * undefined (reading 'x')}; what is wrong with JSON is told anew every few versions.
   */
  private static String ofV8(String message) {
    if (message.contains(" in JSON at position ") || message.contains(" is not valid JSON")) {
      return "Invalid JSON";
    }
    for (String verb : new String[] {"read", "set"}) {
      String start = "Cannot " + verb + " property '";
      int of = message.startsWith(start) ? message.lastIndexOf("' of ") : -1;
      if (of > 0) {
        String name = message.substring(start.length(), of);
        String value = message.substring(of + "' of ".length());
        String ing = verb.equals("read") ? "reading" : "setting";
        return "Cannot " + verb + " properties of " + value + " (" + ing + " '" + name + "')";
      }
    }
    return message;
  }

  static String of(String message) {
    String text = message.length() > MAX_LENGTH ? message.substring(0, MAX_LENGTH) : message;
    StringBuilder result = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"' || c == '`') {
        int close = text.indexOf(c, i + 1);
        boolean opens = i == 0 || !Character.isLetterOrDigit(text.charAt(i - 1));
        if (opens && close > i && close - i <= 200) {
          String quoted = text.substring(i + 1, close);
          result.append(c).append(isName(quoted) ? quoted : "<value>").append(c);
          i = close + 1;
          continue;
        }
      }
      if (isDelimiter(c)) {
        result.append(Character.isWhitespace(c) ? ' ' : c);
        i++;
        continue;
      }
      int end = i;
      while (end < text.length() && !isDelimiter(text.charAt(end))) {
        end++;
      }
      if (text.substring(i, end).contains("://")) {
        while (end < text.length() && isUrlPart(text.charAt(end))) {
          end++;
        }
        result.append("<url>");
        i = end;
        continue;
      }
      result.append(token(text.substring(i, end)));
      i = end;
    }
    return result.toString().strip();
  }

  private static boolean isUuid(String text, int from) {
    if (from + UUID_LENGTH > text.length()
        || text.charAt(from + 8) != '-'
        || text.charAt(from + 13) != '-'
        || text.charAt(from + 18) != '-'
        || text.charAt(from + 23) != '-') {
      return false;
    }
    return isHex(text.substring(from, from + UUID_LENGTH).replace("-", ""));
  }

  private static boolean isUrlPart(char c) {
    return !Character.isWhitespace(c) && "\"'`<>)]}".indexOf(c) < 0;
  }

  private static boolean isDelimiter(char c) {
    return Character.isWhitespace(c) || "()[]{}<>,;=\"'`|".indexOf(c) >= 0;
  }

  /** A key or a class, not a value. */
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isLetter(c) && c != '_' && c != '.' && c != '-' && c != ' ') {
        return false;
      }
    }
    return true;
  }

  private static String token(String token) {
    int at = token.indexOf('@');
    if (at > 0 && token.indexOf('.', at) > 0) {
      return "<email>";
    }
    int address = token.indexOf("@");
    if (address > 0 && isHex(token.substring(address + 1))) {
      return token.substring(0, address) + "@<hex>";
    }
    if (!hasDigit(token)) {
      return token;
    }
    String core =
        token.endsWith(".") || token.endsWith(":") ? token.substring(0, token.length() - 1) : token;
    String tail = token.substring(core.length());
    if (core.startsWith("0x")) {
      return "<hex>" + tail;
    }
    if (isDate(core)) {
      return "<date>" + tail;
    }
    if (isAddress(core)) {
      return "<ip>" + tail;
    }
    StringBuilder parts = new StringBuilder();
    int i = 0;
    while (i < core.length()) {
      char c = core.charAt(i);
      if (isUuid(core, i)) {
        parts.append("<uuid>");
        i += UUID_LENGTH;
        continue;
      }
      if (!Character.isLetterOrDigit(c)) {
        parts.append(c);
        i++;
        continue;
      }
      int end = i;
      while (end < core.length() && Character.isLetterOrDigit(core.charAt(end))) {
        end++;
      }
      parts.append(word(core.substring(i, end)));
      i = end;
    }
    return parts.append(tail).toString().replace("<number>.<number>", "<number>");
  }

  private static String word(String word) {
    if (!hasDigit(word)) {
      return word;
    }
    if (Character.isDigit(word.charAt(0))) {
      int digits = 0;
      while (digits < word.length() && Character.isDigit(word.charAt(digits))) {
        digits++;
      }
      String unit = word.substring(digits);
      if (unit.isEmpty()) {
        return "<number>";
      }
      if (unit.length() <= 3 && !hasDigit(unit)) {
        return "<number>" + unit;
      }
    }
    if (isHex(word) && word.length() >= 6) {
      return "<hex>";
    }
    return word.length() >= 12 ? "<id>" : word;
  }

  private static boolean hasDigit(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isDigit(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** {@code 2026-04-25T14:18:59.022Z}, {@code 2026-04-25}, {@code 14:18:59}, {@code 2026/04/25}. */
  private static boolean isDate(String text) {
    if (text.length() < 8) {
      return false;
    }
    boolean day =
        digits(text, 0, 4)
            && (text.charAt(4) == '-' || text.charAt(4) == '/')
            && digits(text, 5, 7);
    boolean time = digits(text, 0, 2) && text.charAt(2) == ':' && digits(text, 3, 5);
    return day || time;
  }

  private static boolean digits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (i >= text.length() || !Character.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** IPv4 with or without a port, or IPv6. */
  private static boolean isAddress(String text) {
    int dots = 0;
    int colons = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c == ':') {
        colons++;
      } else if (Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return dots == 3 && colons <= 1 || dots == 0 && colons >= 3;
  }
}
