package io.selfheal.bugs;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.prompt.BuildPrompt;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.prompt.SourceTree;
import io.selfheal.prompt.TokenEstimate;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whether the place that has to change is in the prompt, over a set of real bugs. Beside it stands
 * the rule to show every file whose base name occurs in the trace, whole.
 */
class BugSetTest {
  private static final int TOKENS = 12_000;
  private static final Pattern PART =
      Pattern.compile("<<<file (?<path>\\S+) lines (?<first>\\d+)-(?<last>\\d+) of \\d+ \\w+>>>");
  private static final Pattern SITE = Pattern.compile("(?m)^(?<path>\\S+) line \\d+ in .*$");

  private record Row(
      Bug bug,
      boolean file,
      boolean function,
      int wrong,
      long tokens,
      boolean baseNameFile,
      int baseNameWrong,
      long baseNameTokens) {}

  @Test
  void holdsAtLeastTwentyFiveBugsInThreeLanguages() {
    List<Bug> bugs = Bug.all();
    assertThat(bugs).hasSizeGreaterThanOrEqualTo(25);
    for (String language : List.of("python", "java", "javascript")) {
      assertThat(bugs)
          .filteredOn(bug -> bug.language().equals(language))
          .as(language)
          .hasSizeGreaterThanOrEqualTo(9);
    }
    assertThat(bugs).allSatisfy(bug -> assertThat(bug.text(bug.goldFile())).isNotNull());
  }

  @Test
  void goldIsInThePrompt() {
    List<Row> rows = rows(false);
    print("as they are", rows);
    assertShares(rows);
    assertThat(rows).allMatch(row -> row.tokens() <= TOKENS);
    assertThat(sum(rows.stream().mapToLong(Row::wrong)))
        .isLessThan(sum(rows.stream().mapToLong(Row::baseNameWrong)));
  }

  /** Every file is too long to be shown whole, so that what is shown has to be chosen. */
  @Test
  void goldIsInThePromptOfLongFiles() {
    List<Row> rows = rows(true);
    print("with long files", rows);
    assertShares(rows);
    assertThat(rows).allMatch(row -> row.tokens() <= TOKENS);
    assertThat(sum(rows.stream().mapToLong(Row::tokens)))
        .isLessThan(sum(rows.stream().mapToLong(Row::baseNameTokens)) / 5);
  }

  /** What a prompt has on average where files are long, in tokens. */
  static double meanTokens() {
    return rows(true).stream().mapToLong(Row::tokens).average().orElseThrow();
  }

  private static void assertShares(List<Row> rows) {
    assertThat(rows.stream().filter(Row::file).count())
        .as("gold file in the prompt")
        .isGreaterThanOrEqualTo((long) Math.ceil(0.95 * rows.size()));
    assertThat(rows.stream().filter(Row::function).count())
        .as("gold function in the prompt")
        .isGreaterThanOrEqualTo((long) Math.ceil(0.90 * rows.size()));
  }

  private static long sum(java.util.stream.LongStream numbers) {
    return numbers.sum();
  }

  private static List<Row> rows(boolean padded) {
    return Bug.all().stream().map(bug -> row(bug, padded)).toList();
  }

  private static Row row(Bug bug, boolean padded) {
    SourceTree source = source(bug, padded);
    BuildPrompt prompts = new BuildPrompt(BugSetTest::trace, text -> text, TOKENS);
    RepairPrompt prompt =
        prompts.build(
            SamplePrompts.issue(bug.trace()),
            SamplePrompts.app(),
            SamplePrompts.workTree(),
            source);
    StackTrace trace = trace(bug.trace()).orElseThrow();
    Set<String> real = filesOf(trace, bug);

    Set<String> mapped = new LinkedHashSet<>();
    Matcher site = SITE.matcher(prompt.user());
    while (site.find()) {
      mapped.add(site.group("path"));
    }
    Set<String> named = byBaseName(trace, source);
    return new Row(
        bug,
        shown(prompt.user(), bug.goldFile()).cardinality() > 0,
        shown(prompt.user(), bug.goldFile())
                .get(bug.goldLines()[0], bug.goldLines()[1] + 1)
                .cardinality()
            == bug.goldLines()[1] - bug.goldLines()[0] + 1,
        (int) mapped.stream().filter(path -> !real.contains(path)).count(),
        TokenEstimate.of(prompt.system()) + TokenEstimate.of(prompt.user()),
        named.contains(bug.goldFile()),
        (int) named.stream().filter(path -> !real.contains(path)).count(),
        named.stream().mapToLong(path -> TokenEstimate.of(source.read(path).orElseThrow())).sum());
  }

  private static Optional<StackTrace> trace(String text) {
    return new StackTraces()
        .find(text.lines().toList()).stream().findFirst().map(FoundTrace::trace);
  }

