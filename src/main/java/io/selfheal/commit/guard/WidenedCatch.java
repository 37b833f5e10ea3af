package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;

/** A handler that now catches nearly everything and did not before. */
final class WidenedCatch implements GuardRule {
  @Override
  public String name() {
    return "widened-catch";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      // JavaScript's and Go's handlers have no types
      if (file.language() == Language.JAVASCRIPT || file.language() == Language.GO) {
        continue;
      }
      List<Handler> before = Handler.in(file.language(), file.codeBefore());
      List<Handler> after = Handler.in(file.language(), file.codeAfter());
      for (ChangedFile.Hunk hunk : file.hunks()) {
        List<Handler> old =
            before.stream().filter(h -> hunk.changesBefore(h.line(), h.line())).toList();
        List<Handler> now =
            after.stream().filter(h -> hunk.changesAfter(h.line(), h.line())).toList();
        for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
          Handler handler = now.get(i);
          if (handler.isWiderThan(old.get(i)) && !handler.raises()) {
            findings.add(
                new Finding(
                    file.path(),
                    handler.line(),
                    "this caught "
                        + String.join(", ", old.get(i).types())
                        + " and now catches nearly everything, so other errors would be hidden too"));
          }
        }
      }
    }
    return findings;
  }
}
