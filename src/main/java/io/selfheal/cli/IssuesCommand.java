package io.selfheal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.IssueAccess;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueJson;
import io.selfheal.issue.IssueStatus;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The issue table for people: list, show one, send again, empty. */
@Command(
    name = "issues",
    mixinStandardHelpOptions = true,
    description = "Lists the issues; shows one, sends one again, empties the table.")
final class IssuesCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "a properties file")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      description = "sets a key; may be repeated")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "the embedded default's folder, as given to fix or demo")
  private Path dir;

  @Option(names = "--status", paramLabel = "S", description = "only issues of this status")
  private String status;

  @Option(names = "--json", description = "prints JSON")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Optional<IssueStatus> only = Optional.ofNullable(status).map(IssuesCommand::status);
    try (IssueAccess access = access()) {
      List<Issue> issues =
          access.table().all().stream()
              .filter(issue -> only.isEmpty() || issue.status() == only.get())
              .toList();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(
            JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(issues.stream().map(IssueJson::of).toList()));
      } else if (issues.isEmpty()) {
        out.println("no issues");
      } else {
        issues.forEach(issue -> out.println(IssueLine.of(issue)));
      }
    }
    return 0;
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one issue.")
  int show(
      @Parameters(paramLabel = "FP", description = "its fingerprint, or the first digits of it")
          String fingerprint,
      @Option(names = "--json", description = "prints JSON") boolean asJson)
      throws Exception {
    try (IssueAccess access = access()) {
      Issue issue = one(access, fingerprint);
      PrintWriter out = spec.commandLine().getOut();
      if (asJson) {
        out.println(json(issue));
      } else {
        IssueJson.of(issue).forEach((name, value) -> show(out, name, value));
      }
    }
    return 0;
  }

  @Command(name = "retry", mixinStandardHelpOptions = true, description = "Sends an issue again.")
  int retry(
      @Parameters(paramLabel = "FP", description = "its fingerprint, or the first digits of it")
          String fingerprint,
      @Option(names = "--hint", paramLabel = "TEXT", description = "a word for the model")
          String hint)
      throws Exception {
    try (IssueAccess access = access()) {
      Issue issue = one(access, fingerprint);
      access.table().retry(issue.app(), issue.fingerprint(), Optional.ofNullable(hint));
      spec.commandLine()
          .getOut()
          .println(
              issue.app()
                  + " "
                  + issue.fingerprint()
                  + " is NEW again; a running selfheal takes it up");
    }
    return 0;
  }

  @Command(
      name = "clear",
      mixinStandardHelpOptions = true,
      description = "Empties the issue table.")
  int clear(@Option(names = "--yes", description = "does not ask") boolean yes) throws Exception {
    try (IssueAccess access = access()) {
      int issues = access.table().all().size();
      if (!yes && !confirmed(issues, access.tableName())) {
        spec.commandLine()
            .getErr()
            .println("nothing was deleted; say --yes to delete without being asked");
        return 1;
      }
      access.table().clear();
      spec.commandLine().getOut().println(issues + " issues deleted from " + access.tableName());
    }
    return 0;
  }

  private IssueAccess access() {
    Map<String, String> keys = new LinkedHashMap<>(set);
    if (dir != null) {
      keys.putIfAbsent("selfheal.local", "true");
      keys.putIfAbsent("selfheal.local.dir", dir.toString());
    }
    return new IssueAccess(Settings.load(Optional.ofNullable(config), System.getenv(), keys));
  }

  private static boolean confirmed(int issues, String table) {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    String answer = console.readLine("Delete all %d issues of the table %s? [y/N] ", issues, table);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  private static Issue one(IssueAccess access, String fingerprint) {
    if (!fingerprint.matches("[0-9a-f]{1,32}")) {
      throw new ConfigurationException(
          "FP = " + fingerprint + ": a fingerprint is 32 hex digits; 'selfheal issues' lists them");
    }
    List<Issue> found =
        access.table().all().stream()
            .filter(issue -> issue.fingerprint().startsWith(fingerprint))
            .toList();
    if (found.size() != 1) {
      throw new ConfigurationException(
          "FP = "
              + fingerprint
              + ": "
              + (found.isEmpty() ? "no issue has" : found.size() + " issues have")
              + " this fingerprint; 'selfheal issues' lists them");
    }
    return found.get(0);
  }

  private static IssueStatus status(String name) {
    try {
      return IssueStatus.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "--status = " + name + ": use one of " + Arrays.toString(IssueStatus.values()));
    }
  }

  private static String json(Issue issue) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(IssueJson.of(issue));
  }

  private static void show(PrintWriter out, String name, Object value) {
    String text = String.valueOf(value);
    if (text.contains("\n")) {
      out.println(name + ":");
      text.lines().forEach(line -> out.println("    " + line));
    } else {
      out.printf("%-20s %s%n", name + ":", text);
    }
  }
}
