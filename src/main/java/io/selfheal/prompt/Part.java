package io.selfheal.prompt;

import io.selfheal.prompt.FocusLines.Range;
import java.util.List;

/** A section of data in the prompt. */
record Part(String label, String text) {

  /** Lines of a source file, labelled with its path and their numbers. */
  static Part of(String path, List<String> lines, Range range) {
    return new Part(
        "file %s lines %d-%d of %d"
            .formatted(label(path), range.first(), range.last(), lines.size()),
        String.join("\n", lines.subList(range.first() - 1, range.last())));
  }

  /** A name fit for a mark's line. */
  static String label(String text) {
    return SafeText.ofLog(text).replace('\n', ' ').replace('\t', ' ');
  }

  /** Characters that it takes with its marks. */
  int length() {
    return label.length() + text.length() + 40;
  }
}
