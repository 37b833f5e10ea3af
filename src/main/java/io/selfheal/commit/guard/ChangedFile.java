package io.selfheal.commit.guard;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Patch;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A changed or new file, before and after, and where they differ. */
final class ChangedFile {
  private static final Pattern TEST =
      Pattern.compile(
          "(?:^|.*/)(?:tests?|__tests__|specs?|testing|e2e)/.*"
              + "|(?:.*/)?(?:test_[^/]*\\.py|conftest\\.py|[^/]*_test\\.(?:py|go|rb|exs?|dart)"
              + "|[^/]*_spec\\.rb|[^/]*[._-](?:test|spec)\\.[cm]?[jt]sx?"
              + "|(?:Test[A-Z][^/]*|[^/]*(?:Test|Tests|TestCase|IT|Spec))\\.(?:java|kt|groovy|scala|cs|php))");
  private static final int CONTEXT_LINES = 3;

  private final String path;
  private final boolean isNew;
  private final String textBefore;
  private final String textAfter;
  private final List<String> before;
  private final List<String> after;
  private final Patch<String> patch;
  private final Language language;
  private final String codeBefore;
  private final String codeAfter;

  /**
   * @param before null for a new file
   */
  ChangedFile(String path, String before, String after) {
    this.path = path;
    this.isNew = before == null;
    this.textBefore = before == null ? "" : before.replace("\r\n", "\n");
    this.textAfter = after.replace("\r\n", "\n");
    this.before = textBefore.lines().toList();
    this.after = textAfter.lines().toList();
    this.patch = DiffUtils.diff(this.before, this.after);
    this.language = Language.of(path);
    this.codeBefore = CodeText.of(language, textBefore);
    this.codeAfter = CodeText.of(language, textAfter);
  }

  /**
   * Lines that were replaced by others. Numbers are 1-based, {@code to} is included; a range of no
   * lines has {@code to = from - 1}.
   */
  record Hunk(int fromBefore, int toBefore, int fromAfter, int toAfter) {
    boolean changesBefore(int first, int last) {
      return first <= toBefore && last >= fromBefore;
    }

    boolean changesAfter(int first, int last) {
      return first <= toAfter && last >= fromAfter;
    }
  }

  String path() {
    return path;
  }

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  boolean isNew() {
    return isNew;
  }

  boolean isTest() {
    return TEST.matcher(path).matches();
  }

  Language language() {
    return language;
  }

  String textBefore() {
    return textBefore;
  }

  String textAfter() {
    return textAfter;
  }

  /** The lines of the file before. */
  List<String> before() {
    return before;
  }

  /** The lines of the file after. */
  List<String> after() {
    return after;
  }

  /** The file before, as {@link CodeText}. */
  String codeBefore() {
    return codeBefore;
  }

  /** The file after, as {@link CodeText}. */
  String codeAfter() {
    return codeAfter;
  }

  List<Hunk> hunks() {
    return patch.getDeltas().stream().map(ChangedFile::hunk).toList();
  }

  private static Hunk hunk(AbstractDelta<String> delta) {
    int before = delta.getSource().getPosition() + 1;
    int after = delta.getTarget().getPosition() + 1;
    return new Hunk(
        before, before + delta.getSource().size() - 1, after, after + delta.getTarget().size() - 1);
  }

  /** Whether a line of the file after is new. */
  boolean isAdded(int number) {
    return hunks().stream().anyMatch(hunk -> hunk.changesAfter(number, number));
  }

  /** Where a line of the file after was before; empty for a new one. 1-based both. */
  OptionalInt lineBefore(int number) {
    int shift = 0;
    for (Hunk hunk : hunks()) {
      if (hunk.changesAfter(number, number)) {
        return OptionalInt.empty();
      }
      if (hunk.fromAfter() > number) {
        break;
      }
      shift = hunk.toBefore() - hunk.toAfter();
    }
    return OptionalInt.of(number + shift);
  }

  /** Whether the lines of the file after hold a new one, or a place where some were removed. */
  boolean isChanged(int first, int last) {
    return hunks().stream()
        .anyMatch(
            hunk ->
                hunk.changesAfter(first, last)
                    || hunk.toAfter() < hunk.fromAfter()
                        && hunk.fromAfter() > first
                        && hunk.fromAfter() <= last + 1);
  }

  /** How many lines were added and removed. */
  int size() {
    return patch.getDeltas().stream()
        .mapToInt(delta -> delta.getSource().size() + delta.getTarget().size())
        .sum();
  }

  /** The change in the unified format. */
  String unified() {
    return String.join(
            "\n",
            UnifiedDiffUtils.generateUnifiedDiff(
                isNew ? "/dev/null" : "a/" + path, "b/" + path, before, patch, CONTEXT_LINES))
        + "\n";
  }

  static int lineOf(String text, int offset) {
    int line = 1;
    for (int i = 0; i < offset; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    return line;
  }
}
