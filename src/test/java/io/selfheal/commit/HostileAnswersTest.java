package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.selfheal.model.Edit;
import io.selfheal.model.ProposalException;
import io.selfheal.settings.Application;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of answers that try to write where they must not, of which the tree is the judge. */
class HostileAnswersTest {
  private static final List<String> TARGETS =
      List.of(
          "outside/victim.txt",
          "src/orders.py",
          "src/new.py",
          ".git/hooks/pre-push",
          ".git/config",
          ".github/workflows/ci.yml",
          ".gitmodules",
          ".gitattributes",
          "etc/passwd");

  private static final List<UnaryOperator<String>> DISGUISES =
      List.of(
          path -> path,
          path -> "../" + path,
          path -> "../../../../../../" + path,
          path -> "/" + path,
          path -> "//" + path,
          path -> "C:/" + path,
          path -> "\\\\?\\C:\\" + path,
          path -> path.replace('/', '\\'),
          path -> path.toUpperCase(java.util.Locale.ROOT),
          path -> path.replace("git", "Git").replace("src", "Src"),
          path -> path + "\0",
          path -> path + "\0.py",
          path -> "src/\0/../" + path,
          path -> "./" + path,
          path -> "src/../" + path,
          path -> "src/../../" + path,
          path -> "src/./../" + path,
          path -> "src/%2e%2e/" + path,
          path -> "src/..;/" + path,
          path -> "src/.../" + path,
          path -> path + "/",
          path -> path + "/.",
          path -> path + "/..",
          path -> path + " ",
          path -> path + ".",
          path -> path + "::$DATA",
          path -> path.replace("/", "::$INDEX_ALLOCATION/"),
          path -> "\uFF0E\uFF0E\uFF0F" + path,
          path -> path.replace('/', '\u2215'),
          path -> path.replace('i', '\u0456').replace('o', '\u043E'),
          path -> path.replace(".", ".\u200D"),
          path -> path.replace("g", "g\u200C"),
          path -> path.replace("e", "e\u0301"),
          path -> Normalizer.normalize("src/\u00E9/" + path, Normalizer.Form.NFD),
          path -> "\u202E" + path,
          path -> "~/" + path,
          path -> "~root/" + path,
          path -> "$HOME/" + path,
          path -> "src/$(id)/" + path,
          path -> "file:///" + path,
          path -> "src/\n" + path,
          path -> "src/con/" + path,
          path -> "src/nul",
          path -> "src/COM1.txt",
          path -> "src/out/" + path,
          path -> "src/out",
          path -> "src/hooks/pre-push",
          path -> "src/" + path,
          path -> "git~1/" + path,
          path -> "src/" + "x".repeat(3000) + path,
          path -> "src/" + "d/".repeat(600) + path,
          path -> "src/orders.py/" + path,
          path -> "vendor/" + path);

  private static final List<String> CONTENTS =
      List.of(
          "owned\n",
          "x".repeat(300_000),
          "a\0b",
          "if admin:\u202E \u2066# check\u2069 \u2066\n",
          "a\u200Bb\n",
          "a\u001B[2Jb\n",
          "a\u2028b\n",
          "* filter=owned\n[filter \"owned\"]\n\tsmudge = touch /tmp/owned\n",
          "[submodule \"x\"]\n\turl = --upload-pack=touch owned\n",
          "\uFEFFowned\n",
          "\uD800");

  @TempDir Path temp;
  private Workspace workspace;
  private WorkTree tree;
  private Application app;

