package io.selfheal.commit;

/** Writes a change into the repair's work tree, for {@code git add} of its paths. */
public final class StageChange {
  /**
   * @return the same change
   */
  public Change write(Change change) {
    change.workTree().write(change.files());
    return change;
  }
}
