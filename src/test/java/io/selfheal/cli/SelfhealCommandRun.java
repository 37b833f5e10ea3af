package io.selfheal.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** One command in this process, and what it printed. */
public record SelfhealCommandRun(int exitCode, String out, String err) {
  public static SelfhealCommandRun of(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = new CommandLine(new SelfhealCommand());
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = SelfhealCommand.execute(commandLine, arguments.toArray(String[]::new));
    return new SelfhealCommandRun(exitCode, out.toString(), err.toString());
  }
}
