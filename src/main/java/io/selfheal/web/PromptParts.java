package io.selfheal.web;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a kept prompt, by the marks between which step 4 puts what it quotes. */
final class PromptParts {
  private static final Pattern BEGIN = Pattern.compile("<<<(?!end )(.+) ([0-9a-z]+)>>>");

  private PromptParts() {}

  /**
   * @param label what it is, as the model is told; "instructions" for what is not quoted
   */
  record Part(String label, String text) {}

  static List<Part> of(String prompt) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String label = null;
    String end = null;
    for (String line : prompt.split("\n", -1)) {
      Matcher begin = end == null ? BEGIN.matcher(line) : null;
      if (begin != null && begin.matches()) {
        add(parts, "instructions", text);
        label = begin.group(1);
        end = "<<<end " + begin.group(2) + ">>>";
      } else if (line.equals(end)) {
        add(parts, label, text);
        end = null;
      } else {
        text.append(line).append('\n');
      }
    }
    add(parts, end == null ? "instructions" : label, text);
    return parts;
  }

  private static void add(List<Part> parts, String label, StringBuilder text) {
    if (!text.toString().isBlank()) {
      parts.add(new Part(label, text.toString().strip()));
    }
    text.setLength(0);
  }
}
