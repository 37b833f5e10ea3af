package io.selfheal.cli;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The main job, offline: a small application with a real bug, its log, and the pull request that
 * heals it.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Heals a small application with a real bug, offline, and shows each step.")
final class DemoCommand implements Callable<Integer> {
  /** Marks a folder that may be deleted, because a demo made it. */
  private static final String MARK = ".selfheal-demo";

  private static final Duration LONGEST = Duration.ofMinutes(3);

  @Spec private CommandSpec spec;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "where everything is kept (default: .selfheal/demo)")
  private Path keep;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path directory = prepared(keep == null ? Path.of(".selfheal", "demo") : keep);
    Path repository = directory.resolve("shop");
    DemoApplication.writeRepository(repository);
    commit(repository);
    DemoApplication.Log log = DemoApplication.run(repository);
    Path logFile = Files.createFile(directory.resolve("shop.log"));
    Path answers = Files.createDirectories(directory.resolve("answers"));
    DemoApplication.writeReplay(answers);

    out.println(
        "A small shop takes orders, and one of them raises. Its log goes through the seven steps:");
    out.println();
    StepPrinter printer = new StepPrinter(out, StepPrinter.Style.ofStandardOutput());
    DemoSteps steps = new DemoSteps(printer, log.recorded());
    printer.begin("start", "DynamoDB Local, a queue and the routes, all in this process");
    try (HealingRun run = new HealingRun(settings(directory, repository, logFile, answers, log))) {
      run.start();
      printer.done("");
      steps.watch(run.context());
      Files.writeString(logFile, log.text());
      List<Issue> issues = run.await(issue -> true, 1, LONGEST);
      Optional<Issue> healed =
          issues.stream()
              .filter(issue -> issue.status() == IssueStatus.PULL_REQUEST_OPEN)
              .findFirst();
      if (healed.isEmpty()) {
        printer.failed(failure(issues));
        return 1;
      }
      steps.toldOfPullRequest(Duration.ofSeconds(10));
      out.println();
      out.println(ChangeDiff.lastOf(directory, healed.get()).orElse("").stripTrailing());
      out.println();
      sayWhereAllLies(out, directory, healed.get());
    }
    return 0;
  }

  private static Settings settings(
      Path directory, Path repository, Path logFile, Path answers, DemoApplication.Log log) {
    Map<String, String> keys = new LinkedHashMap<>();
    String app = "selfheal.apps." + DemoApplication.NAME + ".";
    keys.put(app + "repository", repository.toString());
    keys.put(app + "scm", "local");
    if (!log.recorded()) {
      keys.put(app + "verify", DemoApplication.VERIFY);
    }
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", directory.toString());
    keys.put("selfheal.work.dir", directory.resolve("work").toString());
    keys.put("selfheal.sources", "file");
    keys.put("selfheal.file.path", logFile.toString());
    keys.put("selfheal.file.state-dir", directory.resolve("positions").toString());
    keys.put("selfheal.model", "replay");
    keys.put("selfheal.replay.dir", answers.toString());
    keys.put("selfheal.issues.count-interval", "1s");
    // What is stored before the table's stream is read is found by the sweep
    keys.put("selfheal.issues.sweep-interval", "2s");
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("camel.management.enabled", "false");
    keys.put("selfheal.log.level", "WARN");
    // The demo is the same everywhere, whatever SELFHEAL_* variables are set.
    return Settings.load(Optional.empty(), Map.of(), keys);
  }

  private static Path prepared(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      try (Stream<Path> files = Files.list(absolute)) {
        if (!Files.exists(absolute.resolve(MARK)) && files.findAny().isPresent()) {
          throw new ConfigurationException(
              "--keep = " + directory + ": the folder holds other files; name a new one");
        }
      }
      delete(absolute);
    }
    Files.createDirectories(absolute);
    Files.createFile(absolute.resolve(MARK));
    return absolute;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void commit(Path repository) throws GitAPIException {
    PersonIdent author = new PersonIdent("A. Shopkeeper", "shop@localhost");
    try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("Take orders")
          .setAuthor(author)
          .setCommitter(author)
          .setSign(false)
          .call();
    }
  }

  private static String failure(List<Issue> issues) {
    return issues.isEmpty()
        ? "no error was found in the log"
        : issues.get(0).reason() == null
            ? "the issue is still "
                + issues.get(0).status()
                + " after "
                + LONGEST.toMinutes()
                + " minutes"
            : issues.get(0).reason();
  }

  private static void sayWhereAllLies(PrintWriter out, Path directory, Issue issue) {
    Path here = Path.of("").toAbsolutePath();
    Path shown = directory.startsWith(here) ? here.relativize(directory) : directory;
    out.println("Pull request:  " + issue.pullRequestUrl());
    out.println(
        "Everything:    "
            + shown
            + "  (repairs/: prompt, answer, test runs; forge/: the pull request)");
    out.println();
    out.println("Next:");
    out.println("  your repository   ./selfheal fix --repo . --log your.log --model openai \\");
    out.println(
        "                      --set selfheal.openai.base-url=http://localhost:11434/v1 \\");
    out.println("                      --set selfheal.openai.model=qwen2.5-coder:32b");
    out.println("  Amazon Bedrock    ./selfheal fix --repo . --log your.log --model bedrock");
    out.println("  AWS, all the time ./selfheal run --config selfheal.properties");
  }
}
