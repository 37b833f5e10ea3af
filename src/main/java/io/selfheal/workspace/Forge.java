package io.selfheal.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.TagOpt;

/**
 * The bare repository of the {@code local} forge, which receives the pushes in place of the
 * application's own.
 */
final class Forge {
  private Forge() {}

  /**
   * Makes the repository from the mirror if it is missing, all branches and the default one as they
   * are there. After that only its base branch follows the mirror, as long as nothing else was
   * merged into it.
   */
  static void update(Path repository, Mirrors.Fetched mirror) throws IOException {
    try {
      if (!Files.exists(repository)) {
        make(repository, mirror);
        return;
      }
      fetch(
          repository,
          mirror,
          Constants.R_HEADS + mirror.base() + ":" + Constants.R_HEADS + mirror.base());
    } catch (GitAPIException e) {
      throw new IOException("Cannot bring " + repository + " up to date: " + e.getMessage(), e);
    }
  }

  private static void make(Path repository, Mirrors.Fetched mirror)
      throws IOException, GitAPIException {
    Files.createDirectories(Objects.requireNonNull(repository.getParent(), "the root is no forge"));
    Path unfinished =
        repository.resolveSibling("." + repository.getFileName() + "-" + UUID.randomUUID());
    try {
      try (Repository made =
          new FileRepositoryBuilder().setBare().setGitDir(unfinished.toFile()).build()) {
        made.create(true);
        Mirrors.repackInForeground(made, Mirrors.PACKS_BEFORE_REPACKING);
      }
      fetch(unfinished, mirror, "+refs/heads/*:refs/heads/*");
      try (Repository made =
          new FileRepositoryBuilder().setBare().setGitDir(unfinished.toFile()).build()) {
        made.updateRef(Constants.HEAD).link(Constants.R_HEADS + mirror.base());
      }
      Files.move(unfinished, repository, StandardCopyOption.ATOMIC_MOVE);
    } catch (java.nio.file.FileSystemException e) {
      // Another repair was quicker; its copy is as good.
      if (!Files.exists(repository)) {
        throw e;
      }
    } finally {
      Directories.delete(unfinished);
    }
  }

  private static void fetch(Path repository, Mirrors.Fetched mirror, String branches)
      throws IOException, GitAPIException {
    try (Git git = Git.open(repository.toFile())) {
      git.fetch()
          .setRemote(mirror.directory().toString())
          .setRefSpecs(branches)
          .setTagOpt(TagOpt.NO_TAGS)
          .call();
    }
  }
}
