package io.selfheal.bugs;

import io.selfheal.model.Edit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/**
 * The fix of a bug as the edits that a model would answer: for each place that changes the fewest
 * whole lines that stand in the file only once.
 */
public final class GoldEdits {
  private GoldEdits() {}

  public static List<Edit> of(Bug bug) {
    var edits = new ArrayList<Edit>();
    bug.after()
        .forEach(
            (path, after) -> {
              byte[] before = bug.before().get(path);
              if (before == null) {
                edits.add(new Edit(path, "", text(after)));
              } else {
                edits.addAll(edits(path, text(before), text(after)));
              }
            });
    return edits;
  }

  /** As the prompt shows it: lines end in line feeds. */
  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  private record Hunk(int beginBefore, int endBefore, int beginAfter, int endAfter) {}

  private static List<Edit> edits(String path, String before, String after) {
    List<String> old = List.of(before.split("\n", -1));
    List<String> fixed = List.of(after.split("\n", -1));
    var hunks = new ArrayList<Hunk>();
    for (var edit : new HistogramDiff().diff(RawTextComparator.DEFAULT, raw(before), raw(after))) {
      Hunk wider =
          unique(
              new Hunk(edit.getBeginA(), edit.getEndA(), edit.getBeginB(), edit.getEndB()),
              old,
              before);
      Hunk last = hunks.isEmpty() ? null : hunks.get(hunks.size() - 1);
      if (last != null && wider.beginBefore() <= last.endBefore()) {
        hunks.set(
            hunks.size() - 1,
            new Hunk(last.beginBefore(), wider.endBefore(), last.beginAfter(), wider.endAfter()));
      } else {
        hunks.add(wider);
      }
    }
    return hunks.stream()
        .map(
            hunk ->
                new Edit(
                    path,
                    String.join("\n", old.subList(hunk.beginBefore(), hunk.endBefore())),
                    String.join("\n", fixed.subList(hunk.beginAfter(), hunk.endAfter()))))
        .toList();
  }

  private static RawText raw(String text) {
    return new RawText((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Hunk unique(Hunk hunk, List<String> old, String before) {
    Hunk wider = hunk;
    boolean down = true;
    while (wider.beginBefore() == wider.endBefore()
        || occurrences(
                String.join("\n", old.subList(wider.beginBefore(), wider.endBefore())), before)
            != 1) {
      if (down && wider.endBefore() < old.size() || wider.beginBefore() == 0) {
        wider =
            new Hunk(
                wider.beginBefore(),
                wider.endBefore() + 1,
                wider.beginAfter(),
                wider.endAfter() + 1);
      } else {
        wider =
            new Hunk(
                wider.beginBefore() - 1,
                wider.endBefore(),
                wider.beginAfter() - 1,
                wider.endAfter());
      }
      down = !down;
    }
    return wider;
  }

  private static int occurrences(String search, String text) {
    int found = 0;
    if (search.isBlank()) {
      return found;
    }
    for (int at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + 1)) {
      found++;
    }
    return found;
  }
}
