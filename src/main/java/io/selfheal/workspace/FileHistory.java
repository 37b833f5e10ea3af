package io.selfheal.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Earlier versions of files, along the base branch: the first parents of its newest commit, which
 * are what the branch was. Renamed files begin with their new name. Close it after use.
 */
public final class FileHistory implements AutoCloseable {
  private final Repository repository;
  private final ObjectReader reader;
  private final ObjectId newest;

  /**
   * A content that a file had.
   *
   * @param commit id of the commit that gave it to the file
   * @param subject the first line of its message, which anyone may have written
   */
  public record Version(String commit, Instant time, String subject, String objectId) {}

  FileHistory(Path directory, String baseCommit) {
    try {
      repository =
          new FileRepositoryBuilder()
              .setGitDir(directory.resolve(Constants.DOT_GIT).toFile())
              .setMustExist(true)
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the history of " + directory, e);
    }
    reader = repository.newObjectReader();
    newest = ObjectId.fromString(baseCommit);
  }

  /**
   * The versions of some files, each list newest first and beginning with the present one.
   *
   * @param maxCommits how many commits to go back
   * @param maxVersions for each file
   */
  public Map<String, List<Version>> versions(
      Collection<String> paths, int maxCommits, int maxVersions) {
    var versions = new LinkedHashMap<String, List<Version>>();
    if (paths.isEmpty()) {
      return versions;
    }
    try (RevWalk walk = new RevWalk(reader);
        TreeWalk tree = new TreeWalk(reader)) {
      tree.setRecursive(true);
      RevCommit commit = walk.parseCommit(newest);
      for (int i = 0; i < maxCommits && commit != null; i++) {
        RevCommit parent =
            commit.getParentCount() == 0 ? null : walk.parseCommit(commit.getParent(0));
        tree.reset();
        tree.setFilter(
            AndTreeFilter.create(
                PathFilterGroup.createFromStrings(List.copyOf(paths)), TreeFilter.ANY_DIFF));
        tree.addTree(commit.getTree());
        if (parent == null) {
          tree.addTree(new EmptyTreeIterator());
        } else {
          tree.addTree(parent.getTree());
        }
        while (tree.next()) {
          List<Version> known =
              versions.computeIfAbsent(tree.getPathString(), path -> new ArrayList<>());
          if (!tree.getObjectId(0).equals(ObjectId.zeroId()) && known.size() < maxVersions) {
            known.add(
                new Version(
                    commit.name(),
                    Instant.ofEpochSecond(commit.getCommitTime()),
                    commit.getShortMessage(),
                    tree.getObjectId(0).name()));
          }
        }
        commit = parent;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }

  /** The content of a version. */
  public byte[] read(Version version) {
    try {
      return reader.open(ObjectId.fromString(version.objectId()), Constants.OBJ_BLOB).getBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    reader.close();
    repository.close();
  }
}
