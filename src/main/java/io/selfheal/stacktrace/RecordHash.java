package io.selfheal.stacktrace;

/**
 * Hashes a JSON record but for what its error's type, frames and causes cannot depend on, without
 * reading it: two valid records of one hash hold the same error, with another message perhaps.
 *
 * <p>Left out are, in objects that stand in no array, numbers and texts of one line, unless fields
 * of that name hold types or stacks; and in a stack, messages behind {@code Type: } at a line's
 * start that consist of words, so that no parser takes them for anything else. Everything else is
 * hashed as it is written. Records that are not valid JSON have hashes, too, which no valid one
 * has. Nothing must be concluded where messages tell errors apart, as they do in Go and Rust.
 */
final class RecordHash {
  private static final String CAUSE = "Caused by: ";

  /** Longer numbers are hashed as they are. */
  private static final int MAX_DIGITS = 15;

  /** Longer messages, too. */
  private static final int MAX_MESSAGE = 500;

  /** Of longer records something may be cut away; they have no hash. */
  private static final int MAX_RECORD = 64 * 1024;

  private final String text;
  private final TextHash hash;

  /** What is hashed so far, and where the next escape is. */
  private int hashed;

  private int backslash = -1;

  private RecordHash(String text, int from, TextHash hash) {
    this.text = text;
    this.hash = hash;
    this.hashed = from;
  }

  /** The hash; null if there is none. */
  static TextHash of(String text, int from, TextHash empty) {
    boolean hashed = text.length() <= MAX_RECORD && new RecordHash(text, from, empty).add();
    return hashed ? empty : null;
  }

  private boolean add() {
    int arrays = 0;
    boolean stack = false;
    boolean isValue = false;
    String name = "";
    int i = hashed;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '"') {
        int close = close(i + 1);
        if (close < 0) {
          return false;
        }
        int after = TraceText.indent(text, close + 1);
        if (after < text.length() && text.charAt(after) == ':') {
          if (backslash(i) < close) {
            return false;
          }
          name = text.substring(i + 1, close);
          isValue = true;
          i = after + 1;
          continue;
        }
        if (arrays == 0 && isValue) {
          value(name, i + 1, close);
        } else if (arrays == 1 && stack && !isValue) {
          leaveMessagesOut(i + 1, close);
        }
        isValue = false;
        i = close + 1;
      } else if (arrays == 0 && isValue && (c == '-' || c >= '0' && c <= '9')) {
        isValue = false;
        i = number(i);
      } else {
        if (c == '[') {
          arrays++;
          stack = arrays == 1 && isValue && StructuredLog.isStack(name);
        } else if (c == ']') {
          arrays--;
        } else if (c == '{') {
          // Objects within arrays are hashed as they are.
          stack = false;
        }
        isValue &= TraceText.isSpace(c);
        i++;
      }
    }
    leaveOut(i, i);
    return true;
  }

  private void value(String name, int from, int to) {
    boolean stack = StructuredLog.isStack(name);
    if (!stack && isOneLine(from, to)) {
      if (!StructuredLog.isType(name)) {
        leaveOut(from, to);
      }
    } else if (!StructuredLog.isType(name)) {
      leaveMessagesOut(from, to);
    }
  }

  /** Hashes what stands before. */
  private void leaveOut(int from, int to) {
    hash.add(text, hashed, from);
    hashed = to;
  }

  /** The quote that ends a text; -1 if there is none. */
  private int close(int from) {
    int close = text.indexOf('"', from);
    for (int escape = backslash(from);
        close >= 0 && escape < close;
        escape = backslash(escape + 2)) {
      if (escape + 1 == close) {
        close = text.indexOf('"', close + 1);
      }
    }
    // From here on it is asked for again.
    backslash = -1;
    return close;
  }

  private int backslash(int from) {
    if (backslash < from) {
      int at = text.indexOf('\\', from);
      backslash = at < 0 ? Integer.MAX_VALUE - 2 : at;
    }
    return backslash;
  }

  private boolean isOneLine(int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '\\' && "\"\\/bft".indexOf(text.charAt(++i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private int number(int from) {
    int start = text.charAt(from) == '-' ? from + 1 : from;
    int end = TraceText.afterNumber(text, start);
    boolean valid = end > start && (text.charAt(start) != '0' || end == start + 1);
    if (text.startsWith(".", end)) {
      int point = end;
      end = TraceText.afterNumber(text, point + 1);
      valid &= end > point + 1;
    }
    if (valid
        && end - start <= MAX_DIGITS
        && (text.startsWith(",", end) || text.startsWith("}", end))) {
      leaveOut(from, end);
    }
    return Math.max(end, from + 1);
  }

  private void leaveMessagesOut(int from, int to) {
    int line = from;
    while (line < to) {
      int message = message(line, to);
      int end = message;
      if (message > 0) {
        int most = Math.min(to, message + MAX_MESSAGE);
        while (end < most && isPlain(text.charAt(end))) {
          end++;
        }
        if (end > message && (end == to || text.startsWith("\\n", end))) {
          leaveOut(message, end);
        }
      }
      line = nextLine(Math.max(end, line), to);
    }
  }

  private int nextLine(int from, int to) {
    int escape = backslash(from);
    while (escape < to && text.charAt(escape + 1) != 'n') {
      escape = backslash(escape + 2);
    }
    return escape + 2;
  }

  /** Where the message starts in a line that begins with an error's type; -1 for other lines. */
  private int message(int line, int to) {
    int from = text.startsWith(CAUSE, line) ? line + CAUSE.length() : line;
    int end = from;
    while (end < to && isTypePart(text.charAt(end))) {
      end++;
    }
    boolean named =
        text.startsWith(": ", end)
            && (text.startsWith("Error", end - 5) || text.startsWith("Exception", end - 9));
    return named && end - 5 >= from ? end + 2 : -1;
  }

  private static boolean isTypePart(char c) {
    return isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '$';
  }

  private static boolean isPlain(char c) {
    return isLetter(c) || c >= '0' && c <= '9' || " _-,#".indexOf(c) >= 0;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }
}
