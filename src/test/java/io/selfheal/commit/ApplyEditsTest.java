package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.model.Edit;
import io.selfheal.model.ProposalException;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApplyEditsTest {
  private static final String SOURCE = "def total(order):\n    return order['items']\n";

  @TempDir Path temp;
  private Workspace workspace;
  private WorkTree tree;
  private String repository;
  private final ApplyEdits applyEdits = new ApplyEdits(text -> text.replace("hunter2", "***"));

  @BeforeEach
  void setUp() throws Exception {
    GitRepo repo = GitRepo.in(temp.resolve("shop"));
    TreeMap<String, byte[]> files = new TreeMap<>();
    files.put("src/orders.py", SOURCE.getBytes(UTF_8));
    files.put("src/twice.py", "x = 1\ny = 2\nx = 1\n".getBytes(UTF_8));
    files.put("src/secret.py", "password = 'hunter2'\n".getBytes(UTF_8));
    files.put("src/__init__.py", new byte[0]);
    files.put("logo.png", new byte[] {1, 0, 2});
    files.put(".gitignore", "build/\n*.log\n".getBytes(UTF_8));
    Files.createDirectories(repo.directory());
    Files.createSymbolicLink(repo.directory().resolve("out"), temp.resolve("outside"));
    Files.createSymbolicLink(repo.directory().resolve("orders"), Path.of("src/orders.py"));
    repo.commitBytes(files);
    repo.commitSubmodule("vendor");
    Files.createDirectories(temp.resolve("outside"));
    Files.writeString(temp.resolve("outside/victim.txt"), "untouched");
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty());
    repository = repo.directory().toString();
    tree = workspace.open(TestProposals.app(repository, null, null), TestProposals.BRANCH, "r1");
  }

  @AfterEach
  void tearDown() {
    workspace.close();
  }

  @Test
  void appliesSeveralEditsOfOneFileInOrderAndMakesNewFiles() {
    Change change =
        apply(
            new Edit("src/orders.py", "order['items']", "order.get('items')"),
            new Edit("src/orders.py", "order.get('items')", "order.get('items', [])"),
            new Edit("tests/test_orders.py", "", "def test_total():\n    pass\n"),
            new Edit("src/__init__.py", "", "VERSION = 1\n"));

    assertThat(change.paths())
        .containsExactly("src/__init__.py", "src/orders.py", "tests/test_orders.py");
    assertThat(change.files().get("src/orders.py"))
        .asString(UTF_8)
        .isEqualTo("def total(order):\n    return order.get('items', [])\n");
  }

  /**
   * The paths that an answer might hold to get out of the checkout, or into what decides over other
   * machines.
   */
  static Stream<String> hostilePaths() {
    return Stream.of(
        "../../etc/passwd",
        "../outside/victim.txt",
        "src/../../outside/victim.txt",
        "/etc/passwd",
        "//etc/passwd",
        "C:/Windows/win.ini",
        "C:x",
        "~/.ssh/authorized_keys",
        "..\\outside\\victim.txt",
        "src\\orders.py",
        "out/victim.txt",
        "out",
        "orders",
        ".git/hooks/pre-push",
        ".git/config",
        ".GIT/config",
        ".Git/hooks/post-checkout",
        ".git./config",
        ".git /config",
        "git~1/config",
        ".g\u200Cit/config",
        ".git\u200B/config",
        "src/.git/config",
        "src/.git",
        ".git",
        ".git::$INDEX_ALLOCATION/config",
        "src/./orders.py",
        "./src/orders.py",
        "src//orders.py",
        "src/",
        "src",
        "",
        " ",
        "src/a\nb.py",
        "src/a\u0000.py",
        "src/\u202Eyp.exe",
        "src/orders.py/x",
        "src/aux",
        "src/name.",
        "x".repeat(2000),
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".gitmodules",
        "Src/new.py",
        "SRC/ORDERS.PY",
        "vendor",
        "vendor/x.py",
        "build/out.py",
        "debug.log");
  }

  @ParameterizedTest
  @MethodSource("hostilePaths")
  void refusesHostilePathsAndTouchesNothing(String path) throws Exception {
    List<String> before = everything();

    assertThatThrownBy(() -> apply(new Edit(path, "", "owned")))
        .isInstanceOf(ProposalException.class);
    assertThatThrownBy(() -> apply(new Edit(path, "untouched", "owned")))
        .isInstanceOf(ProposalException.class);
    assertThatThrownBy(
            () ->
                apply(
                    new Edit("src/orders.py", "order['items']", "1"), new Edit(path, "", "owned")))
        .isInstanceOf(ProposalException.class);

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void tellsTheModelAboutEveryEditThatDoesNotHold() {
    assertThatThrownBy(
            () ->
                apply(
                    new Edit("src/orders.py", "order['items']", "order.get('items')"),
                    new Edit("orders.py", "a", "b"),
                    new Edit("src/twice.py", "x = 1", "x = 3"),
                    new Edit("src/orders.py", "return order[items]", "return 1"),
                    new Edit("src/orders.py", "", "all new"),
                    new Edit("logo.png", "a", "b")))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("None of the edits was applied")
        .hasMessageContaining(
            "Edit 2 (orders.py): there is no such file in the repository; did you mean src/orders.py?")
        .hasMessageContaining(
            "Edit 3 (src/twice.py): the search text is in 2 places, at lines [1, 3]")
        .hasMessageContaining("Edit 4 (src/orders.py): the search text is nowhere in the file")
        .hasMessageContaining("2:     return order.get('items')")
        .hasMessageContaining(
            "Edit 5 (src/orders.py): an empty search makes a new file, but this one exists")
        .hasMessageContaining("Edit 6 (logo.png): the file is binary")
        .hasMessageNotContaining("Edit 1");
  }

  @Test
  void masksSecretsInTheLinesItShows() {
    assertThatThrownBy(() -> apply(new Edit("src/secret.py", "password = 'hunter'", "x")))
        .hasMessageContaining("password = '***'")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void refusesAnswersWithoutEffect() {
    assertThatThrownBy(this::apply).hasMessageContaining("0 edits");
    assertThatThrownBy(() -> apply(new Edit("src/orders.py", "order", "order")))
        .hasMessageContaining("changes nothing");
    assertThatThrownBy(
            () ->
                apply(
                    new Edit("src/orders.py", "items", "things"),
                    new Edit("src/orders.py", "things", "items")))
        .hasMessageContaining("change nothing");
  }

  @Test
  void refusesAFileInAFile() {
    assertThatThrownBy(() -> apply(new Edit("a", "", "1"), new Edit("a/b", "", "2")))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("make a a file and a/b a file in it");
  }

  @Test
  void refusesTextThatIsNotWhatItLooksLike() {
    assertThatThrownBy(() -> apply(new Edit("src/orders.py", "items", "\u202Esmeti")))
        .hasMessageContaining("U+202E");
    assertThatThrownBy(() -> apply(new Edit("src/orders.py", "items", "a\u0000")))
        .hasMessageContaining("NUL");
  }

  @Test
  void refusesTooMuch() {
    Edit[] many = new Edit[65];
    Arrays.fill(many, new Edit("src/orders.py", "items", "x"));

    assertThatThrownBy(() -> apply(many)).hasMessageContaining("65 edits");
    assertThatThrownBy(() -> apply(new Edit("a.txt", "", "x".repeat(300_000))))
        .hasMessageContaining("shorter than");
  }

  @Test
  void keepsToTheApplicationsPaths() {
    var app = TestProposals.app(repository, null, null, "src/");

    assertThatThrownBy(
            () -> applyEdits.apply(TestProposals.fix(app, tree, new Edit("a.txt", "", "x"))))
        .hasMessageContaining("none of those that may be changed: src/");
    assertThat(
            applyEdits.apply(TestProposals.fix(app, tree, new Edit("src/n.py", "", "x"))).paths())
        .containsExactly("src/n.py");
  }

  private Change apply(Edit... edits) {
    return applyEdits.apply(
        TestProposals.fix(TestProposals.app(repository, null, null), tree, edits));
  }

  /** Every file below the temporary folder with its content. */
  private List<String> everything() throws Exception {
    try (Stream<Path> files = Files.walk(temp)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(
              file -> {
                try {
                  return file + " " + Arrays.hashCode(Files.readAllBytes(file));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .collect(Collectors.toList());
    }
  }
}
