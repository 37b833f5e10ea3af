package io.selfheal.commit;

import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs a tool of a language on one file, in an empty directory and as apart as verify commands. */
public final class RunTool {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int CANNOT_RUN = 126;
  private static final int NOT_FOUND = 127;

  private final Workspace workspace;
  private final ShellCommand shell;

  public RunTool(Workspace workspace, Sandbox sandbox) {
    this.workspace = workspace;
    this.shell = new ShellCommand(TIMEOUT, sandbox);
  }

  /**
   * What a tool said.
   *
   * @param isThere whether it is installed, and came to an end
   */
  public record Answer(boolean isThere, boolean succeeded, String output) {}

  /**
   * @param command gets the file as its argument
   * @param name the file's name while the tool runs
   */
  public Answer run(WorkTree tree, String command, String name, byte[] content) {
    Path directory = workspace.scratch(tree, "syntax");
    Path home = workspace.scratch(tree, "home");
    try {
      Files.write(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + directory.resolve(name), e);
    }
    ShellCommand.Outcome outcome = shell.run(directory, home, command, List.of("./" + name));
    int exitCode = outcome.exitCode();
    boolean isThere = exitCode >= 0 && exitCode != CANNOT_RUN && exitCode != NOT_FOUND;
    return new Answer(
        isThere, exitCode == 0, outcome.output().replace(directory.toString() + "/", ""));
  }
}
