package io.selfheal.dedup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A pattern for a whole text: {@code *} is any run of characters, line ends and slashes too, {@code
 * ?} any one character; upper and lower case are the same. A text costs its length times the
 * longest piece between two stars, whatever it holds.
 */
final class Glob {
  /** What is looked at of a text; a message may be a megabyte. */
  private static final int LONGEST_TEXT = 16_384;

  private final List<String> pieces;

  private Glob(List<String> pieces) {
    this.pieces = pieces;
  }

  static Glob of(String pattern) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    String lower = pattern.toLowerCase(Locale.ROOT);
    for (int star = lower.indexOf('*'); star >= 0; star = lower.indexOf('*', from)) {
      pieces.add(lower.substring(from, star));
      from = star + 1;
    }
    pieces.add(lower.substring(from));
    return new Glob(List.copyOf(pieces));
  }

  boolean matches(String value) {
    String text =
        (value.length() > LONGEST_TEXT ? value.substring(0, LONGEST_TEXT) : value)
            .toLowerCase(Locale.ROOT);
    String first = pieces.get(0);
    if (pieces.size() == 1) {
      return text.length() == first.length() && isAt(text, 0, first);
    }
    String last = pieces.get(pieces.size() - 1);
    int at = first.length();
    int end = text.length() - last.length();
    if (end < at || !isAt(text, 0, first) || !isAt(text, end, last)) {
      return false;
    }
    for (String piece : pieces.subList(1, pieces.size() - 1)) {
      // The leftmost place leaves the most for the pieces behind it, so none is tried twice.
      while (at + piece.length() <= end && !isAt(text, at, piece)) {
        at++;
      }
      if (at + piece.length() > end) {
        return false;
      }
      at += piece.length();
    }
    return true;
  }

  private static boolean isAt(String text, int at, String piece) {
    if (at + piece.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (c != '?' && c != text.charAt(at + i)) {
        return false;
      }
    }
    return true;
  }
}
