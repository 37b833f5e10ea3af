package io.selfheal.workspace;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/** Where the lines of one text stand in another one; lines are counted from 1. */
public final class LineChanges {
  private final EditList edits;

  /** Compares two versions of a text; white space at the ends of lines does not count. */
  public LineChanges(String before, String after) {
    edits = new HistogramDiff().diff(RawTextComparator.WS_IGNORE_TRAILING, raw(before), raw(after));
  }

  private static RawText raw(String text) {
    return new RawText(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Lines that were put in place of others.
   *
   * @param beforeFirst first line of the old ones; where there are none, the one that followed
   * @param beforeCount how many there were
   * @param afterFirst first line of the new ones; where there are none, the one that follows
   * @param afterCount how many there are
   */
  public record Hunk(int beforeFirst, int beforeCount, int afterFirst, int afterCount) {}

  public List<Hunk> hunks() {
    return edits.stream()
        .map(
            edit ->
                new Hunk(
                    edit.getBeginA() + 1,
                    edit.getLengthA(),
                    edit.getBeginB() + 1,
                    edit.getLengthB()))
        .toList();
  }

  /** Whether an old line is gone or changed, or something was put directly before it. */
  public boolean touches(int line) {
    return edits.stream()
        .anyMatch(
            edit ->
                edit.getBeginA() < line && line <= edit.getEndA()
                    || edit.getLengthA() == 0 && edit.getBeginA() == line - 1);
  }

  /** Where an old line stands now; for a line that is gone, where it would stand. */
  public int after(int line) {
    int shift = 0;
    for (Edit edit : edits) {
      if (edit.getEndA() < line) {
        shift = edit.getEndB() - edit.getEndA();
      } else if (edit.getBeginA() < line) {
        int within = Math.min(line - 1 - edit.getBeginA(), Math.max(0, edit.getLengthB() - 1));
        return edit.getBeginB() + within + 1;
      } else {
        break;
      }
    }
    return line + shift;
  }
}
