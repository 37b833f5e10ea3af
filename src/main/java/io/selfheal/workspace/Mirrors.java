package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bare copy of each repository, made once and only fetched afterwards.
 *
 * <p>A mirror is cloned beside its place and moved there whole, so a process killed in its first
 * clone leaves nothing that looks like a mirror. Fetches of one mirror exclude each other, in this
 * process and among processes; what lock files a killed fetch left is therefore stale and removed.
 */
final class Mirrors {
  private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
  private static final int FETCH_TIMEOUT_SECONDS = 120;
  private static final String ALL_BRANCHES = "+refs/heads/*:refs/heads/*";

  /** Our own, of which there is one more after each repair. */
  private static final String NO_REPAIRS = "^refs/heads/selfheal/*";

  // Each fetch adds a pack, and looking an object up asks each of them.
  static final int PACKS_BEFORE_REPACKING = 200;
  // JGit asks the remote for its HEAD only while the local one points nowhere, so it must never
  // point to a branch.
  private static final String NOWHERE = "refs/selfheal/none";

  private final Path directory;
  private final GitAccess access;
  private final Map<Path, ReentrantLock> locks = new ConcurrentHashMap<>();

  Mirrors(Path directory, GitAccess access) {
    this.directory = directory;
    this.access = access;
  }

  /**
   * The state of a mirror after a fetch.
   *
   * @param directory the bare repository
   * @param base the base branch's short name
   * @param commit its tip as the remote reported it
   */
  record Fetched(Path directory, String base, ObjectId commit) {}

  /**
   * The address of an application's repository; a directory becomes absolute.
   *
   * @throws ConfigurationException when it is no git URL, or holds a password
   */
  static URIish address(Application app) {
    try {
      URIish uri = new URIish(app.repository().strip());
      if (uri.isRemote() || uri.getScheme() != null) {
        return uri;
      }
      return new URIish(Path.of(uri.getPath()).toAbsolutePath().normalize().toString());
    } catch (URISyntaxException e) {
      throw new ConfigurationException(
          "selfheal.apps." + app.name() + ".repository: this is not a git URL or a directory");
    }
  }

  /**
   * Brings the application's mirror up to date, making it first if need be.
   *
   * @param repairs whether the branches of repairs are wanted, too
   */
  Fetched fetch(Application app, boolean repairs) {
    boolean all = repairs || app.branch().filter(base -> base.startsWith("selfheal/")).isPresent();
    List<String> branches = all ? List.of(ALL_BRANCHES) : List.of(ALL_BRANCHES, NO_REPAIRS);
    URIish uri = address(app);
    access.use(app, uri);
    Path mirror = directory.resolve(nameOf(uri));
    ReentrantLock lock = locks.computeIfAbsent(mirror, key -> new ReentrantLock());
    lock.lock();
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(
                  mirror.resolveSibling(mirror.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        return fetchLocked(app, uri, mirror, branches);
      }
    } catch (IOException e) {
      throw failed(app, uri, e);
    } finally {
      lock.unlock();
    }
  }

  private Fetched fetchLocked(Application app, URIish uri, Path mirror, List<String> branches)
      throws IOException {
    boolean exists = FileKey.isGitRepository(mirror.toFile(), FS.DETECTED);
    if (exists) {
      removeLeftovers(mirror);
      try {
        return baseOf(app, fetchInto(mirror, uri, branches), mirror);
      } catch (GitAPIException e) {
        if (!isDamaged(e)) {
          throw failed(app, uri, e);
        }
      }
    }
    return baseOf(app, cloneInto(app, uri, mirror, branches), mirror);
  }

  private FetchResult cloneInto(Application app, URIish uri, Path mirror, List<String> branches)
      throws IOException {
    LOG.info("Cloning the repository of application {}; later it is only fetched", app.name());
    Path unfinished = mirror.resolveSibling(mirror.getFileName() + ".new");
    Directories.delete(unfinished);
    try {
      try (Repository repository =
          new FileRepositoryBuilder().setBare().setGitDir(unfinished.toFile()).build()) {
        repository.create(true);
        repository.updateRef(Constants.HEAD).link(NOWHERE);
        repackInForeground(repository, PACKS_BEFORE_REPACKING);
      }
      FetchResult result = fetchInto(unfinished, uri, branches);
      // Trees made from the damaged mirror would miss objects anyway.
      RepositoryCache.unregister(FileKey.exact(mirror.toFile(), FS.DETECTED));
      Directories.delete(mirror);
      Files.move(unfinished, mirror, StandardCopyOption.ATOMIC_MOVE);
      return result;
    } catch (GitAPIException e) {
      throw failed(app, uri, e);
    } finally {
      Directories.delete(unfinished);
    }
  }

  private FetchResult fetchInto(Path mirror, URIish uri, List<String> branches)
      throws GitAPIException, IOException {
    try (Git git = Git.open(mirror.toFile())) {
      return git.fetch()
          .setRemote(uri.toPrivateString())
          .setRefSpecs(branches.toArray(String[]::new))
          .setRemoveDeletedRefs(true)
          .setTagOpt(TagOpt.NO_TAGS)
          .setTimeout(FETCH_TIMEOUT_SECONDS)
          .setCredentialsProvider(access.https())
          .setTransportConfigCallback(
              transport -> {
                if (transport instanceof SshTransport sshTransport) {
                  sshTransport.setSshSessionFactory(access.ssh());
                }
              })
          .call();
    }
  }

