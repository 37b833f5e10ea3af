package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A new handler that neither logs the exception, passes it on, nor raises one. */
final class SwallowingHandler implements GuardRule {
  @Override
  public String name() {
    return "swallowed-exception";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      List<Handler> known = new ArrayList<>(silent(file.language(), file.codeBefore()));
      List<Handler> others = new ArrayList<>();
      for (Handler handler : silent(file.language(), file.codeAfter())) {
        OptionalInt line = file.lineBefore(handler.line());
        if (line.isEmpty() || !known.removeIf(old -> old.line() == line.getAsInt())) {
          others.add(handler);
        }
      }
      for (Handler handler : others) {
        // One whose exceptions were changed is no new one; see the rule widened-catch.
        Optional<Handler> same =
            known.stream()
                .filter(old -> isInItsPlace(file, old, handler) || isMoved(file, old, handler))
                .findFirst();
        if (same.isPresent()) {
          known.remove(same.get());
          continue;
        }
        findings.add(
            new Finding(
                file.path(),
                handler.line(),
                "the exception ends here, neither logged nor raised again, so the error would only be hidden"));
      }
    }
    return findings;
  }

  private static boolean isInItsPlace(ChangedFile file, Handler old, Handler handler) {
    return file.hunks().stream()
        .anyMatch(
            hunk ->
                hunk.changesBefore(old.line(), old.line())
                    && hunk.changesAfter(handler.line(), handler.line()));
  }

  /** Whether the same handler guards the same code, elsewhere in the file. */
  private static boolean isMoved(ChangedFile file, Handler old, Handler handler) {
    String guarded = lineAbove(file.after(), handler.line());
    return old.header().equals(handler.header())
        && old.body().replaceAll("\\s+", " ").equals(handler.body().replaceAll("\\s+", " "))
        && guarded.length() > 1
        && guarded.equals(lineAbove(file.before(), old.line()));
  }

  private static String lineAbove(List<String> lines, int number) {
    for (int i = number - 2; i >= 0; i--) {
      if (!lines.get(i).isBlank()) {
        return lines.get(i).strip();
      }
    }
    return "";
  }

  private static List<Handler> silent(Language language, String code) {
    return Handler.in(language, code).stream().filter(Handler::isSilent).toList();
  }
}
