package io.selfheal.commit.guard;

import java.util.List;

/**
 * A change as the rules see it.
 *
 * @param files changed and new files
 * @param ownPaths the application's {@code paths}: what they name from its beginning is allowed by
 *     the people who wrote them
 * @param failing where the error was raised, as far as the trace says
 */
record Diff(List<ChangedFile> files, List<String> ownPaths, List<FailingLine> failing) {
  /**
   * The innermost application frame of an error.
   *
   * @param fileName without directories
   * @param line 1-based; 0 when unknown
   * @param source the line's text, stripped; empty when the trace does not print it
   */
  record FailingLine(String fileName, int line, String source) {
    boolean isAt(ChangedFile file, int number) {
      if (!file.name().equals(fileName) || number < 1 || number > file.before().size()) {
        return false;
      }
      return source.isEmpty()
          ? number == line
          : file.before().get(number - 1).strip().equals(source);
    }
  }

  List<ChangedFile> tests() {
    return files.stream().filter(ChangedFile::isTest).toList();
  }
}