  private static BitSet shown(String prompt, String path) {
    var lines = new BitSet();
    Matcher part = PART.matcher(prompt);
    while (part.find()) {
      if (part.group("path").equals(path)) {
        lines.set(Integer.parseInt(part.group("first")), Integer.parseInt(part.group("last")) + 1);
      }
    }
    return lines;
  }

  private static List<Frame> frames(StackTrace trace) {
    return Stream.concat(Stream.of(trace), trace.causedBy().stream())
        .flatMap(error -> error.frames().stream())
        .filter(frame -> frame.file() != null)
        .toList();
  }

  /** The files that the program really ran through: it is known where it was deployed. */
  private static Set<String> filesOf(StackTrace trace, Bug bug) {
    var files = new LinkedHashSet<String>();
    for (Frame frame : frames(trace)) {
      String file = frame.file().replaceFirst("^file://", "");
      if (bug.language().equals("java")) {
        String type = frame.function().replaceFirst("\\.[^.]+$", "").replaceFirst("^.*/", "");
        String directory = type.contains(".") ? type.replaceFirst("\\.[^.]+$", "") : "";
        file = "src/main/java/" + directory.replace('.', '/') + "/" + file;
      } else if (file.startsWith(bug.prefix() + "/")) {
        file = file.substring(bug.prefix().length() + 1);
      }
      if (bug.before().containsKey(file)) {
        files.add(file);
      }
    }
    return files;
  }

  private static Set<String> byBaseName(StackTrace trace, SourceTree source) {
    var names = new LinkedHashSet<String>();
    frames(trace).forEach(frame -> names.add(frame.file().replaceFirst("^.*/", "")));
    var files = new LinkedHashSet<String>();
    for (String path : source.paths()) {
      if (names.contains(path.replaceFirst("^.*/", ""))) {
        files.add(path);
      }
    }
    return files;
  }

  private static SourceTree source(Bug bug, boolean padded) {
    return new SourceTree() {
      @Override
      public List<String> paths() {
        return List.copyOf(bug.before().keySet());
      }

      @Override
      public Optional<String> read(String path) {
        return Optional.ofNullable(bug.text(path))
            .map(text -> padded ? longer(text, bug.language(), path) : text);
      }
    };
  }

  /** The file with so many more functions at its end that it alone is larger than the budget. */
  private static String longer(String text, String language, String path) {
    if (!path.matches(".*\\.(?:py|java|m?js)")) {
      return text;
    }
    String function =
        switch (language) {
          case "python" -> "\n\ndef padding_%1$d(value):\n    return value + %1$d * 2\n";
          case "java" -> "\n  static int padding%1$d(int value) {\n    return value + %1$d;\n  }\n";
          default -> "\nfunction padding%1$d(value) {\n  return value + %1$d * 2;\n}\n";
        };
    var more = new StringBuilder();
    for (int i = 0; i < 800; i++) {
      more.append(function.formatted(i));
    }
    int end = language.equals("java") ? text.lastIndexOf('}') : text.length();
    return text.substring(0, end) + (text.endsWith("\n") ? "" : "\n") + more + text.substring(end);
  }

  private static void print(String title, List<Row> rows) {
    var table = new ArrayList<String>();
    table.add(
        "%-30s %-10s  %-4s %-8s %5s %7s   %-4s %5s %7s"
            .formatted(
                title, "", "file", "function", "wrong", "tokens", "file", "wrong", "tokens"));
    for (Row row : rows) {
      table.add(
          "%-30s %-10s  %-4s %-8s %5d %7d   %-4s %5d %7d"
              .formatted(
                  row.bug().name(),
                  row.bug().language(),
                  row.file() ? "yes" : "NO",
                  row.function() ? "yes" : "NO",
                  row.wrong(),
                  row.tokens(),
                  row.baseNameFile() ? "yes" : "NO",
                  row.baseNameWrong(),
                  row.baseNameTokens()));
    }
    table.add(
        String.format(
            Locale.ROOT,
            "%-41s  %3.0f%% %7.0f%% %5d %7d   %3.0f%% %5d %7d",
            rows.size() + " bugs (left: this prompt, right: by base name)",
            share(rows, rows.stream().filter(Row::file).count()),
            share(rows, rows.stream().filter(Row::function).count()),
            sum(rows.stream().mapToLong(Row::wrong)),
            sum(rows.stream().mapToLong(Row::tokens)),
            share(rows, rows.stream().filter(Row::baseNameFile).count()),
            sum(rows.stream().mapToLong(Row::baseNameWrong)),
            sum(rows.stream().mapToLong(Row::baseNameTokens))));
    System.out.println(String.join("\n", table) + "\n");
  }

  private static double share(List<Row> rows, long count) {
    return 100.0 * count / rows.size();
  }
}
