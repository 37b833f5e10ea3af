package io.selfheal.prompt;

/**
 * Removes what people do not see and a model reads: control characters, bidirectional overrides,
 * zero-width characters and tag characters (Unicode's general categories Cc and Cf, and the
 * variation selectors' supplement).
 */
public final class SafeText {
  private SafeText() {}

  /**
   * Text of any origin, for people: only tabs and newlines are left of the invisible characters.
   */
  public static String visible(String text) {
    return filtered(text.replace("\r\n", "\n").replace('\r', '\n'), false);
  }

  /** Log text and notes: only tabs and newlines are left of the invisible characters. */
  static String ofLog(String text) {
    return visible(text)
        // Nothing in the data looks like the prompt's own marks.
        .replace("<<<", "< < <")
        .replace(">>>", "> > >");
  }

  /**
   * Source code, which edits must match: joiners and variation selectors stay, because scripts and
   * emoji need them.
   */
  static String ofSource(String text) {
    String unix = text.replace("\r\n", "\n");
    return filtered(unix.startsWith("\uFEFF") ? unix.substring(1) : unix, true);
  }

  private static String filtered(String text, boolean source) {
    var kept = new StringBuilder(text.length());
    text.codePoints().filter(c -> source ? inSource(c) : inLog(c)).forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static boolean inLog(int c) {
    return c == '\t'
        || c == '\n'
        || !(Character.getType(c) == Character.CONTROL
            || Character.getType(c) == Character.FORMAT
            || Character.getType(c) == Character.SURROGATE
            || tagOrSelector(c));
  }

  private static boolean inSource(int c) {
    boolean control =
        Character.getType(c) == Character.CONTROL && c != '\t' && c != '\n' && c != '\f';
    boolean bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return !control && !bidi && !tagOrSelector(c);
  }

  private static boolean tagOrSelector(int c) {
    return c >= 0xE0000 && c <= 0xE01EF;
  }
}
