package io.selfheal.stacktrace;

import java.util.List;

/**
 * What a logger, container runtime or collector puts before each line. It is learned from the line
 * where a trace starts and recognised on the lines that follow by its shape: the same punctuation
 * and words, any number for a number, any level for a level.
 */
final class LinePrefix {
  private static final int MAX_LENGTH = 512;
  private static final String LEVELS =
      " TRACE DEBUG INFO NOTICE WARN WARNING ERROR ERR CRITICAL FATAL SEVERE ALERT EMERG "
          + "trace debug info notice warn warning error err critical fatal stdout stderr ";

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private final String text;

  private LinePrefix(String text) {
    this.text = text;
  }

  /** The prefix of this length; null where the line has none, or too long a one to be one. */
  static LinePrefix of(String line, int length) {
    return length == 0 || length > MAX_LENGTH ? null : new LinePrefix(line.substring(0, length));
  }

  /** The line without the prefix; null if it has another one. */
  String strip(String line) {
    int p = 0;
    int l = 0;
    while (p < text.length()) {
      if (l >= line.length()) {
        return TraceText.isBlank(text.substring(p)) ? "" : null;
      }
      char c = text.charAt(p);
      if (isWord(c)) {
        int pEnd = wordEnd(text, p);
        int lEnd = wordEnd(line, l);
        if (lEnd == l || lEnd - l > MAX_LENGTH || !alike(text, p, pEnd, line, l, lEnd)) {
          return null;
        }
        p = pEnd;
        l = lEnd;
        // Levels are padded to one width: "INFO  x", "ERROR x".
        if (p < text.length()
            && text.charAt(p) == ' '
            && line.startsWith(" ", l)
            && p + 1 < text.length()) {
          int pSpaces = spacesEnd(text, p);
          if (pSpaces < text.length()) {
            p = pSpaces;
            l = spacesEnd(line, l);
          }
        }
      } else {
        if (line.charAt(l) != c) {
          return null;
        }
        p++;
        l++;
      }
    }
    return line.substring(l);
  }

  private static boolean alike(String text, int p, int pEnd, String line, int l, int lEnd) {
    boolean sameLength = pEnd - p == lEnd - l;
    if (hasDigit(text, p, pEnd)) {
      return sameLength || hasDigit(line, l, lEnd);
    }
    return sameLength && text.startsWith(line.substring(l, lEnd), p)
        || isLevel(text.substring(p, pEnd)) && isLevel(line.substring(l, lEnd));
  }

  private static boolean isLevel(String word) {
    return LEVELS.contains(" " + word + " ");
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static boolean hasDigit(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.isDigit(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static int wordEnd(String text, int from) {
    int i = from;
    while (i < text.length() && isWord(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int spacesEnd(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) == ' ') {
      i++;
    }
    return i;
  }

  /**
   * Whether a line begins as a log record does: with a time, a level, both in brackets, as klog
   * ({@code E0102 03:04:05}), syslog ({@code Jan 2 03:04:05}), logfmt ({@code time=...}) or JSON.
   */
  static boolean startsRecord(String line) {
    if (line.isEmpty()) {
      return false;
    }
    char first = line.charAt(0);
    if (first == '{') {
      return true;
    }
    int from = first == '[' ? 1 : 0;
    int digits = TraceText.afterNumber(line, from) - from;
    if (digits == 4 && (line.startsWith("-", from + 4) || line.startsWith("/", from + 4))
        || digits == 2 && (line.startsWith(":", from + 2) || line.startsWith("/", from + 2))
        || digits == 10 && line.startsWith(".", from + 10)) {
      return true;
    }
    if ("IWEF".indexOf(first) >= 0
        && TraceText.afterNumber(line, 1) == 5
        && line.startsWith(" ", 5)) {
      return true;
    }
    int end = wordEnd(line, from);
    if (end - from == 3
        && MONTHS.contains(line.substring(from, end))
        && line.startsWith(" ", end)) {
      return line.indexOf(':') > 0;
    }
    return end > from
        && (isLevel(line.substring(from, end))
            || line.startsWith("time=")
            || line.startsWith("ts=")
            || line.startsWith("level="));
  }

  /** Whether the runtime cut the line here, so that it goes on in the next one: flag {@code P}. */
  static boolean isPart(String raw, String withoutContainer) {
    int cut = raw.length() - withoutContainer.length();
    return cut > 1 && raw.charAt(raw.charAt(cut - 1) == ' ' ? cut - 2 : cut - 1) == 'P';
  }

  /**
   * The line without what a container runtime puts before it: the CRI's {@code
   * 2026-01-02T03:04:05.678901234Z stderr F }. Other prefixes are learned.
   */
  static String withoutContainer(String line) {
    if (line.length() < 30 || line.charAt(4) != '-' || line.charAt(10) != 'T') {
      return line;
    }
    int space = line.indexOf(' ');
    if (space < 20 || space > 40) {
      return line;
    }
    boolean stream = line.startsWith("stdout ", space + 1) || line.startsWith("stderr ", space + 1);
    if (!stream || line.length() < space + 9) {
      return line;
    }
    char flag = line.charAt(space + 8);
    boolean flagged =
        (flag == 'F' || flag == 'P')
            && (line.length() == space + 9 || line.charAt(space + 9) == ' ');
    return flagged ? line.substring(Math.min(line.length(), space + 10)) : line;
  }
}
