package io.selfheal.workspace;

import io.selfheal.settings.Application;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.errors.InvalidObjectIdException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work directory: a mirror of each repository under {@code mirrors/}, and under {@code
 * trees/<process>/} one private repository per repair.
 *
 * <p>A repair's repository borrows its objects from the mirror and has a full index but no files on
 * disk, so that it costs little however large the repository is. Trees of processes that are gone,
 * and commands that still run in them, are removed at start: each process holds a lock on its own
 * folder for as long as it lives.
 */
public final class Workspace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workspace.class);
  private static final String IDENTIFIER = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
  private static final int PUSH_TIMEOUT_SECONDS = 120;

  /** A branch is locked for as long as its name is written, which takes milliseconds. */
  private static final Duration LOCKED = Duration.ofMinutes(1);

  private final Mirrors mirrors;
  private final Function<Application, Optional<Path>> forge;
  private final Path trees;
  private final FileChannel alive;

  /**
   * @param directory where mirrors and trees lie; made when missing
   * @param access keys and tokens; installed here for the whole process
   * @param forge the bare repository that pushes go to instead of the application's own, made from
   *     the mirror when it is missing; empty to push to the application's repository
   */
  public Workspace(Path directory, GitAccess access, Function<Application, Optional<Path>> forge) {
    // JGit otherwise holds up the first repository of the process to measure the file system's
    // clock.
    FS.FileStoreAttributes.setBackground(true);
    access.install();
    Path root = directory.toAbsolutePath().normalize();
    this.mirrors = new Mirrors(root.resolve("mirrors"), access);
    this.forge = forge;
    try {
      makePrivate(root);
      Path all = Files.createDirectories(root.resolve("trees"));
      try (FileChannel startUp = lockFile(all.resolve("start-up.lock"));
          FileLock held = startUp.lock()) {
        removeLeftovers(all);
        this.trees =
            Files.createDirectory(
                all.resolve(
                    ProcessHandle.current().pid()
                        + "-"
                        + UUID.randomUUID().toString().substring(0, 8)));
        this.alive = lockFile(lockOf(trees));
        alive.lock();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot use the work directory " + root + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a repair's private tree at the base branch's newest commit.
   *
   * @param branch the repair's branch, {@code selfheal/<12 hex>}
   * @param repairId names the folder: letters, digits, {@code .}, {@code _} and {@code -}; an
   *     earlier tree of that name is replaced
   * @throws WorkspaceException when the repository cannot be fetched
   */
  public WorkTree open(Application app, String branch, String repairId) {
    return open(app, branch, repairId, Optional.empty());
  }

  /**
   * Where a repair that adds to a pushed branch begins.
   *
   * @param commit the branch's tip when the repair was asked for
   * @param fingerprint value of the trailer of our own commits
   */
  public record GoOn(String commit, String fingerprint) {}

  /**
   * Makes a repair's private tree: as above, or where {@code goOn} says. Commits that people have
   * added since then are kept; where only our own were added, an earlier try has done its work
   * without being able to say so, and the tree is made before them, so that the push finds them.
   */
  public WorkTree open(Application app, String branch, String repairId, Optional<GoOn> goOn) {
    if (!repairId.matches(IDENTIFIER)) {
      throw new IllegalArgumentException("not a repair id: " + repairId);
    }
    if (!Repository.isValidRefName(Constants.R_HEADS + branch)) {
      throw new IllegalArgumentException("not a branch name: " + branch);
    }
    Mirrors.Fetched fetched = mirrors.fetch(app, goOn.isPresent());
    try {
      Path directory = trees.resolve(repairId);
      Directories.delete(directory);
      String url = pushUrl(app, fetched);
      removeLeftLock(url, branch);
      List<Path> repositories = new ArrayList<>(List.of(fetched.directory()));
      forge.apply(app).map(path -> path.toAbsolutePath().normalize()).ifPresent(repositories::add);
      ObjectId start = fetched.commit();
      if (goOn.isPresent()) {
        Path pushedTo = repositories.get(repositories.size() - 1);
        start = start(pushedTo, branch, goOn.get()).orElse(start);
      }
      WorkTree tree = new WorkTree(directory, fetched.base(), start.name(), branch);
      makeRepository(
          tree,
          repositories.stream().map(path -> path.resolve("objects").toString()).toList(),
          Optional.of(url));
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a work tree of application " + app.name(), e);
    }
  }

  /** Empty where the branch is gone. */
  private static Optional<ObjectId> start(Path bare, String branch, GoOn goOn) throws IOException {
    try (Repository repository =
            new FileRepositoryBuilder().setBare().setGitDir(bare.toFile()).build();
        RevWalk walk = new RevWalk(repository)) {
      ObjectId tip = repository.resolve(Constants.R_HEADS + branch);
      if (tip == null) {
        return Optional.empty();
      }
      RevCommit asked;
      try {
        asked = walk.parseCommit(ObjectId.fromString(goOn.commit()));
      } catch (MissingObjectException | InvalidObjectIdException e) {
        return Optional.of(tip);
      }
      RevCommit newest = walk.parseCommit(tip);
      if (!walk.isMergedInto(asked, newest)) {
        return Optional.of(tip);
      }
      walk.reset();
      walk.markStart(newest);
      walk.markUninteresting(asked);
      for (RevCommit commit : walk) {
        if (!commit.getFooterLines(WorkTree.TRAILER).equals(List.of(goOn.fingerprint()))) {
          return Optional.of(tip);
        }
      }
      return Optional.of(asked.getId());
    }
  }

  /**
   * Brings the forge that stands in for an application's repository up to date with it.
   *
   * @return the forge's repository; empty where the application has none
   * @throws WorkspaceException when the application's repository cannot be fetched
   */
  public Optional<Path> updateForge(Application app) {
    Optional<Path> bare = forge.apply(app).map(path -> path.toAbsolutePath().normalize());
    if (bare.isPresent()) {
      try {
        Forge.update(bare.get(), mirrors.fetch(app, false));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return bare;
  }

  /**
   * Makes a second, complete checkout of a repair's base commit for a command to run in. What the
   * command leaves there never reaches the repair's own tree.
   *
   * @param changes path to content, in place of the base commit's or new
   * @param name distinguishes the checkouts of one repair; an earlier one of that name is replaced
   * @return its directory, which {@link #close(WorkTree)} removes
   */
  public Path checkOut(WorkTree tree, Map<String, byte[]> changes, String name) {
    Path directory = beside(tree, name);
    try {
      Directories.delete(directory);
      List<String> alternates =
          Files.readAllLines(tree.directory().resolve(".git/objects/info/alternates"));
      WorkTree copy = new WorkTree(directory, tree.base(), tree.baseCommit(), tree.branch());
      makeRepository(copy, alternates, Optional.empty());
      new TreeFiles(directory, tree.baseCommit()).writeAll(changes);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot check out " + tree.directory(), e);
    }
  }

  /**
   * An empty directory of a repair, made when it is missing and removed with its tree.
   *
   * @param name distinguishes the directories and checkouts of one repair
   */
  public Path scratch(WorkTree tree, String name) {
    try {
      return Files.createDirectories(beside(tree, name));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a directory for " + tree.directory(), e);
    }
  }

  private static Path beside(WorkTree tree, String name) {
    if (!name.matches(IDENTIFIER)) {
      throw new IllegalArgumentException("not a name: " + name);
    }
    return tree.directory().resolveSibling(tree.directory().getFileName() + "+" + name);
  }

  /** Deletes a repair's tree, its checkouts and its directories. */
  public void close(WorkTree tree) {
    String name = trees.relativize(tree.directory()).toString();
    try {
      if (!tree.directory().startsWith(trees)) {
        throw new IllegalArgumentException(tree.directory() + " is no tree of this workspace");
      }
      for (Path directory : list(trees)) {
        String other = trees.relativize(directory).toString();
        if (other.equals(name) || other.startsWith(name + "+")) {
          remove(directory);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the work tree " + tree.directory(), e);
    }
  }

  /** Removes all trees of this process; the mirrors stay. */
  @Override
  public void close() {
    try {
      remove(trees);
      alive.close();
      Files.deleteIfExists(lockOf(trees));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + trees, e);
    }
  }

  private String pushUrl(Application app, Mirrors.Fetched fetched) throws IOException {
    Optional<Path> instead = forge.apply(app);
    if (instead.isEmpty()) {
      return Mirrors.address(app).toPrivateString();
    }
    Path repository = instead.get().toAbsolutePath().normalize();
    Forge.update(repository, fetched);
    return repository.toString();
  }

  /**
   * A push to a directory of this machine has no server: where it is killed, nobody removes its
   * lock, and every later one would be refused. Only this repair pushes to the branch.
   */
  private static void removeLeftLock(String url, String branch) throws IOException {
    URIish uri;
    try {
      uri = new URIish(url);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    if (uri.isRemote()) {
      return;
    }
    File repository = FileKey.resolve(new File(uri.getPath()), FS.DETECTED);
    if (repository == null) {
      return;
    }
    Path lock = repository.toPath().resolve(Constants.R_HEADS + branch + ".lock");
    if (Files.exists(lock)
        && Files.getLastModifiedTime(lock).toInstant().isBefore(Instant.now().minus(LOCKED))) {
      Files.deleteIfExists(lock);
    }
  }

  /**
   * @param pushUrl given for a repair's tree, which has no files on disk; empty for a complete
   *     checkout
   */
  private static void makeRepository(WorkTree tree, List<String> objects, Optional<String> pushUrl)
      throws IOException {
    Path gitDirectory = Files.createDirectories(tree.directory()).resolve(Constants.DOT_GIT);
    try (Repository repository =
        new FileRepositoryBuilder()
            .setGitDir(gitDirectory.toFile())
            .setWorkTree(tree.directory().toFile())
            .build()) {
      repository.create();
      Files.write(gitDirectory.resolve("objects/info/alternates"), objects);
      // Files pass between disk and objects byte for byte, whatever .gitattributes and the user's
      // own git say.
      Files.writeString(
          Files.createDirectories(gitDirectory.resolve("info")).resolve("attributes"),
          "* -text -filter -ident -working-tree-encoding\n");
      StoredConfig config = repository.getConfig();
      config.setBoolean(
          ConfigConstants.CONFIG_CORE_SECTION, null, ConfigConstants.CONFIG_KEY_FILEMODE, true);
      config.setString(
          ConfigConstants.CONFIG_CORE_SECTION, null, ConfigConstants.CONFIG_KEY_AUTOCRLF, "false");
      config.setString(
          ConfigConstants.CONFIG_CORE_SECTION,
          null,
          ConfigConstants.CONFIG_KEY_HOOKS_PATH,
          gitDirectory.resolve("no-hooks").toString());
      config.setString(ConfigConstants.CONFIG_CORE_SECTION, null, "excludesFile", "");
      config.setBoolean("commit", null, "gpgSign", false);
      // It lives for one repair only.
      config.setInt(ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_AUTO, 0);
      config.setBoolean(
          ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_AUTODETACH, false);
      pushUrl.ifPresent(url -> setRemote(config, url, Constants.R_HEADS + tree.branch()));
      config.save();

      ObjectId commit = ObjectId.fromString(tree.baseCommit());
      RefUpdate branch = repository.updateRef(Constants.R_HEADS + tree.branch());
      branch.setNewObjectId(commit);
      branch.disableRefLog();
      check(branch.forceUpdate(), branch);
      RefUpdate head = repository.updateRef(Constants.HEAD);
      check(head.link(Constants.R_HEADS + tree.branch()), head);
      fillIndex(repository, commit, pushUrl.isPresent());
    }
  }

  private static void check(RefUpdate.Result result, RefUpdate update) throws IOException {
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
      default -> throw new IOException("cannot set " + update.getName() + ": " + result);
    }
  }

  private static void fillIndex(Repository repository, ObjectId commit, boolean withoutFiles)
      throws IOException {
    DirCache index = repository.lockDirCache();
    try (ObjectReader reader = repository.newObjectReader();
        RevWalk walk = new RevWalk(reader)) {
      DirCacheBuilder builder = index.builder();
      builder.addTree(new byte[0], 0, reader, walk.parseCommit(commit).getTree());
      builder.finish();
      // "Assume unchanged" keeps `git status` from reporting every file that is not on disk as
      // deleted.
      for (int i = 0; withoutFiles && i < index.getEntryCount(); i++) {
        index.getEntry(i).setAssumeValid(true);
      }
      index.write();
      if (!index.commit()) {
        throw new IOException("cannot write the index of " + repository.getDirectory());
      }
    } finally {
      index.unlock();
    }
  }

  private static void setRemote(StoredConfig config, String url, String branch) {
    String section = ConfigConstants.CONFIG_REMOTE_SECTION;
    config.setString(section, Constants.DEFAULT_REMOTE_NAME, "url", url);
    config.setString(section, Constants.DEFAULT_REMOTE_NAME, "push", branch + ":" + branch);
    config.setInt(section, Constants.DEFAULT_REMOTE_NAME, "timeout", PUSH_TIMEOUT_SECONDS);
  }

  /**
   * The default lies in the system's temporary directory, where others can read and can be first.
   */
  private static void makePrivate(Path root) throws IOException {
    if (!Files.exists(root)) {
      Files.createDirectories(Objects.requireNonNull(root.getParent()));
      if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectory(
            root,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(root);
      }
    }
    Path own = Files.createTempFile(root, "owner", null);
    boolean foreign = !Files.getOwner(own).equals(Files.getOwner(root));
    Files.delete(own);
    if (foreign) {
      throw new IOException("it belongs to " + Files.getOwner(root));
    }
  }

  private static void removeLeftovers(Path all) throws IOException {
    for (Path folder : list(all)) {
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && isDead(folder)) {
        // First of all, or they would go on writing
        LeftProcesses.kill(folder);
        remove(folder);
        Files.deleteIfExists(lockOf(folder));
      }
    }
  }

  /**
   * A command may leave files that this user cannot delete; neither a repair nor the start fails
   * for that.
   */
  private static void remove(Path directory) {
    try {
      Directories.delete(directory);
    } catch (IOException e) {
      LOG.warn("Cannot delete {}: {}; delete it by hand", directory, e.toString());
    }
  }

  private static boolean isDead(Path folder) throws IOException {
    try (FileChannel channel = lockFile(lockOf(folder));
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
      return false;
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static Path lockOf(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".lock");
  }

  private static FileChannel lockFile(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
