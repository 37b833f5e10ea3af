package io.selfheal.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * The files of a repair's base commit, read from git's objects: none of them has to be on disk.
 * Open it once for many reads, and close it.
 */
public final class BaseTree implements AutoCloseable {
  /** What stands at a path. */
  public enum Kind {
    FILE,
    EXECUTABLE,
    SYMLINK,
    SUBMODULE,
    DIRECTORY;

    /** Whether it has content that an edit can change. */
    public boolean isFile() {
      return this == FILE || this == EXECUTABLE;
    }

    private static Kind of(FileMode mode) {
      if (mode == FileMode.TREE) {
        return DIRECTORY;
      }
      if (mode == FileMode.GITLINK) {
        return SUBMODULE;
      }
      if (mode == FileMode.SYMLINK) {
        return SYMLINK;
      }
      return mode == FileMode.EXECUTABLE_FILE ? EXECUTABLE : FILE;
    }
  }

  /**
   * One path of the tree.
   *
   * @param path from the root, with {@code /} between its parts
   */
  public record Entry(String path, Kind kind, String objectId) {}

  private final Repository repository;
  private final ObjectReader reader;
  private final ObjectId tree;

  BaseTree(Path directory, String baseCommit) {
    try {
      repository =
          new FileRepositoryBuilder()
              .setGitDir(directory.resolve(Constants.DOT_GIT).toFile())
              .setWorkTree(directory.toFile())
              .setMustExist(true)
              .build();
      reader = repository.newObjectReader();
      try (RevWalk walk = new RevWalk(reader)) {
        tree = walk.parseCommit(ObjectId.fromString(baseCommit)).getTree().getId();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the work tree " + directory, e);
    }
  }

  /** Every file, symbolic link and submodule, in git's order. */
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    try (TreeWalk walk = new TreeWalk(reader)) {
      walk.addTree(tree);
      walk.setRecursive(true);
      while (walk.next()) {
        entries.add(entry(walk));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  /** The paths of all files, in git's order; symbolic links and submodules are left out. */
  public List<String> paths() {
    return entries().stream().filter(entry -> entry.kind().isFile()).map(Entry::path).toList();
  }

  /** What stands at a path, directories too. */
  public Optional<Entry> entry(String path) {
    if (path.isEmpty() || path.startsWith("/") || path.endsWith("/")) {
      return Optional.empty();
    }
    try (TreeWalk walk = TreeWalk.forPath(reader, path, tree)) {
      return walk == null ? Optional.empty() : Optional.of(entry(walk));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of the file at a path; empty when no file stands there. */
  public Optional<byte[]> read(String path) {
    return entry(path).filter(entry -> entry.kind().isFile()).map(this::read);
  }

  /** The size in bytes of the file at a path; empty when no file stands there. */
  public Optional<Long> size(String path) {
    return entry(path)
        .filter(entry -> entry.kind().isFile())
        .map(
            entry -> {
              try {
                return reader.getObjectSize(
                    ObjectId.fromString(entry.objectId()), Constants.OBJ_BLOB);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  byte[] read(Entry entry) {
    try {
      return reader.open(ObjectId.fromString(entry.objectId()), Constants.OBJ_BLOB).getBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(TreeWalk walk) {
    return new Entry(
        walk.getPathString(), Kind.of(walk.getFileMode(0)), walk.getObjectId(0).name());
  }

  @Override
  public void close() {
    reader.close();
    repository.close();
  }
}
