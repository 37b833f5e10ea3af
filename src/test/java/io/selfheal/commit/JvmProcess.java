package io.selfheal.commit;

import io.selfheal.model.Edit;
import io.selfheal.settings.Application;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Another JVM that runs a command, to be given variables or to be killed. */
final class JvmProcess {
  private JvmProcess() {}

  static ProcessBuilder of(String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JvmProcess.class.getName()));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).redirectErrorStream(true);
  }

  /** {@code run <directory> <home> <none|bubblewrap> <command>}, or {@code verify …}. */
  public static void main(String[] arguments) throws IOException {
    Sandbox sandbox = arguments[3].equals("none") ? Sandboxes.none() : Sandboxes.bubblewrap();
    if (arguments[0].equals("run")) {
      ShellCommand.Outcome outcome =
          new ShellCommand(Duration.ofSeconds(60), sandbox)
              .run(Path.of(arguments[1]), Path.of(arguments[2]), arguments[4], List.of());
      System.out.write(outcome.output().getBytes(StandardCharsets.UTF_8));
      System.out.flush();
      System.exit(outcome.exitCode());
    }
    verify(Path.of(arguments[1]), arguments[2], sandbox, arguments[4]);
  }

  private static void verify(Path work, String repository, Sandbox sandbox, String command) {
    Workspace workspace = new Workspace(work, new GitAccess(), app -> Optional.empty());
    Application app = TestProposals.app(repository, command, null);
    WorkTree tree = workspace.open(app, TestProposals.BRANCH, "r1");
    Change change =
        new Change(TestProposals.fix(app, tree, new Edit("a", "b", "c")), Map.of("a", new byte[1]));
    new VerifyChange(
            workspace,
            new RepairRecords(Optional.empty()),
            text -> text,
            Duration.ofMinutes(10),
            sandbox)
        .before(change, null);
  }
}
