package io.selfheal.cli;

import io.selfheal.settings.ConfigurationException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. Without a command it is {@code run}. */
@Command(
    name = "selfheal",
    description = "From an error in your logs to a pull request.",
    mixinStandardHelpOptions = true,
    versionProvider = SelfhealCommand.Version.class,
    scope = ScopeType.LOCAL,
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      FixCommand.class,
      ExplainCommand.class,
      IssuesCommand.class,
      ConfigureCommand.class,
      DoctorCommand.class,
    })
public final class SelfhealCommand implements Callable<Integer> {
  /** Exit code of a configuration error and of a wrong command line. */
  static final int WRONG_CONFIGURATION = 2;

  @Spec private CommandSpec spec;

  /**
   * Runs one command.
   *
   * @return the process's exit code
   */
  public static int execute(String... args) {
    return execute(new CommandLine(new SelfhealCommand()), args);
  }

  static int execute(CommandLine commandLine, String... args) {
    commandLine.setExecutionExceptionHandler(
        (failure, command, result) -> {
          PrintWriter err = command.getErr();
          Throwable configuration = causeOf(failure, ConfigurationException.class);
          if (configuration != null) {
            err.println("selfheal: " + configuration.getMessage());
            return WRONG_CONFIGURATION;
          }
          err.println("selfheal: " + reason(failure));
          if (System.getenv("SELFHEAL_DEBUG") != null) {
            failure.printStackTrace(err);
          }
          return 1;
        });
    boolean runByDefault =
        args.length == 0 || args[0].startsWith("--config") || args[0].startsWith("--set");
    if (runByDefault) {
      String[] withCommand = new String[args.length + 1];
      withCommand[0] = "run";
      System.arraycopy(args, 0, withCommand, 1, args.length);
      return commandLine.execute(withCommand);
    }
    return commandLine.execute(args);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return WRONG_CONFIGURATION;
  }

  static <T extends Throwable> T causeOf(Throwable failure, Class<T> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** The version as the jar's manifest says it. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = SelfhealCommand.class.getPackage().getImplementationVersion();
      return new String[] {"selfheal " + (version == null ? "(not packaged)" : version)};
    }
  }
}
