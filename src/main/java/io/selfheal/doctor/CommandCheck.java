package io.selfheal.doctor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether the program that a command begins with is on the path. A path is looked for in the
 * checkout when the command is run, and not here.
 */
public final class CommandCheck {
  private static final Set<String> SHELL =
      Set.of(
          "cd", "test", "[", "exec", "export", "set", "if", "for", "while", "true", "source", ".");

  private final String key;
  private final String command;
  private final boolean needed;
  private final String path;

  /**
   * @param key where the command stands
   * @param needed whether nothing goes without it
   * @param environment whose {@code PATH} is looked through
   */
  public CommandCheck(String key, String command, boolean needed, Map<String, String> environment) {
    this.needed = needed;
    this.key = key;
    this.command = command;
    this.path = environment.getOrDefault("PATH", "");
  }

  public Finding look() {
    Optional<String> program =
        Stream.of(command.strip().split("\\s+"))
            .filter(word -> !word.matches("[A-Za-z_][A-Za-z0-9_]*=.*"))
            .findFirst();
    if (program.isEmpty()
        || SHELL.contains(program.get())
        || !program.get().matches("[A-Za-z0-9._+-]+")) {
      return Finding.ok("run in the checkout: " + command);
    }
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program.get()))
        .filter(Files::isExecutable)
        .findFirst()
        .map(found -> Finding.ok(found + " for: " + command))
        .orElseGet(
            () ->
                new Finding(
                    needed ? Finding.Level.FAIL : Finding.Level.WARN,
                    program.get() + " is not on the PATH of this machine",
                    "install it (in the image too), or change " + key));
  }
}
