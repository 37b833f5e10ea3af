package io.selfheal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellCommandTest {
  @TempDir Path temp;
  private Path home;

  @BeforeEach
  void setUp() throws Exception {
    home = Files.createDirectory(temp.resolve("home"));
  }

  @Test
  void givesExitCodeAndBothStreams() {
    ShellCommand.Outcome outcome = run("echo out; echo err >&2; pwd; exit 3");

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.output()).contains("out\n", "err\n", temp.getFileName().toString());
  }

  @Test
  void hidesThisProcessesEnvironment() {
    ShellCommand.Outcome outcome =
        run("env | cut -d= -f1 | sort | tr '\\n' ' '; echo; echo $HOME $TMPDIR");

    assertThat(outcome.output().lines().findFirst().orElseThrow().split(" "))
        .isSubsetOf(
            "CI", "HOME", "JAVA_HOME", "LANG", "OLDPWD", "PATH", "PWD", "SHLVL", "TMPDIR", "_");
    assertThat(outcome.output()).contains(home + " " + home.resolve("tmp"));
  }

  @Test
  void givesNothingToRead() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThat(run("cat; echo done").output()).isEqualTo("done\n"));
  }

  @Test
  void passesArgumentsWhateverTheyHold() {
    List<String> arguments = List.of("./a b", "./$(touch owned)", "./`id`", "./';'", "./\"", "./*");

    ShellCommand.Outcome outcome =
        new ShellCommand(Duration.ofSeconds(30), Sandboxes.none())
            .run(temp, home, "printf '%s\\n'", arguments);

    assertThat(outcome.output().lines()).containsExactlyElementsOf(arguments);
    assertThat(temp.resolve("owned")).doesNotExist();
  }

  @Test
  void stopsTheWholeProcessTreeAfterTheTimeout() {
    ShellCommand.Outcome outcome =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () ->
                new ShellCommand(Duration.ofSeconds(2), Sandboxes.none())
                    .run(temp, home, "sh -c 'echo $$; sleep 600' & echo $!; sleep 600", List.of()));

    assertThat(outcome.exitCode()).isEqualTo(ShellCommand.STOPPED);
    assertThat(outcome.output().lines().map(Long::valueOf))
        .isNotEmpty()
        .allSatisfy(ShellCommandTest::isGone);
  }

  @Test
  void leavesNoBackgroundProcessBehind() {
    ShellCommand.Outcome outcome =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> run("(sleep 600 & echo $!; sleep 1) ; sleep 600 & echo $!; sleep 1"));

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output().lines().map(Long::valueOf))
        .hasSize(2)
        .allSatisfy(ShellCommandTest::isGone);
  }

  @Test
  void keepsTheEndOfALongOutput() {
    ShellCommand.Outcome outcome =
        run("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");

    assertThat(outcome.output()).startsWith("…line ").endsWith("line 19999\n");
    assertThat(outcome.output().length()).isLessThanOrEqualTo(64 * 1024 + 1);
  }

  private static void isGone(Long pid) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Optional.of(pid)
                    .flatMap(ProcessHandle::of)
                    .filter(ProcessHandle::isAlive)
                    .isEmpty());
  }

  private ShellCommand.Outcome run(String command) {
    return new ShellCommand(Duration.ofSeconds(30), Sandboxes.none())
        .run(temp, home, command, List.of());
  }
}
