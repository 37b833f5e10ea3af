package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.List;

/** More files or lines than {@code selfheal.heal.max-files} and {@code max-changed-lines} allow. */
final class LargeDiff implements GuardRule {
  private final int maxFiles;
  private final int maxLines;

  LargeDiff(int maxFiles, int maxLines) {
    this.maxFiles = maxFiles;
    this.maxLines = maxLines;
  }

  @Override
  public String name() {
    return "large-diff";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    if (diff.files().size() > maxFiles) {
      findings.add(
          new Finding(
              diff.files().get(0).path(),
              0,
              diff.files().size() + " files are changed; at most " + maxFiles + " may be"));
    }
    int lines = diff.files().stream().mapToInt(ChangedFile::size).sum();
    if (lines > maxLines) {
      findings.add(
          new Finding(
              diff.files().get(0).path(),
              0,
              lines
                  + " lines are added or removed; at most "
                  + maxLines
                  + " may be, all files together"));
    }
    return findings;
  }
}
