package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Nothing in place of a value, on the very line that failed or just before it. */
final class EmptyDefault implements GuardRule {
  private static final String EMPTY =
      "(?:None|null|nil|NULL|undefined|\"\"|''|``|\\[\\s*\\]|\\{\\s*\\}|\\(\\s*\\)"
          + "|(?:dict|list|set|tuple|array|frozenset)\\(\\s*\\)"
          + "|(?:Collections\\.|kotlin\\.)?empty(?:List|Map|Set|Array)?(?:<[^>]*>)?\\(\\)"
          + "|Optional\\.empty\\(\\)|(?:List|Map|Set|Stream)\\.(?:of|empty)\\(\\)"
          + "|(?:list|map|set)Of\\(\\)|Array\\.Empty<[^>]*>\\(\\)|string\\.Empty"
          + "|new\\s+(?:\\w*(?:List|Map|Set)|Object|Array)\\s*(?:<[^>]*>)?\\s*\\(\\s*\\)(?:\\s*\\{\\s*\\})?)";

  private static final Pattern DEFAULT =
      Pattern.compile(
          "\\breturn\\s*\\(?\\s*"
              + EMPTY
              + "\\s*\\)?\\s*(?:[;}]|$|,\\s*nil\\b|\\bif\\b|\\bunless\\b)"
              // a default of a look-up
              + "|\\.(?:get|getOrDefault|fetch|pop|getOrElse|orElse|dig|get_or_default)\\s*\\((?:[^()]|\\([^()]*\\))*?"
              + "(?:,\\s*|(?<=orElse\\())"
              + EMPTY
              + "\\s*\\)"
              + "|\\bgetattr\\s*\\([^()]*,[^()]*,\\s*"
              + EMPTY
              + "\\s*\\)"
              // "or else nothing"
              + "|(?<!\\?)\\?\\s*"
              + EMPTY
              + "\\s*:"
              + "|(?:\\?\\?=?|\\|\\|=?|\\bor\\b|\\?:|\\belse\\b(?!\\s*\\{\\s*\\S)|[^?:]:(?!:))\\s*"
              + EMPTY
              + "\\s*(?:[;,)\\]]|$|\\.)");

  @Override
  public String name() {
    return "empty-default";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      if (file.isTest() || file.language() == Language.OTHER) {
        continue;
      }
      List<String> before = file.codeBefore().lines().toList();
      List<String> after = file.codeAfter().lines().toList();
      for (ChangedFile.Hunk hunk : file.hunks()) {
        if (!fails(diff, file, hunk)) {
          continue;
        }
        int allowed = 0;
        for (int line = hunk.fromBefore(); line <= hunk.toBefore(); line++) {
          allowed += count(before.get(line - 1));
        }
        for (int line = hunk.fromAfter(); line <= hunk.toAfter(); line++) {
          allowed -= count(after.get(line - 1));
          if (allowed < 0) {
            findings.add(
                new Finding(
                    file.path(),
                    line,
                    "an empty default on the line that failed hides what is missing; correct it where it goes missing, or refuse it"));
            break;
          }
        }
      }
    }
    return findings;
  }

  /** Whether the hunk replaces a failing line, or stands right before one. */
  private static boolean fails(Diff diff, ChangedFile file, ChangedFile.Hunk hunk) {
    int last =
        Math.max(hunk.toBefore(), hunk.fromBefore())
            + (hunk.toBefore() < hunk.fromBefore() ? 0 : 1);
    for (int line = hunk.fromBefore(); line <= last; line++) {
      for (Diff.FailingLine failing : diff.failing()) {
        if (failing.isAt(file, line)) {
          return true;
        }
      }
    }
    return false;
  }

  private static int count(String line) {
    Matcher matcher = DEFAULT.matcher(line);
    int count = 0;
    while (matcher.find()) {
      count++;
    }
    return count;
  }
}
