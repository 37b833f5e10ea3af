package io.selfheal.workspace;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One repair's private checkout. Its index holds the whole base tree, its disk only what was {@link
 * #write written}.
 *
 * @param directory its root; a git repository of its own
 * @param base name of the base branch
 * @param baseCommit id of the commit it was made from: the base branch's newest, or one of the
 *     repair's branch that is to go on
 * @param branch the repair's branch, which is checked out
 */
public record WorkTree(Path directory, String base, String baseCommit, String branch) {
  /** Name of the trailer that tells our commits from others; its value is the fingerprint. */
  public static final String TRAILER = "Selfheal-Fingerprint";

  /** Opens the files of the base commit; close it after use. */
  public BaseTree open() {
    return new BaseTree(directory, baseCommit);
  }

  /** Opens the earlier versions of the base commit's files; close it after use. */
  public FileHistory history() {
    return new FileHistory(directory, baseCommit);
  }

  /** The paths of all files of the base commit; for several questions {@link #open} is cheaper. */
  public List<String> paths() {
    try (BaseTree tree = open()) {
      return tree.paths();
    }
  }

  /** One file of the base commit; for several {@link #open} is cheaper. */
  public Optional<byte[]> read(String path) {
    try (BaseTree tree = open()) {
      return tree.read(path);
    }
  }

  /**
   * Writes files into the tree, so that {@code git add} of their paths stages them. A file of the
   * base commit keeps its executable bit. The index is untouched, but for no longer taking these
   * files as unchanged.
   *
   * @param files path to content
   */
  public void write(Map<String, byte[]> files) {
    new TreeFiles(directory, baseCommit).write(files);
  }
}
