package io.selfheal.commit;

import java.util.Optional;

/**
 * What the application's own verify command said, before the change and after.
 *
 * @param command empty when none is configured
 * @param sandboxed whether it ran apart from the machine, without network
 */
public record Verification(
    Optional<String> command, Optional<Run> before, Optional<Run> after, boolean sandboxed) {
  public static final Verification NONE =
      new Verification(Optional.empty(), Optional.empty(), Optional.empty());

  /** In the sandbox. */
  public Verification(Optional<String> command, Optional<Run> before, Optional<Run> after) {
    this(command, before, after, true);
  }

  /**
   * One run of the command.
   *
   * @param exitCode the process's exit code; -1 when it was stopped for taking too long, -2 for
   *     taking too much memory
   * @param output its last lines, secrets masked
   */
  public record Run(int exitCode, String output) {
    public boolean green() {
      return exitCode == 0;
    }
  }
}
