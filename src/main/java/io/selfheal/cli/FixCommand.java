package io.selfheal.cli;

import io.selfheal.dedup.ErrorEvent;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Heals every distinct error of a captured log, once, on the embedded default. */
@Command(
    name = "fix",
    mixinStandardHelpOptions = true,
    description = "Heals every distinct error in a captured log against a repository, and stops.")
final class FixCommand implements Callable<Integer> {
  private static final int SOME_FAILED = 3;
  private static final Duration LONGEST = Duration.ofHours(2);

  @Spec private CommandSpec spec;

  @Option(
      names = "--repo",
      required = true,
      paramLabel = "URL|DIR",
      description = "the application's repository")
  private String repository;

  @Option(names = "--log", required = true, paramLabel = "FILE", description = "the captured log")
  private Path log;

  @Option(names = "--event", description = "the whole file is one event; else each line is one")
  private boolean event;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "where everything is kept (default: .selfheal)")
  private Path dir;

  @Option(names = "--model", paramLabel = "NAME", description = "bedrock, openai or replay")
  private String model;

  @Option(
      names = "--scm",
      paramLabel = "NAME",
      description =
          "pushes to the repository and opens the pull request there; without it nothing leaves DIR")
  private String scm;

  @Option(names = "--config", paramLabel = "FILE", description = "a properties file")
  private Path config;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "sets a key; may be repeated")
  private Map<String, String> set = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    String app = RepositoryUrl.nameOf(repository);
    Settings settings = settings(app);
    ReceivedLogs logs = new ReceivedLogs(List.of(new LogBatch(app, log.toString(), "", events())));
    PrintWriter out = spec.commandLine().getOut();
    try (HealingRun run = new HealingRun(settings)) {
      run.start();
      Set<String> fingerprints = new TreeSet<>();
      run.context()
          .getManagementStrategy()
          .addEventNotifier(
              new SentMessages(
                  "direct:store-error",
                  body -> {
                    if (body instanceof ErrorEvent error) {
                      fingerprints.add(error.fingerprint().value());
                    }
                  }));
      run.receive(logs);
      if (fingerprints.isEmpty()) {
        out.println("no error found in " + log);
        return 0;
      }
      List<Issue> issues =
          run.await(
              issue -> issue.app().equals(app) && fingerprints.contains(issue.fingerprint()),
              fingerprints.size(),
              LONGEST);
      Path data = Path.of(settings.text("selfheal.local.dir"));
      issues.forEach(issue -> print(out, data, issue));
      boolean allDone = issues.stream().allMatch(FixCommand::healedOrReported);
      return allDone ? 0 : SOME_FAILED;
    }
  }

  private Settings settings(String app) {
    Map<String, String> keys = new LinkedHashMap<>();
    String prefix = "selfheal.apps." + app + ".";
    boolean local = RepositoryUrl.isLocal(repository);
    keys.put(
        prefix + "repository",
        local && !repository.contains(":") ? absolute(repository) : repository);
    // Nothing is pushed to the repository unless the user names its forge.
    keys.put(prefix + "scm", scm == null ? "local" : scm);
    keys.put("selfheal.local", "true");
    keys.put("selfheal.sources", "");
    keys.put("selfheal.heal.retry-delay", "1s");
    // Somebody waits for the end
    keys.put("selfheal.heal.max-outages", "2");
    // One log is no stream of deploys: all of its errors are to be healed
    keys.put("selfheal.heal.storm-errors", "0");
    // What is stored before the table's stream is read is found by the sweep
    keys.put("selfheal.issues.sweep-interval", "2s");
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("camel.management.enabled", "false");
    keys.put("selfheal.log.level", "WARN");
    if (dir != null) {
      keys.put("selfheal.local.dir", dir.toString());
    }
    if (model != null) {
      keys.put("selfheal.model", model);
    }
    keys.putAll(set);
    return Settings.load(Optional.ofNullable(config), System.getenv(), keys);
  }

  private static String absolute(String directory) {
    Path path = Path.of(directory);
    if (!Files.isDirectory(path)) {
      throw new ConfigurationException(
          "--repo = " + directory + ": there is no such folder; name a git repository");
    }
    return path.toAbsolutePath().normalize().toString();
  }

  private List<LogEvent> events() {
    String text;
    try {
      text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigurationException(
          "--log = " + log + ": the file cannot be read: " + e.getMessage());
    }
    Instant now = Instant.now();
    return event
        ? List.of(new LogEvent(null, now, text))
        : text.lines().map(line -> new LogEvent(null, now, line)).toList();
  }

  private static boolean healedOrReported(Issue issue) {
    return switch (issue.status()) {
      case PULL_REQUEST_OPEN, MERGED, REPORTED -> true;
      default -> false;
    };
  }

  private static void print(PrintWriter out, Path data, Issue issue) {
    out.println(IssueLine.of(issue));
    if (issue.status() == IssueStatus.PULL_REQUEST_OPEN || issue.status() == IssueStatus.REPORTED) {
      ChangeDiff.lastOf(data, issue).ifPresent(out::println);
    }
  }
}
