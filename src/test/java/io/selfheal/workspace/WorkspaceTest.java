package io.selfheal.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.Status;
import org.eclipse.jgit.lib.StoredConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  private static final String BRANCH = "selfheal/0123456789ab";

  @TempDir Path temp;
  private GitRepo repo;
  private Workspace workspace;

  @BeforeEach
  void setUp() {
    repo = GitRepo.in(temp.resolve("shop"));
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty());
  }

  @AfterEach
  void tearDown() {
    workspace.close();
  }

  @Test
  void startsFromTheRemotesDefaultBranch() {
    repo.commit(Map.of("a.txt", "main\n"));
    repo.checkOut("trunk", true);
    String trunk = repo.commit(Map.of("a.txt", "trunk\n"));

    for (String url : List.of(repo.directory().toString(), repo.directory().toUri().toString())) {
      WorkTree tree = workspace.open(TestApplications.of("shop", url), BRANCH, "r1");

      assertThat(tree.base()).as(url).isEqualTo("trunk");
      assertThat(tree.baseCommit()).isEqualTo(trunk);
      assertThat(tree.read("a.txt").orElseThrow()).asString(UTF_8).isEqualTo("trunk\n");
      assertThat(GitRepo.head(tree.directory())).isEqualTo("refs/heads/" + BRANCH);
    }
  }

  @Test
  void startsFromTheConfiguredBranch() {
    String main = repo.commit(Map.of("a.txt", "main\n"));
    repo.checkOut("trunk", true);
    repo.commit(Map.of("a.txt", "trunk\n"));

    WorkTree tree = workspace.open(TestApplications.onBranch("shop", url(), "main"), BRANCH, "r1");

    assertThat(tree.baseCommit()).isEqualTo(main);
  }

  @Test
  void namesTheBranchesWhenTheConfiguredOneIsMissing() {
    repo.commit(Map.of("a.txt", "main\n"));

    assertThatThrownBy(
            () -> workspace.open(TestApplications.onBranch("shop", url(), "develop"), BRANCH, "r1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.branch = develop")
        .hasMessageContaining("it has main");
  }

  @Test
  void takesTheOnlyBranchAtADetachedHead() throws Exception {
    String first = repo.commit(Map.of("a.txt", "main\n"));
    repo.checkOut(first, false);

    assertThat(workspace.open(TestApplications.of("shop", url()), BRANCH, "r1").base())
        .isEqualTo("main");
  }

  @Test
  void saysWhatToDoAboutAnEmptyRepository() {
    assertThatThrownBy(() -> workspace.open(TestApplications.of("shop", url()), BRANCH, "r1"))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("application shop")
        .hasMessageContaining("push a first commit");
  }

  @Test
  void saysWhatToDoAboutAMissingRepository() {
    assertThatThrownBy(
            () ->
                workspace.open(
                    TestApplications.of("shop", temp.resolve("nowhere").toString()), BRANCH, "r1"))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("selfheal.apps.shop.repository");
  }

  @Test
  void refusesAPasswordInTheUrlWithoutPrintingIt() {
    assertThatThrownBy(
            () ->
                workspace.open(
                    TestApplications.of("shop", "https://me:hunter2@example.com/a.git"),
                    BRANCH,
                    "r1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.scm-token")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void fetchesWithoutCloningAgain() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    Object mirror = Files.readAttributes(mirror(), BasicFileAttributes.class).fileKey();
    String second = repo.commit(Map.of("a.txt", "two\n"));

    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r2");

    assertThat(tree.baseCommit()).isEqualTo(second);
    assertThat(tree.read("a.txt").orElseThrow()).asString(UTF_8).isEqualTo("two\n");
    assertThat(Files.readAttributes(mirror(), BasicFileAttributes.class).fileKey())
        .isEqualTo(mirror);
  }

  @Test
  void followsAChangedDefaultBranchAndDeletedBranches() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    repo.checkOut("old", true);
    workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    repo.checkOut("main", false);
    try (Git git = Git.open(repo.directory().toFile())) {
      git.branchDelete().setBranchNames("old").setForce(true).call();
    }

    assertThat(workspace.open(TestApplications.of("shop", url()), BRANCH, "r2").base())
        .isEqualTo("main");
    assertThat(GitRepo.tip(mirror(), "refs/heads/old")).isNull();
  }

  @Test
  void replacesACloneThatWasKilled() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    Path mirror = mirror();
    Path unfinished = mirror.resolveSibling(mirror.getFileName() + ".new");
    Files.move(mirror, unfinished);
    Files.delete(unfinished.resolve("HEAD"));

    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r2");

    assertThat(tree.read("a.txt")).isPresent();
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void replacesAMirrorWithoutItsObjects() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    workspace.close(tree);
    try (Stream<Path> packs = Files.list(mirror().resolve("objects/pack"))) {
      for (Path pack : packs.toList()) {
        Files.delete(pack);
      }
    }
    repo.commit(Map.of("b.txt", "two\n"));

    WorkTree next = workspace.open(TestApplications.of("shop", url()), BRANCH, "r2");

    assertThat(next.read("a.txt")).isPresent();
    assertThat(next.read("b.txt")).isPresent();
  }

  @Test
  void goesOnAfterAFetchThatWasKilled() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    Files.createDirectories(mirror().resolve("refs/heads"));
    Files.createFile(mirror().resolve("refs/heads/main.lock"));
    Files.createFile(mirror().resolve("packed-refs.lock"));
    Files.writeString(mirror().resolve("objects/incoming_123.pack"), "half");
    String second = repo.commit(Map.of("a.txt", "two\n"));

    assertThat(workspace.open(TestApplications.of("shop", url()), BRANCH, "r2").baseCommit())
        .isEqualTo(second);
    assertThat(GitRepo.tip(mirror(), "refs/heads/main")).isEqualTo(second);
    assertThat(mirror().resolve("objects/incoming_123.pack")).doesNotExist();
  }

  @Test
  void removesTheLockOfAPushThatWasKilled() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    Path lock = repo.directory().resolve(".git/refs/heads/" + BRANCH + ".lock");
    Files.createDirectories(lock.getParent());
    Files.createFile(lock);

    workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    assertThat(lock).as("that of a push that may go on").exists();

    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
    workspace.open(TestApplications.of("shop", url()), BRANCH, "r2");
    assertThat(lock).doesNotExist();
  }

  @Test
  void fetchesNoBranchesOfRepairsUnlessItGoesOnWithOne() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    try (Git git = Git.open(repo.directory().toFile())) {
      git.branchCreate().setName("selfheal/0123456789ab").call();
      git.branchCreate().setName("feature").call();
    }
    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    assertThat(GitRepo.tip(mirror(), "refs/heads/feature")).isEqualTo(tree.baseCommit());
    assertThat(GitRepo.tip(mirror(), "refs/heads/selfheal/0123456789ab")).isNull();

    workspace.open(
        TestApplications.of("shop", url()),
        BRANCH,
        "r2",
        Optional.of(new Workspace.GoOn(tree.baseCommit(), "f")));
    assertThat(GitRepo.tip(mirror(), "refs/heads/selfheal/0123456789ab"))
        .isEqualTo(tree.baseCommit());
  }

  @Test
  void keepsFewPacksHoweverOftenItFetches() throws Exception {
    repo.commit(Map.of("a.txt", "one\n"));
    WorkTree early = workspace.open(TestApplications.of("shop", url()), BRANCH, "early");
    try (Git git = Git.open(mirror().toFile())) {
      StoredConfig config = git.getRepository().getConfig();
      config.setInt("gc", null, "autopacklimit", 3);
      config.save();
    }
    Path killed = mirror().resolve("objects/pack/gc_123.pack_tmp");
    Files.writeString(killed, "half");

    for (int n = 0; n < 12; n++) {
      repo.commit(Map.of("a.txt", "now " + n + "\n"));
      workspace.close(workspace.open(TestApplications.of("shop", url()), BRANCH, "r" + n));
    }

    try (Stream<Path> packs = Files.list(mirror().resolve("objects/pack"))) {
      assertThat(packs.filter(pack -> pack.toString().endsWith(".pack"))).hasSizeLessThan(6);
    }
    assertThat(killed).doesNotExist();
    assertThat(early.read("a.txt")).isPresent();
  }

  @Test
  void hasAFullIndexButNoFilesOnDisk() throws Exception {
    repo.commit(Map.of("a.txt", "a\n", "src/b.py", "b\n", "src/deep/c.py", "c\n"));

    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");

    assertThat(list(tree.directory())).containsExactly(tree.directory().resolve(".git"));
    assertThat(tree.paths()).containsExactly("a.txt", "src/b.py", "src/deep/c.py");
    try (Git git = Git.open(tree.directory().toFile())) {
      assertThat(git.getRepository().readDirCache().getEntryCount()).isEqualTo(3);
      assertThat(git.status().call().isClean()).isTrue();
    }
  }

  @Test
  void stagesExactlyTheFilesThatWereWritten() throws Exception {
    repo.commit(Map.of("a.txt", "a\n", "src/b.py", "b\n"));
    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");

    tree.write(Map.of("src/b.py", "B\n".getBytes(UTF_8), "src/new.py", "n\n".getBytes(UTF_8)));

    try (Git git = Git.open(tree.directory().toFile())) {
      git.add().addFilepattern("src/b.py").call();
      git.add().addFilepattern("src/new.py").call();
      Status status = git.status().call();
      assertThat(status.getChanged()).containsExactly("src/b.py");
      assertThat(status.getAdded()).containsExactly("src/new.py");
      assertThat(status.getRemoved()).isEmpty();
      assertThat(status.getMissing()).isEmpty();
      assertThat(status.getUntracked()).isEmpty();
    }
  }

  @Test
  void keepsBytesAsTheyAreWhateverTheAttributesSay() throws Exception {
    repo.commit(Map.of("a.txt", "a\r\nb\r\n"));
    repo.commit(Map.of(".gitattributes", "* text=auto eol=crlf\n*.txt filter=shout ident\n"));
    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    byte[] stored = tree.read("a.txt").orElseThrow();

    tree.write(
        Map.of(
            "a.txt",
            "$Id$ x\r\ny\n".getBytes(UTF_8),
            ".gitattributes",
            tree.read(".gitattributes").get()));

    try (Git git = Git.open(tree.directory().toFile())) {
      git.add().addFilepattern("a.txt").call();
      git.commit().setMessage("m").setAuthor("a", "a@b").setCommitter("a", "a@b").call();
    }
    assertThat(stored).isEqualTo("a\r\nb\r\n".getBytes(UTF_8));
    assertThat(GitRepo.file(tree.directory(), "HEAD", "a.txt"))
        .isEqualTo("$Id$ x\r\ny\n".getBytes(UTF_8));
  }

  @Test
  void neverWritesOutsideOfTheTree() {
    repo.commit(Map.of("a.txt", "a\n"));
    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");

    for (String path :
        List.of(
            "../x", "a/../../x", "/tmp/x", ".git/hooks/pre-push", ".GIT/config", "a//b", "./x")) {
      assertThatThrownBy(() -> tree.write(Map.of(path, new byte[0])))
          .as(path)
          .isInstanceOf(Exception.class);
    }
    assertThat(tree.directory().resolve(".git/hooks/pre-push")).doesNotExist();
    assertThat(tree.directory().resolveSibling("x")).doesNotExist();
  }

  @Test
  void checksEverythingOutForACommand() throws Exception {
    Files.createDirectories(repo.directory().resolve("bin"));
    Files.writeString(repo.directory().resolve("bin/run"), "#!/bin/sh\n");
    assertThat(repo.directory().resolve("bin/run").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(repo.directory().resolve("link"), Path.of("bin/run"));
    repo.commit(Map.of("a.txt", "a\n", "src/b.py", "b\n"));
    WorkTree tree = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");

    Path checkout =
        workspace.checkOut(
            tree, Map.of("a.txt", "changed\n".getBytes(UTF_8), "c/d", new byte[] {1}), "after");

    assertThat(checkout.resolve("a.txt")).hasContent("changed\n");
    assertThat(checkout.resolve("src/b.py")).hasContent("b\n");
    assertThat(checkout.resolve("c/d")).hasBinaryContent(new byte[] {1});
    assertThat(checkout.resolve("bin/run")).isExecutable();
    assertThat(Files.readSymbolicLink(checkout.resolve("link"))).isEqualTo(Path.of("bin/run"));
    assertThat(list(tree.directory())).containsExactly(tree.directory().resolve(".git"));
    try (Git git = Git.open(checkout.toFile())) {
      Status status = git.status().call();
      assertThat(status.getModified()).containsExactly("a.txt");
      assertThat(status.getUntracked()).containsExactly("c/d");
      assertThat(status.getMissing()).isEmpty();
    }
    workspace.close(tree);
    assertThat(checkout).doesNotExist();
    assertThat(tree.directory()).doesNotExist();
  }

  @Test
  void removesTheTreesOfDeadProcessesOnly() throws Exception {
    repo.commit(Map.of("a.txt", "a\n"));
    WorkTree living = workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");
    Path dead = Files.createDirectories(temp.resolve("work/trees/4711-dead/r9/.git"));
    Files.createFile(temp.resolve("work/trees/4711-dead.lock"));

    try (Workspace next =
        new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty())) {
      assertThat(next).isNotNull();
      assertThat(dead.getParent().getParent()).doesNotExist();
      assertThat(temp.resolve("work/trees/4711-dead.lock")).doesNotExist();
      assertThat(living.directory()).exists();
    }
  }

  @Test
  void leavesNothingBehindWhenClosed() throws Exception {
    repo.commit(Map.of("a.txt", "a\n"));
    workspace.open(TestApplications.of("shop", url()), BRANCH, "r1");

    workspace.close();

    assertThat(list(temp.resolve("work/trees"))).allMatch(file -> file.endsWith("start-up.lock"));
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty());
  }

  @Test
  void keepsConcurrentRepairsApart() throws Exception {
    repo.commit(Map.of("a.txt", "a\n", "src/b.py", "b\n"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<WorkTree>> repairs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int n = i;
        repairs.add(
            () -> {
              WorkTree tree =
                  workspace.open(
                      TestApplications.of("shop", url()), "selfheal/00000000000" + n, "r" + n);
              tree.write(Map.of("a.txt", ("repair " + n + "\n").getBytes(UTF_8)));
              return tree;
            });
      }
      List<WorkTree> trees = new ArrayList<>();
      for (Future<WorkTree> tree : threads.invokeAll(repairs)) {
        trees.add(tree.get());
      }
      for (int i = 0; i < 4; i++) {
        assertThat(trees.get(i).directory().resolve("a.txt")).hasContent("repair " + i + "\n");
        assertThat(GitRepo.head(trees.get(i).directory()))
            .isEqualTo("refs/heads/selfheal/00000000000" + i);
      }
      assertThat(trees).extracting(WorkTree::directory).doesNotHaveDuplicates();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void pushesToTheForgeAndNotToTheRepositoryGiven() throws Exception {
    repo.commit(Map.of("a.txt", "a\n"));
    repo.checkOut("trunk", true);
    String trunk = repo.commit(Map.of("a.txt", "b\n"));
    Path forge = temp.resolve("local/forge/shop.git");
    try (Workspace local =
        new Workspace(temp.resolve("work2"), new GitAccess(), app -> Optional.of(forge))) {
      WorkTree tree = local.open(TestApplications.of("shop", url()), BRANCH, "r1");

      assertThat(GitRepo.head(forge)).isEqualTo("refs/heads/trunk");
      assertThat(GitRepo.tip(forge, "refs/heads/main")).isNotNull();
      try (Git git = Git.open(tree.directory().toFile())) {
        git.push().call();
      }
      assertThat(GitRepo.tip(forge, "refs/heads/" + BRANCH)).isEqualTo(trunk);
      assertThat(GitRepo.tip(repo.directory(), "refs/heads/" + BRANCH)).isNull();

      String next = repo.commit(Map.of("a.txt", "c\n"));
      local.open(TestApplications.of("shop", url()), BRANCH, "r2");
      assertThat(GitRepo.tip(forge, "refs/heads/trunk")).isEqualTo(next);
      assertThat(GitRepo.tip(forge, "refs/heads/" + BRANCH)).isEqualTo(trunk);
    }
  }

  @Test
  void keepsOthersOutOfTheWorkDirectory() throws Exception {
    assertThat(Files.getPosixFilePermissions(temp.resolve("work")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void refusesNamesThatAreNoNames() {
    repo.commit(Map.of("a.txt", "a\n"));

    assertThatThrownBy(() -> workspace.open(TestApplications.of("shop", url()), BRANCH, "../x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> workspace.open(TestApplications.of("shop", url()), "a..b", "r1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String url() {
    return repo.directory().toString();
  }

  private Path mirror() throws IOException {
    return list(temp.resolve("work/mirrors")).stream()
        .filter(file -> file.toString().endsWith(".git"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
