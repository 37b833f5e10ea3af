package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;

/** A new handler for everything, the end of the process included, that does not raise it again. */
final class BareExcept implements GuardRule {
  @Override
  public String name() {
    return "bare-except";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      long before = bare(file.language(), file.codeBefore()).size();
      bare(file.language(), file.codeAfter()).stream()
          .filter(handler -> file.isChanged(handler.line(), handler.lastLine()))
          .limit(Math.max(0, bare(file.language(), file.codeAfter()).size() - before))
          .forEach(
              handler ->
                  findings.add(
                      new Finding(
                          file.path(),
                          handler.line(),
                          "this catches everything, even what ends the process; name the exception that is meant")));
    }
    return findings;
  }

  private static List<Handler> bare(Language language, String code) {
    return Handler.in(language, code).stream()
        .filter(handler -> handler.catchesEverything(language) && !handler.raises())
        .toList();
  }
}
