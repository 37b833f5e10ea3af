package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A test's assertion that is gone, or that checks less than it did. */
final class WeakenedAssertion implements GuardRule {
  private static final Pattern ASSERTION =
      Pattern.compile(
          "^\\s*(?:await\\s+|return\\s+|with\\s+|async\\s+with\\s+)?(?:assert\\b|assert_?[A-Za-z]\\w*!?\\s*\\(|expect\\s*[({]"
              + "|(?:self|cls|this|t|is|should)\\.(?:assert|fail|Error|Fatal|expect)\\w*\\s*\\("
              + "|\\$this->(?:assert|expect)\\w*\\s*\\(|(?:self|static)::assert\\w*\\s*\\("
              + "|(?:assert|require|Assert|Assertions|CollectionAssert|StringAssert)\\.\\w+\\s*\\("
              + "|(?:pytest\\.)?raises\\s*\\(|verify\\s*\\(|assert_\\w+\\b|must_\\w+|is_expected\\b"
              + "|if\\b[^\\n]*\\{\\s*t\\.(?:Error|Fatal)|.*\\.should\\b|.*\\.Should\\(\\))");

  private static final Pattern TRIVIAL =
      Pattern.compile(
          "^assert\\s+(?:True|1|true)\\s*(?:,.*)?$"
              + "|assertTrue\\(\\s*[tT]rue\\b|assertFalse\\(\\s*[fF]alse\\b|assert\\.ok\\(\\s*true"
              + "|IsTrue\\(\\s*true|expect\\(\\s*(\\w+)\\s*\\)\\.to\\w*\\(\\s*\\1\\s*\\)"
              + "|[aA]ssert\\w*[eE]qual\\w*\\(\\s*([\\w.]+)\\s*,\\s*\\2\\s*\\)"
              + "|assertThat\\(\\s*true\\s*\\)");

  private static final Pattern WEAK =
      Pattern.compile(
          "(?i:assert_?(?:is_?)?(?:not_?(?:null|none|nil|empty)|(?:is_?)?instance|does_?not_?(?:throw|raise)|true|false)\\w*\\s*[!(])"
              + "|\\b(?:Is)?Not(?:Null|Nil|Empty)\\(|\\bassert\\.(?:ok|True|False|isDefined|exists)\\("
              + "|\\.is(?:NotNull|NotEmpty|InstanceOf\\w*)\\((?:\\w+\\.class)?\\)\\s*;?$|\\.(?:isNotNull|isNotEmpty)\\(\\)\\s*;?\\s*$"
              + "|\\.to(?:BeDefined|BeTruthy|BeFalsy|BeInstanceOf|Throw(?:Error)?)\\((?:\\w*)\\)\\s*;?$"
              + "|\\.not\\.toBe(?:Null|Undefined)\\(|\\bbe_(?:truthy|falsey|a)\\b|not_to be_nil"
              + "|(?:raises|assertRaises|assertThrows(?:Exactly)?|expectException|isInstanceOf)\\s*\\(\\s*\\\\?(?:Base)?(?:Exception|Throwable|Error)\\b"
              + "|^assert\\s+(?!.*(?:==|!=|<|>|\\bin\\b)).*$|^assert\\s.*\\bis\\s+not\\s+None\\s*$");

  @Override
  public String name() {
    return "weakened-assertion";
  }

  private record Assertion(int line, int lastLine, String text, int strength) {}

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (ChangedFile file : diff.tests()) {
      assertions(file.after(), file.codeAfter())
          .forEach(assertion -> present.add(assertion.text()));
    }
    for (ChangedFile file : diff.tests()) {
      List<Assertion> before = assertions(file.before(), file.codeBefore());
      List<Assertion> after = assertions(file.after(), file.codeAfter());
      for (ChangedFile.Hunk hunk : file.hunks()) {
        List<Assertion> now =
            new ArrayList<>(
                after.stream().filter(a -> hunk.changesAfter(a.line(), a.lastLine())).toList());
        for (Assertion old : before) {
          if (!hunk.changesBefore(old.line(), old.lastLine()) || old.strength() == 0) {
            continue;
          }
          if (present.contains(old.text())) {
            now.removeIf(assertion -> assertion.text().equals(old.text()));
            continue;
          }
          Assertion equal =
              now.stream().filter(a -> a.strength() >= old.strength()).findFirst().orElse(null);
          if (equal != null) {
            now.remove(equal);
          } else {
            findings.add(
                new Finding(
                    file.path(),
                    old.line(),
                    now.isEmpty()
                        ? "this assertion of the file before is deleted; a test keeps what it checks"
                        : "this assertion of the file before checks less now; a test keeps what it checks"));
          }
        }
      }
    }
    return findings;
  }

  private static List<Assertion> assertions(List<String> lines, String code) {
    List<String> blanked = code.lines().toList();
    List<Assertion> assertions = new ArrayList<>();
    for (int i = 0; i < blanked.size(); i++) {
      if (!ASSERTION.matcher(blanked.get(i)).find()) {
        continue;
      }
      int last = lastLine(blanked, i);
      String text = String.join(" ", lines.subList(i, last + 1)).strip().replaceAll("\\s+", " ");
      String bare = String.join("", blanked.subList(i, last + 1)).strip();
      int strength = TRIVIAL.matcher(bare).find() ? 0 : WEAK.matcher(bare).find() ? 1 : 2;
      assertions.add(new Assertion(i + 1, last + 1, text, strength));
    }
    return assertions;
  }

  /** The index of the statement's last line: brackets are closed and no chained call follows. */
  private static int lastLine(List<String> lines, int first) {
    int depth = 0;
    for (int i = first; i < lines.size(); i++) {
      for (char c : lines.get(i).toCharArray()) {
        depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
      }
      boolean chained = i + 1 < lines.size() && lines.get(i + 1).stripLeading().startsWith(".");
      if (depth <= 0 && !chained || lines.get(first).strip().startsWith("with ")) {
        return i;
      }
    }
    return lines.size() - 1;
  }
}
