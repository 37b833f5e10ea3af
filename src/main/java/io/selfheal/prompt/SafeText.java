package io.selfheal.prompt;

import java.util.regex.Pattern;

/**
 * Removes what people do not see and a model reads: escape sequences of terminals (ECMA-48),
 * control characters, bidirectional overrides, zero-width and tag characters (Unicode's general
 * categories Cc and Cf), variation selectors and letters without a glyph.
 */
public final class SafeText {
  /** Colours and cursor moves (CSI), titles and links (OSC and the like), two-character escapes. */
  private static final Pattern ESCAPE_SEQUENCES =
      Pattern.compile(
          "(?:\\x1B\\[|\\x9B)[0-?]{0,64}+[ -/]{0,8}+[@-~]"
              + "|\\x1B[\\]PX^_][^\\x07\\x1B\\n]{0,4096}+(?:\\x07|\\x1B\\\\)"
              + "|\\x1B[ -/]{0,8}+[0-OQ-WYZ`-~]");

  private SafeText() {}

  /**
   * Text of any origin, for people: only tabs and newlines are left of the invisible characters.
   */
  public static String visible(String text) {
    String unix = text.replace("\r\n", "\n").replace('\r', '\n');
    String plain =
        unix.indexOf('\u001B') < 0 && unix.indexOf('\u009B') < 0
            ? unix
            : ESCAPE_SEQUENCES.matcher(unix).replaceAll("");
    return filtered(plain, false);
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
            || tagOrSelector(c)
            || withoutGlyph(c));
  }

  /** Variation selectors, joiners, fillers and separators that are no formats to Unicode. */
  private static boolean withoutGlyph(int c) {
    return c >= 0xFE00 && c <= 0xFE0F
        || c >= 0x180B && c <= 0x180F
        || c == 0x034F
        || c == 0x115F
        || c == 0x1160
        || c == 0x17B4
        || c == 0x17B5
        || c == 0x2028
        || c == 0x2029
        || c == 0x2800
        || c == 0x3164
        || c == 0xFFA0;
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