  /**
   * Each fetch may end in a repack; in the background it would outlive the lock, and the move of a
   * new mirror. The packs that it replaces go at once, as with git itself: JGit would keep them for
   * an hour, and until then each further fetch would find too many and write all history once more.
   * What no branch has any more is kept as loose objects.
   */
  static void repackInForeground(Repository repository, int packs) throws IOException {
    StoredConfig config = repository.getConfig();
    config.setBoolean(
        ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_AUTODETACH, false);
    config.setInt(
        ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_AUTOPACKLIMIT, packs);
    config.setString(
        ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_PRUNEPACKEXPIRE, "now");
    config.save();
  }

  /** Removes what a killed fetch left behind; only called while no other fetch can run. */
  private static void removeLeftovers(Path mirror) throws IOException {
    try (Stream<Path> files = Files.walk(mirror.resolve("refs"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".lock")).toList()) {
        Files.deleteIfExists(file);
      }
    }
    for (String name :
        List.of("HEAD.lock", "packed-refs.lock", "config.lock", "FETCH_HEAD.lock", "gc.pid")) {
      Files.deleteIfExists(mirror.resolve(name));
    }
    for (Path directory : List.of(mirror.resolve("objects"), mirror.resolve("objects/pack"))) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(Mirrors::isUnfinishedPack).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Until it is complete, JGit writes what it receives to {@code objects/incoming_*}, and what it
   * repacks to {@code objects/pack/gc_*_tmp}.
   */
  private static boolean isUnfinishedPack(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("incoming_") || (name.startsWith("gc_") && name.endsWith("_tmp"));
  }

  private static boolean isDamaged(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof MissingObjectException || cause instanceof CorruptObjectException) {
        return true;
      }
    }
    return false;
  }

  private static Fetched baseOf(Application app, FetchResult result, Path mirror) {
    String settingsKey = "selfheal.apps." + app.name() + ".branch";
    Collection<Ref> branches =
        result.getAdvertisedRefs().stream()
            .filter(ref -> ref.getName().startsWith(Constants.R_HEADS))
            .toList();
    if (branches.isEmpty()) {
      throw new WorkspaceException(
          "The repository of application "
              + app.name()
              + " has no branch yet; push a first commit to it.");
    }
    String base = app.branch().orElseGet(() -> defaultBranch(settingsKey, result, branches));
    Ref tip = result.getAdvertisedRef(Constants.R_HEADS + base);
    if (tip == null) {
      throw new ConfigurationException(
          settingsKey, base, "the repository has no such branch; it has " + some(branches));
    }
    return new Fetched(mirror, base, tip.getObjectId());
  }

  private static String defaultBranch(
      String settingsKey, FetchResult result, Collection<Ref> branches) {
    Ref head = result.getAdvertisedRef(Constants.HEAD);
    if (head != null
        && head.isSymbolic()
        && head.getTarget().getName().startsWith(Constants.R_HEADS)) {
      return Repository.shortenRefName(head.getTarget().getName());
    }
    // An old server, or a checkout with a detached HEAD: git guesses by the commit, and so do we if
    // it is clear.
    List<String> candidates =
        branches.stream()
            .filter(branch -> head == null || branch.getObjectId().equals(head.getObjectId()))
            .map(branch -> Repository.shortenRefName(branch.getName()))
            .toList();
    for (String usual : List.of("main", "master")) {
      if (head != null && candidates.contains(usual)) {
        return usual;
      }
    }
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    throw new ConfigurationException(
        settingsKey, "", "the repository names no default branch; choose one of " + some(branches));
  }

  private static String some(Collection<Ref> branches) {
    List<String> names =
        branches.stream()
            .map(branch -> Repository.shortenRefName(branch.getName()))
            .sorted()
            .toList();
    return String.join(", ", names.subList(0, Math.min(10, names.size())))
        + (names.size() > 10 ? ", …" : "");
  }

  static RuntimeException failed(Application app, URIish uri, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException known) {
        return known;
      }
    }
    String prefix = "selfheal.apps." + app.name();
    Optional<GitFailure> failure = GitFailure.of(e);
    String why =
        failure
            .map(GitFailure::why)
            .orElse(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    String whatToDo =
        failure
            .map(
                found ->
                    switch (found.kind()) {
                      case SSH_KEY ->
                          "; check that " + prefix + ".ssh-private-key is a key of this repository";
                      case TOKEN -> "; check " + prefix + ".scm-token and its rights";
                      case NOT_FOUND ->
                          "; check "
                              + prefix
                              + ".repository, and that the key or token may read it";
                      case HOST_KEY, UNREACHABLE -> "";
                    })
            .orElse("");
    return new WorkspaceException(
        "Cannot fetch " + uri + " of application " + app.name() + ": " + why + whatToDo, e);
  }

  private static String nameOf(URIish uri) {
    String readable =
        uri.getHumanishName().replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^\\.+", "_");
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(uri.toString().getBytes(StandardCharsets.UTF_8));
      return readable + "-" + HexFormat.of().formatHex(hash, 0, 8) + ".git";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
