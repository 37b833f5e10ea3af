package io.selfheal.commit;

import io.selfheal.model.ProposalException;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.workspace.BaseTree;
import io.selfheal.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Runs the application's formatter ({@code selfheal.apps.<app>.format}) on the changed files. It
 * runs in a checkout of its own, so that its configuration is there; only the changed files are
 * taken back.
 */
public final class FormatChange {
  private static final int SHOWN_CHARACTERS = 4000;

  private final Workspace workspace;
  private final Function<String, String> mask;
  private final ShellCommand shell;

  /**
   * @param mask takes secrets out of the formatter's output
   * @param timeout how long it may run
   */
  public FormatChange(
      Workspace workspace, Function<String, String> mask, Duration timeout, Sandbox sandbox) {
    this.workspace = workspace;
    this.mask = mask;
    this.shell = new ShellCommand(timeout, sandbox);
  }

  /**
   * @return the change with the files as the formatter left them; as it was when no formatter is
   *     set
   * @throws ProposalException when the formatter undoes the whole change, or refuses it though it
   *     is there
   * @throws ConfigurationException when the command cannot be run
   */
  public Change format(Change change) {
    Optional<String> command = change.proposal().prompt().app().format();
    if (command.isEmpty()) {
      return change;
    }
    Path checkout = workspace.checkOut(change.workTree(), change.files(), "format");
    Path home = workspace.scratch(change.workTree(), "home");
    // A path that begins with "-" would be taken for an option.
    List<String> arguments = change.paths().stream().map(path -> "./" + path).toList();
    ShellCommand.Outcome outcome = shell.run(checkout, home, command.get(), arguments);
    if (outcome.exitCode() == 126 || outcome.exitCode() == 127) {
      throw new ConfigurationException(
          "selfheal.apps." + change.proposal().prompt().app().name() + ".format",
          command.get(),
          "the formatter cannot be run here: " + mask.apply(end(outcome.output())));
    }
    if (outcome.exitCode() != 0) {
      throw new ProposalException(
          change.proposal(),
          "The formatter ("
              + command.get()
              + ") "
              + (outcome.exitCode() < 0 ? "had to be stopped" : "failed")
              + " on the changed files, so they are probably not valid:\n"
              + mask.apply(end(outcome.output())));
    }
    SortedMap<String, byte[]> files = read(change, checkout);
    if (files.isEmpty()) {
      throw new ProposalException(
          change.proposal(),
          "The repository's formatter undoes the whole change; it only changed the layout.");
    }
    return change.withFiles(files);
  }

  private static SortedMap<String, byte[]> read(Change change, Path checkout) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (BaseTree tree = change.workTree().open()) {
      for (String path : change.paths()) {
        Path file = checkout.resolve(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            || !file.toRealPath().equals(checkout.toRealPath().resolve(path))) {
          throw new ProposalException(change.proposal(), "The formatter removed " + path + ".");
        }
        byte[] formatted = Files.readAllBytes(file);
        if (tree.read(path).filter(before -> Arrays.equals(before, formatted)).isEmpty()) {
          files.put(path, formatted);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static String end(String output) {
    return output.length() > SHOWN_CHARACTERS
        ? "…" + output.substring(output.length() - SHOWN_CHARACTERS)
        : output;
  }
}
