package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A test that no longer runs, or a build that no longer runs tests. */
final class SkippedTest implements GuardRule {
  private static final Pattern SKIPPED =
      Pattern.compile(
          "@(?:Disabled|Ignore)\\b|\\[(?:Fact|Theory)\\(Skip\\b|\\[Ignore\\b|#\\[ignore"
              + "|\\bmark\\.(?:skip|skipif|xfail)\\b|\\b(?:unittest\\.)?(?:skip|skipIf|skipUnless|expectedFailure)\\b\\s*(?:\\(|$)"
              + "|\\b(?:self\\.)?skipTest\\s*\\(|\\bpytest\\.(?:skip|xfail|importorskip)\\s*\\("
              + "|\\b(?:it|test|describe|context|suite)\\.(?:skip|todo|only|failing|fixme)\\b"
              + "|\\b(?:xit|xtest|xdescribe|xcontext|fit|fdescribe|fcontext)\\s*[(\"']"
              + "|\\bt\\.Skip(?:f|Now)?\\s*\\(|\\bmarkTest(?:Skipped|Incomplete)\\b"
              + "|^\\s*(?:skip|pending)\\b\\s*(?:$|[\"'(])|\\bassume(?:True|False|That)\\s*\\(|\\b__test__\\s*=\\s*False");

  private static final Pattern SWITCHED_OFF =
      Pattern.compile(
          "\\bskipTests\\b|\\bskipITs\\b|maven\\.test\\.skip|testFailureIgnore|--deselect|\\bcollect_ignore"
              + "|testPathIgnorePatterns|passWithNoTests|--ignore=\\S*test|-x\\s+test\\b");

  @Override
  public String name() {
    return "skipped-test";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      Pattern pattern =
          file.isTest() ? SKIPPED : file.language() == Language.OTHER ? SWITCHED_OFF : null;
      if (pattern == null) {
        continue;
      }
      List<String> before = file.codeBefore().lines().toList();
      List<String> after = file.codeAfter().lines().toList();
      for (ChangedFile.Hunk hunk : file.hunks()) {
        long allowed =
            before.subList(hunk.fromBefore() - 1, hunk.toBefore()).stream()
                .filter(line -> pattern.matcher(line).find())
                .count();
        for (int line = hunk.fromAfter(); line <= hunk.toAfter(); line++) {
          if (pattern.matcher(after.get(line - 1)).find() && allowed-- <= 0) {
            findings.add(new Finding(file.path(), line, "tests that run today would not run"));
          }
        }
      }
    }
    return findings;
  }
}
