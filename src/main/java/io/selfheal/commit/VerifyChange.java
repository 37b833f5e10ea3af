package io.selfheal.commit;

import io.selfheal.issue.Issue;
import io.selfheal.model.ProposalException;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Runs the application's verify command ({@code selfheal.apps.<app>.verify}) before and after the
 * change, each time in a fresh and complete checkout, so that neither run sees what the other left
 * behind.
 */
public final class VerifyChange {
  /** Exchange property that keeps the first run for the second question of a try. */
  public static final String BEFORE = "verification";

  private static final int SHOWN_CHARACTERS = 6000;

  private final Workspace workspace;
  private final RepairRecords records;
  private final Function<String, String> mask;
  private final ShellCommand shell;

  /**
   * @param mask takes secrets out of the command's output
   * @param timeout how long one run may take
   */
  public VerifyChange(
      Workspace workspace,
      RepairRecords records,
      Function<String, String> mask,
      Duration timeout,
      Sandbox sandbox) {
    this.workspace = workspace;
    this.records = records;
    this.mask = mask;
    this.shell = new ShellCommand(timeout, sandbox);
  }

  /**
   * Runs the command on the base commit.
   *
   * @param known the result for an earlier answer of this try, or null; then nothing runs
   * @throws ConfigurationException when the command cannot be run
   */
  public Verification before(@Body Change change, @ExchangeProperty(BEFORE) Verification known) {
    Application app = change.proposal().prompt().app();
    if (known != null || app.verify().isEmpty()) {
      return known == null ? Verification.NONE : known;
    }
    String command = app.verify().get();
    Ran ran = run(change, command, Map.of(), "before");
    if (ran.run().exitCode() == 126 || ran.run().exitCode() == 127) {
      throw new ConfigurationException(
          "selfheal.apps." + app.name() + ".verify",
          command,
          "the command cannot be run here"
              + (ran.sandboxed()
                  ? " (what the sandbox shows besides the system's directories is selfheal.verify.mounts)"
                  : "")
              + ": "
              + end(ran.run()));
    }
    return new Verification(
        Optional.of(command), Optional.of(ran.run()), Optional.empty(), ran.sandboxed());
  }

  /**
   * Runs the command on the changed files.
   *
   * @param before the result of {@link #before}
   * @throws ProposalException when the command is red after the change, whatever it was before
   */
  public Change after(@Body Change change, @ExchangeProperty(BEFORE) Verification before) {
    if (before.command().isEmpty()) {
      return change;
    }
    String command = before.command().get();
    Ran ran = run(change, command, change.files(), "after");
    if (!ran.run().green()) {
      throw new ProposalException(
          change.proposal(),
          "The change was applied, and then the verify command ("
              + mask.apply(command)
              + ") "
              + outcome(ran.run())
              + ". "
              + judged(before.before(), ran.run())
              + " The end of its output:\n"
              + end(ran.run()));
    }
    return change.withVerification(
        new Verification(
            before.command(), before.before(), Optional.of(ran.run()), ran.sandboxed()));
  }

  private static String outcome(Verification.Run run) {
    return switch (run.exitCode()) {
      case ShellCommand.STOPPED -> "did not end in time";
      case ShellCommand.TOO_LARGE ->
          "was stopped for taking too much memory (selfheal.verify.memory)";
      default -> "failed with exit code " + run.exitCode();
    };
  }

  /** What two runs say of which the second is red. */
  private static String judged(Optional<Verification.Run> before, Verification.Run after) {
    if (before.isEmpty()) {
      return "So the change is not shown to be a fix.";
    }
    if (before.get().green()) {
      return "It passed before, so the change breaks something.";
    }
    return plain(before.get().output()).equals(plain(after.output()))
        ? "It failed before as well, with the same output, so the change did not fix it."
        : "It failed before as well, with other output, so the change is not shown to be a fix: either"
            + " something is left, or the change breaks something else.";
  }

  /** Output without what differs from run to run: times, addresses, numbers of processes. */
  private static String plain(String output) {
    return output
        .replaceAll("0x[0-9a-fA-F]+", "0x")
        .replaceAll("\\d+(?:[.,:]\\d+)+", "0")
        .replaceAll("\\b\\d+ ?(?:ms|s|sec|seconds?)\\b", "0s")
        .replaceAll("\\+(?:before|after)(?=[/\\s:\"'])", "+checkout")
        .replaceAll("\\s+", " ");
  }

  private record Ran(Verification.Run run, boolean sandboxed) {}

  private Ran run(Change change, String command, Map<String, byte[]> files, String when) {
    Path checkout = workspace.checkOut(change.workTree(), files, when);
    Path home = workspace.scratch(change.workTree(), "home");
    ShellCommand.Outcome outcome = shell.run(checkout, home, command, List.of());
    Verification.Run run = new Verification.Run(outcome.exitCode(), mask.apply(outcome.output()));
    Issue issue = change.proposal().prompt().issue();
    records.write(
        issue.fingerprint(),
        issue.attempts(),
        "verify-" + when + ".txt",
        "$ " + mask.apply(command) + "\n" + run.output() + "\nexit code " + run.exitCode() + "\n");
    return new Ran(run, outcome.sandboxed());
  }

  private static String end(Verification.Run run) {
    String output = run.output();
    return output.length() > SHOWN_CHARACTERS
        ? "…" + output.substring(output.length() - SHOWN_CHARACTERS)
        : output;
  }
}
