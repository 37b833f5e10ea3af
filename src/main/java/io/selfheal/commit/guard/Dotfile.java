package io.selfheal.commit.guard;

import io.selfheal.commit.EditablePaths;
import java.util.Arrays;
import java.util.List;

/** A hidden file or a file in a hidden folder, unless {@code paths} names it. */
final class Dotfile implements GuardRule {
  @Override
  public String name() {
    return "dotfile";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    EditablePaths own = new EditablePaths(diff.ownPaths());
    return diff.files().stream()
        .filter(
            file -> Arrays.stream(file.path().split("/")).anyMatch(part -> part.startsWith(".")))
        .filter(file -> !own.names(file.path()))
        .map(
            file ->
                new Finding(
                    file.path(),
                    0,
                    "files that begin with a dot set tools up and hold no program; leave it as it is"))
        .toList();
  }
}
