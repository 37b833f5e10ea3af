package io.selfheal.stacktrace;

/** Small, allocation-free looks at a line, shared by the parsers. */
final class TraceText {
  private TraceText() {}

  static boolean isBlank(String line) {
    return isBlank(line, 0);
  }

  static boolean isBlank(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      if (!isSpace(line.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** AWS Lambda indents with no-break spaces. */
  static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\u00a0' || c == '\r';
  }

  /** The index of the first character that is no space; the length if there is none. */
  static int indent(String line) {
    return indent(line, 0);
  }

  static int indent(String line, int from) {
    int i = from;
    while (i < line.length() && isSpace(line.charAt(i))) {
      i++;
    }
    return i;
  }

  static boolean startsAt(String line, int at, String text) {
    return line.startsWith(text, at);
  }

  /** The first bracket that a call's arguments or place can open with; -1 if it is too far off. */
  static int openingBracket(String line, int from) {
    int end = Math.min(line.length(), from + 2_000);
    for (int i = from; i < end; i++) {
      if (line.charAt(i) == '(') {
        return i;
      }
    }
    return -1;
  }

  /** The number that starts at this index; -1 if there is none or it is no int. */
  static int number(String line, int from) {
    long value = -1;
    for (int i = from; i < line.length(); i++) {
      int digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = Math.max(value, 0) * 10 + digit;
      if (value > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return (int) value;
  }

  /** The index after the digits that start here. */
  static int afterNumber(String line, int from) {
    int i = from;
    while (i < line.length() && line.charAt(i) >= '0' && line.charAt(i) <= '9') {
      i++;
    }
    return i;
  }
}
