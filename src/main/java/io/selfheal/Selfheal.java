package io.selfheal;

import io.selfheal.cli.SelfhealCommand;

/** The program: {@code java -jar selfheal.jar <command>}. */
public final class Selfheal {
  private Selfheal() {}

  public static void main(String[] args) {
    int exitCode = SelfhealCommand.execute(args);
    // `run` only comes back after a drain; in-process servers of the embedded default leave threads
    // behind
    System.exit(exitCode);
  }
}