  @BeforeEach
  void setUp() throws Exception {
    Files.createDirectories(temp.resolve("outside/hooks"));
    Files.writeString(temp.resolve("outside/victim.txt"), "untouched");
    GitRepo repo = GitRepo.in(temp.resolve("shop"));
    Files.createDirectories(repo.directory().resolve("src"));
    Files.createSymbolicLink(repo.directory().resolve("src/out"), temp.resolve("outside"));
    Files.createSymbolicLink(repo.directory().resolve("src/hooks"), Path.of("../.git/hooks"));
    repo.commit(Map.of("src/orders.py", "x = 1\n", "README.md", "Shop\n", "src/\u00E9.py", "y\n"));
    repo.commitSubmodule("vendor");
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), a -> Optional.empty());
    app = TestProposals.app(repo.directory().toString(), null, null, "/src/");
    tree = workspace.open(app, TestProposals.BRANCH, "r1");
  }

  @AfterEach
  void tearDown() {
    workspace.close();
  }

  @Test
  void noneChangesAByteOutsideOfTheAllowedPaths() {
    ApplyEdits apply = new ApplyEdits(text -> text);
    Map<String, String> before = everythingBut(List.of());
    TreeSet<String> accepted = new TreeSet<>();
    int tried = 0;
    for (List<Edit> answer : answers()) {
      tried++;
      Change change;
      try {
        change = apply.apply(TestProposals.fix(app, tree, answer.toArray(new Edit[0])));
      } catch (ProposalException refused) {
        continue;
      }
      new StageChange().write(change);
      workspace.checkOut(tree, change.files(), "after");
      accepted.addAll(change.paths());
      assertThat(everythingBut(change.paths())).as(answer.toString()).isEqualTo(before);
      for (String path : change.paths()) {
        // A later answer is not judged by what an earlier one was allowed to write
        delete(tree.directory().resolve(path));
      }
    }

    assertThat(tried).isGreaterThan(200);
    assertThat(accepted)
        .contains("src/orders.py", "src/new.py")
        .allMatch(path -> path.startsWith("src/"))
        .noneMatch(path -> path.contains("..") && List.of(path.split("/")).contains(".."))
        .noneMatch(path -> path.toLowerCase(java.util.Locale.ROOT).contains(".git/"))
        .noneMatch(path -> path.startsWith("src/out") || path.startsWith("src/hooks"));
    assertThat(everythingBut(List.of())).isEqualTo(before);
  }

  @Test
  void noneThatIsRunLeavesTheSandbox() throws Exception {
    assumeTrue(SandboxTest.works(temp), "bubblewrap does not work here");
    Path victim = temp.resolve("outside/victim.txt");
    Map<String, String> before = everythingBut(List.of());
    for (String attack :
        List.of(
            "echo owned > " + victim,
            "ln -s " + temp + " link && echo owned > link/outside/victim.txt",
            "rm -rf " + temp + "/outside " + temp + "/shop",
            "find / -name victim.txt -exec sh -c 'echo owned > $1' sh {} \\;",
            "echo owned > ../../../../outside/victim.txt",
            "echo owned > /proc/1/root" + victim,
            "echo owned > /proc/1/cwd/../../../../outside/victim.txt",
            "mount --bind / /mnt; echo owned > /mnt" + victim,
            "unshare -rm sh -c 'mount -t proc p /proc'; echo owned > /proc/1/root" + victim,
            "chroot / sh -c 'echo owned > " + victim + "'",
            "git config --global core.hooksPath /tmp; git push; git fetch",
            "rm -rf .git/objects; cat .git/objects/info/alternates",
            "find " + temp + " -type d -exec chmod 777 {} +",
            "kill -9 -1; kill -9 1",
            "(setsid sh -c 'sleep 1; echo owned > " + victim + "' &)",
            "tail -f /dev/null > /dev/null & tail -f /dev/null")) {
      Path checkout =
          workspace.checkOut(tree, Map.of("src/run.sh", attack.getBytes(UTF_8)), "after");
      new ShellCommand(Duration.ofSeconds(3), Sandboxes.bubblewrap())
          .run(checkout, workspace.scratch(tree, "home"), "sh src/run.sh", List.of());

      assertThat(everythingBut(List.of())).as(attack).isEqualTo(before);
    }
  }

  private static List<List<Edit>> answers() {
    List<List<Edit>> answers = new ArrayList<>();
    int content = 0;
    for (String target : TARGETS) {
      for (UnaryOperator<String> disguise : DISGUISES) {
        String path = disguise.apply(target);
        String text = CONTENTS.get(content++ % CONTENTS.size());
        answers.add(
            switch (content % 3) {
              case 0 -> List.of(new Edit(path, "", text));
              case 1 ->
                  List.of(new Edit("src/orders.py", "x = 1", "x = 2"), new Edit(path, "", text));
              default -> List.of(new Edit(path, "untouched", text), new Edit(path, "x = 1", text));
            });
      }
    }
    for (String text : CONTENTS) {
      answers.add(List.of(new Edit("src/new.py", "", text)));
      answers.add(List.of(new Edit("src/orders.py", "x = 1\n", text)));
    }
    answers.add(List.of(new Edit("src/new.py", "", "a = 1\n")));
    answers.add(Arrays.asList(new Edit(null, "", "owned"), new Edit("src/orders.py", null, null)));
    return answers;
  }

  /**
   * Every file below the temporary folder but the given ones of the work tree, and what may change:
   * the work tree's index and the checkouts beside it.
   */
  private Map<String, String> everythingBut(List<String> written) {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(temp)) {
      for (Path file : files.toList()) {
        String name = temp.relativize(file).toString();
        boolean ours =
            written.stream().anyMatch(path -> file.equals(tree.directory().resolve(path)))
                || file.equals(tree.directory().resolve(".git/index"))
                || name.contains("/r1+");
        if (!ours && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          all.put(
              name,
              Arrays.hashCode(Files.readAllBytes(file))
                  + " "
                  + Files.getPosixFilePermissions(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
