package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A key, token or password in the new text. What the mask would hide in a log is one. */
final class NewSecret implements GuardRule {
  private static final Pattern PLACEHOLDER = Pattern.compile("<([a-z-]+):[0-9a-f]{4}>");

  /** Personal data: examples in tests look so, and they open nothing. */
  private static final Set<String> HARMLESS = Set.of("email", "card");

  private static final Pattern NO_VALUE =
      Pattern.compile(
          "(?i).*(?:\\$\\{|\\{\\{|<[a-z_ -]+>|%\\(|changeme|change[_-]me|example|dummy|fake|placeholder|redacted"
              + "|your[_-]|xxx|\\*\\*\\*|\\.\\.\\.).*");

  private final UnaryOperator<String> mask;

  NewSecret(UnaryOperator<String> mask) {
    this.mask = mask;
  }

  @Override
  public String name() {
    return "secret";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      for (ChangedFile.Hunk hunk : file.hunks()) {
        List<String> added = file.after().subList(hunk.fromAfter() - 1, hunk.toAfter());
        for (int i = 0; i < added.size(); i++) {
          if (holdsSecret(added.get(i), file)) {
            findings.add(found(file, hunk.fromAfter() + i));
          }
        }
        String all = String.join("\n", added);
        int key = all.indexOf("PRIVATE KEY-----");
        if (key >= 0
            && all.indexOf("-----BEGIN") >= 0
            && !file.textBefore().contains("PRIVATE KEY-----")) {
          int line = hunk.fromAfter() + ChangedFile.lineOf(all, key) - 1;
          if (findings.stream().noneMatch(f -> f.path().equals(file.path()) && f.line() == line)) {
            findings.add(found(file, line));
          }
        }
      }
    }
    return findings;
  }

  private static Finding found(ChangedFile file, int line) {
    return new Finding(
        file.path(),
        line,
        "this looks like a password, key or token; read it from where the program reads its secrets");
  }

  private boolean holdsSecret(String line, ChangedFile file) {
    String masked = mask.apply(line);
    if (masked.equals(line)) {
      return false;
    }
    Matcher placeholder = PLACEHOLDER.matcher(masked);
    int inMasked = 0;
    int inLine = 0;
    while (placeholder.find()) {
      int start = inLine + placeholder.start() - inMasked;
      if (start > line.length() || line.startsWith(placeholder.group(), start)) {
        return false;
      }
      int end = end(line, masked, placeholder.end(), start);
      String value = line.substring(start, end);
      if (counts(placeholder.group(1), value, line, start, file)) {
        return true;
      }
      inMasked = placeholder.end();
      inLine = end;
    }
    return false;
  }

  /** Where the masked value ends in the line: where what follows the placeholder begins. */
  private static int end(String line, String masked, int from, int start) {
    Matcher next = PLACEHOLDER.matcher(masked);
    String between = masked.substring(from, next.find(from) ? next.start() : masked.length());
    int end = between.isEmpty() ? line.length() : line.indexOf(between, start);
    return end < 0 ? line.length() : end;
  }

  private static boolean counts(
      String kind, String value, String line, int start, ChangedFile file) {
    if (HARMLESS.contains(kind) || file.textBefore().contains(value)) {
      return false;
    }
    if (!kind.equals("secret") && !kind.equals("url-password")) {
      return true;
    }
    boolean literal = start > 0 && "\"'`".indexOf(line.charAt(start - 1)) >= 0;
    boolean config = file.language() == Language.OTHER;
    return !file.isTest()
        && (literal || config || kind.equals("url-password"))
        && value.length() >= 8
        && value.matches("\\S+")
        && !NO_VALUE.matcher(value).matches();
  }
}
