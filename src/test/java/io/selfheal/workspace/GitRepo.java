package io.selfheal.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** An application's repository for a test: a real one, with a work tree. */
public final class GitRepo {
  private static final PersonIdent AUTHOR = new PersonIdent("Dev", "dev@example.com");

  private final Path directory;

  private GitRepo(Path directory) {
    this.directory = directory;
  }

  /** Makes a repository whose default branch is {@code main}, without a commit. */
  public static GitRepo in(Path directory) {
    try (Git git = Git.init().setDirectory(directory.toFile()).setInitialBranch("main").call()) {
      return new GitRepo(directory);
    } catch (GitAPIException e) {
      throw new IllegalStateException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** Commits text files on the current branch and returns the commit's id. */
  public String commit(Map<String, String> files) {
    Map<String, byte[]> bytes = new TreeMap<>();
    files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return commitBytes(bytes);
  }

  public String commitBytes(Map<String, byte[]> files) {
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return commitAll();
  }

  /** Commits whatever is on disk. */
  public String commitAll() {
    try (Git git = Git.open(directory.toFile())) {
      git.add().addFilepattern(".").call();
      return git.commit()
          .setMessage("Change")
          .setAuthor(AUTHOR)
          .setCommitter(AUTHOR)
          .setSign(false)
          .call()
          .name();
    } catch (IOException | GitAPIException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Commits a submodule at a path, pointing to some commit of another repository. */
  public String commitSubmodule(String path) {
    try (Git git = Git.open(directory.toFile())) {
      DirCache index = git.getRepository().lockDirCache();
      DirCacheEditor editor = index.editor();
      editor.add(
          new DirCacheEditor.PathEdit(path) {
            @Override
            public void apply(DirCacheEntry entry) {
              entry.setFileMode(FileMode.GITLINK);
              entry.setObjectId(ObjectId.fromString("1".repeat(40)));
            }
          });
      editor.commit();
      return git.commit()
          .setMessage("Add a submodule")
          .setAuthor(AUTHOR)
          .setCommitter(AUTHOR)
          .setSign(false)
          .call()
          .name();
    } catch (IOException | GitAPIException e) {
      throw new IllegalStateException(e);
    }
  }

  public void checkOut(String branch, boolean create) {
    try (Git git = Git.open(directory.toFile())) {
      git.checkout().setCreateBranch(create).setName(branch).call();
    } catch (IOException | GitAPIException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The id that a ref of a repository points to; null when there is none. */
  public static String tip(Path repository, String ref) {
    try (Git git = Git.open(repository.toFile())) {
      var id = git.getRepository().resolve(ref);
      return id == null ? null : id.name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The full name of the branch that HEAD points to. */
  public static String head(Path repository) {
    try (Git git = Git.open(repository.toFile())) {
      return git.getRepository().exactRef(Constants.HEAD).getTarget().getName();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of a file at a commit or branch. */
  public static byte[] file(Path repository, String revision, String path) {
    try (Git git = Git.open(repository.toFile());
        RevWalk walk = new RevWalk(git.getRepository())) {
      RevCommit commit = walk.parseCommit(git.getRepository().resolve(revision));
      try (TreeWalk tree = TreeWalk.forPath(git.getRepository(), path, commit.getTree())) {
        return tree == null ? null : git.getRepository().open(tree.getObjectId(0)).getBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String message(Path repository, String revision) {
    try (Git git = Git.open(repository.toFile());
        RevWalk walk = new RevWalk(git.getRepository())) {
      return walk.parseCommit(git.getRepository().resolve(revision)).getFullMessage();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
