package io.selfheal.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.SystemReader;

/**
 * Puts files on the disk of a work tree, byte for byte as git holds them, and never outside of it.
 */
final class TreeFiles {
  private final Path directory;
  private final String baseCommit;

  TreeFiles(Path directory, String baseCommit) {
    this.directory = directory;
    this.baseCommit = baseCommit;
  }

  /** Writes the given files. */
  void write(Map<String, byte[]> files) {
    try (BaseTree tree = new BaseTree(directory, baseCommit)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Optional<BaseTree.Entry> before = tree.entry(file.getKey());
        if (before.isPresent() && !before.get().kind().isFile()) {
          throw new IllegalArgumentException(file.getKey() + " is a " + before.get().kind());
        }
        put(
            file.getKey(),
            file.getValue(),
            before.isPresent() && before.get().kind() == BaseTree.Kind.EXECUTABLE);
      }
      noticeChanges(files.keySet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes every file of the base commit, with {@code changes} in place of theirs, and its symbolic
   * links.
   */
  void writeAll(Map<String, byte[]> changes) {
    try (BaseTree tree = new BaseTree(directory, baseCommit)) {
      List<BaseTree.Entry> entries = tree.entries();
      for (BaseTree.Entry entry : entries) {
        if (entry.kind() == BaseTree.Kind.SUBMODULE) {
          Files.createDirectories(inside(entry.path()));
        } else if (entry.kind().isFile() && !changes.containsKey(entry.path())) {
          put(entry.path(), tree.read(entry), entry.kind() == BaseTree.Kind.EXECUTABLE);
        }
      }
      write(changes);
      // Links come last, so that no file is written through one, on whatever file system.
      for (BaseTree.Entry entry : entries) {
        if (entry.kind() == BaseTree.Kind.SYMLINK) {
          Path link = inside(entry.path());
          makeParents(link);
          Files.createSymbolicLink(
              link, Path.of(new String(tree.read(entry), StandardCharsets.UTF_8)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(String path, byte[] content, boolean executable) throws IOException {
    Path file = inside(path);
    makeParents(file);
    Files.deleteIfExists(file);
    Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (executable) {
      Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      Files.setPosixFilePermissions(file, permissions);
    }
  }

  private Path inside(String path) throws IOException {
    // No "..", no ".git" in any spelling of this file system.
    new ObjectChecker()
        .setSafeForMacOS(true)
        .setSafeForWindows(SystemReader.getInstance().isWindows())
        .checkPath(path);
    try {
      Path file = directory.resolve(path).normalize();
      if (!file.startsWith(directory) || file.equals(directory)) {
        throw new IOException(path + " is outside of the work tree");
      }
      return file;
    } catch (InvalidPathException e) {
      throw new IOException(path + " is not a path on this system", e);
    }
  }

  private void makeParents(Path file) throws IOException {
    Path parent = directory;
    for (Path part : directory.relativize(file.getParent())) {
      if (part.toString().isEmpty()) {
        continue;
      }
      parent = parent.resolve(part);
      if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(parent);
      }
    }
  }

  /**
   * The index takes all files as unchanged, as most are not on disk; {@code git add} would skip
   * them.
   */
  private void noticeChanges(Set<String> paths) throws IOException {
    try (Repository repository =
        new FileRepositoryBuilder()
            .setGitDir(directory.resolve(Constants.DOT_GIT).toFile())
            .setWorkTree(directory.toFile())
            .build()) {
      DirCache index = repository.lockDirCache();
      try {
        for (String path : paths) {
          DirCacheEntry entry = index.getEntry(path);
          if (entry != null) {
            entry.setAssumeValid(false);
          }
        }
        index.write();
        index.commit();
      } finally {
        index.unlock();
      }
    }
  }
}
