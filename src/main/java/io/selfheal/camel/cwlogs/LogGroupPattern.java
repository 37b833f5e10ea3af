package io.selfheal.camel.cwlogs;

/**
 * A log group name in which {@code *} stands for any run of characters, slashes included.
 *
 * @param text the pattern as configured
 */
public record LogGroupPattern(String text) {
  public LogGroupPattern {
    text = text.strip();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a log group pattern is empty");
    }
  }

  public boolean isExact() {
    return text.indexOf('*') < 0;
  }

  /** How many characters it pins down; of two patterns that match, the larger is the closer one. */
  public int literalLength() {
    return (int) text.chars().filter(c -> c != '*').count();
  }

  /** The part before the first {@code *}. */
  public String prefix() {
    int star = text.indexOf('*');
    return star < 0 ? text : text.substring(0, star);
  }

  /**
   * Goes back to the last star only, so a hostile name costs at most pattern length times name
   * length, unlike a regular expression.
   */
  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < text.length() && text.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < text.length() && text.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < text.length() && text.charAt(p) == '*') {
      p++;
    }
    return p == text.length();
  }
}
