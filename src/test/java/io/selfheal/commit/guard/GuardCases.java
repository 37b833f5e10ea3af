package io.selfheal.commit.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the cases of {@code src/test/resources/guards/<rule>.txt}. */
final class GuardCases {
  private static final Path FOLDER = Path.of("src/test/resources/guards");

  private GuardCases() {}

  /**
   * One case.
   *
   * @param stops whether the rule must find something; if not, no rule may
   */
  record Case(String rule, boolean stops, String title, Diff diff) {
    @Override
    public String toString() {
      return rule + (stops ? " stops: " : " lets through: ") + title;
    }
  }

  static Stream<Case> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().flatMap(GuardCases::read).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Case> read(Path file) {
    String rule = file.getFileName().toString().replace(".txt", "");
    List<Case> cases = new ArrayList<>();
    try {
      for (String part : Files.readString(file).split("(?m)^=== ")) {
        if (!part.isBlank()) {
          String title = part.substring(0, part.indexOf('\n'));
          cases.add(
              new Case(
                  rule,
                  title.startsWith("stop: "),
                  title.substring(title.indexOf(':') + 2),
                  diff(part.substring(part.indexOf('\n') + 1))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases.stream();
  }

  private static Diff diff(String text) {
    List<ChangedFile> files = new ArrayList<>();
    List<String> paths = List.of();
    List<Diff.FailingLine> failing = new ArrayList<>();
    for (String part : text.split("(?m)^path: ")) {
      if (part.isBlank()) {
        continue;
      }
      String[] sections = part.split("(?m)^--- ");
      String before = null;
      String after = null;
      for (int i = 1; i < sections.length; i++) {
        String content = sections[i].substring(sections[i].indexOf('\n') + 1);
        if (sections[i].startsWith("before")) {
          before = content;
        } else {
          after = content;
        }
      }
      List<String> head = sections[0].lines().toList();
      files.add(new ChangedFile(head.get(0), before, after));
      for (String line : head) {
        if (line.startsWith("paths: ")) {
          paths = List.of(line.substring("paths: ".length()).split(", "));
        } else if (line.startsWith("failing: ")) {
          String[] at = line.substring("failing: ".length()).split(":", 3);
          failing.add(
              new Diff.FailingLine(at[0], Integer.parseInt(at[1]), at.length > 2 ? at[2] : ""));
        }
      }
    }
    return new Diff(files, paths, failing);
  }
}
