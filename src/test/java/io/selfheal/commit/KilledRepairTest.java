package io.selfheal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Kills a JVM as {@code kill -9} does, in the middle of a verify command. */
@EnabledOnOs(OS.LINUX)
class KilledRepairTest {
  @TempDir Path temp;
  private GitRepo repo;
  private String mark;
  private Process jvm;

  @BeforeEach
  void setUp() {
    repo = GitRepo.in(temp.resolve("shop"));
    repo.commit(Map.of("a", "b\n"));
    mark = "selfheal-test-" + UUID.randomUUID();
  }

  @AfterEach
  void tearDown() {
    if (jvm != null) {
      jvm.destroyForcibly();
    }
    running().forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void leavesNothingBehindAfterTheNextStart() throws Exception {
    killInTheMiddle("none");
    assertThat(running()).as("survived the JVM").isNotEmpty();
    ProcessHandle stranger = stranger();

    try (Workspace next = open()) {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> running().isEmpty());
      assertThat(trees()).as("only the new process's").hasSize(1);
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
    assertThat(trees()).isEmpty();
  }

  @Test
  void leavesNoProcessOfTheSandboxBehindAtAll() throws Exception {
    assumeTrue(SandboxTest.works(temp), "bubblewrap does not work here");
    killInTheMiddle("bubblewrap");

    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> running().isEmpty());

    open().close();
    assertThat(trees()).isEmpty();
  }

  private void killInTheMiddle(String sandbox) throws Exception {
    // One of them in a session of its own, as a daemon is
    String command = "setsid sh -c 'sleep 600; : " + mark + "' & sh -c 'sleep 600; : " + mark + "'";
    jvm =
        JvmProcess.of("verify", work().toString(), repo.directory().toString(), sandbox, command)
            .redirectOutput(temp.resolve("jvm.txt").toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              assertThat(jvm.isAlive()).as(Files.readString(temp.resolve("jvm.txt"))).isTrue();
              return running().stream().filter(this::isShellOfItsOwn).count() >= 2;
            });
    jvm.destroyForcibly().waitFor();
  }

  /** The shells of the command, and not what only has it as an argument. */
  private boolean isShellOfItsOwn(ProcessHandle process) {
    return process
        .info()
        .arguments()
        .map(arguments -> List.of(arguments).toString())
        .filter(arguments -> arguments.startsWith("[-c, sleep 600; : "))
        .isPresent();
  }

  private List<ProcessHandle> running() {
    return ProcessHandle.allProcesses()
        .filter(process -> jvm == null || process.pid() != jvm.pid())
        .filter(process -> process.info().commandLine().filter(l -> l.contains(mark)).isPresent())
        .toList();
  }

  /** Somebody who only looks into the folder. */
  private ProcessHandle stranger() throws Exception {
    return new ProcessBuilder("sleep", "600").directory(work().toFile()).start().toHandle();
  }

  private Workspace open() {
    return new Workspace(work(), new GitAccess(), app -> Optional.empty());
  }

  private Path work() {
    return temp.resolve("work");
  }

  private List<Path> trees() throws Exception {
    try (Stream<Path> files = Files.list(work().resolve("trees"))) {
      return files.filter(Files::isDirectory).toList();
    }
  }
}
