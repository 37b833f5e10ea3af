package io.selfheal.commit.guard;

import io.selfheal.commit.EditablePaths;
import java.util.List;

/** A file that decides what CI, hooks or deployments run, unless {@code paths} names it. */
final class CiDefinition implements GuardRule {
  @Override
  public String name() {
    return "ci-definition";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    EditablePaths own = new EditablePaths(diff.ownPaths());
    return diff.files().stream()
        .filter(file -> EditablePaths.isProtected(file.path()) && !own.names(file.path()))
        .map(
            file ->
                new Finding(
                    file.path(),
                    0,
                    "this belongs to the CI, build host or git set-up; leave it as it is"))
        .toList();
  }
}
