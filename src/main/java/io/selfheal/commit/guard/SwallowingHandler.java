package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
      Map<String, Integer> silentBefore = new TreeMap<>();
      for (Handler handler : silent(file.language(), file.codeBefore())) {
        silentBefore.merge(handler.header(), 1, Integer::sum);
      }
      List<Handler> silentAfter = silent(file.language(), file.codeAfter());
      Map<String, Integer> more = new TreeMap<>();
      silentAfter.forEach(handler -> more.merge(handler.header(), 1, Integer::sum));
      silentBefore.forEach((header, count) -> more.merge(header, -count, Integer::sum));
      // One whose exceptions or body were changed is no new one; see the rule widened-catch.
      int gone = more.values().stream().mapToInt(count -> Math.max(0, -count)).sum();
      for (Handler handler : silentAfter) {
        if (more.get(handler.header()) > 0 && file.isChanged(handler.line(), handler.lastLine())) {
          more.merge(handler.header(), -1, Integer::sum);
          if (gone-- > 0) {
            continue;
          }
          findings.add(
              new Finding(
                  file.path(),
                  handler.line(),
                  "the exception ends here, neither logged nor raised again, so the error would only be hidden"));
        }
      }
    }
    return findings;
  }

  private static List<Handler> silent(Language language, String code) {
    return Handler.in(language, code).stream().filter(Handler::isSilent).toList();
  }
}
