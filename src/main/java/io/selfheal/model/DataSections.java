package io.selfheal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The marked data of a prompt: {@code <<<label mark>>>}, lines, {@code <<<end mark>>>}. The mark is
 * the first section's; no data contains it.
 */
record DataSections(String text, List<Section> sections) {
  private static final Pattern FIRST =
      Pattern.compile("^<<<[^\\n]{1,4096} ([0-9a-z]{6,64})>>>$", Pattern.MULTILINE);

  /**
   * One section.
   *
   * @param start where its first mark begins
   * @param end behind the line of its last mark
   */
  record Section(String label, String text, int start, int end) {
    boolean isSource() {
      return label.startsWith("file");
    }
  }

  /** Finds the sections of a prompt's user text. */
  static DataSections of(String text) {
    var sections = new ArrayList<Section>();
    Matcher first = FIRST.matcher(text);
    if (first.find()) {
      String mark = first.group(1);
      String close = "<<<end " + mark + ">>>";
      int start = first.start();
      while (start >= 0) {
        int labelEnd = text.indexOf(" " + mark + ">>>\n", start);
        int end = labelEnd < 0 ? -1 : text.indexOf(close, labelEnd);
        if (end < 0) {
          break;
        }
        int bodyStart = labelEnd + mark.length() + 5;
        int after = end + close.length();
        while (after < text.length() && text.charAt(after) == '\n') {
          after++;
        }
        sections.add(
            new Section(
                text.substring(start + 3, labelEnd), text.substring(bodyStart, end), start, after));
        start = text.indexOf("<<<", after);
      }
    }
    return new DataSections(text, List.copyOf(sections));
  }
}
