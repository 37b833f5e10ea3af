package io.selfheal.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.Deployment;
import io.selfheal.IssueAccess;
import io.selfheal.doctor.CheckResult;
import io.selfheal.doctor.Finding;
import io.selfheal.doctor.FollowTestError;
import io.selfheal.doctor.RunChecks;
import io.selfheal.doctor.TestError;
import io.selfheal.settings.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks whether all that the settings name is there and may be used; or sends a test error. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Checks what the settings need, and says what to do.")
final class DoctorCommand implements Callable<Integer> {
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", description = "a properties file")
  private Path config;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "sets a key; may be repeated")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--inject",
      paramLabel = "APP",
      description =
          "logs a harmless, marked test error of this application, and follows it to its report")
  private String app;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "how long the test error may take (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(names = "--json", description = "prints JSON")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Settings settings = Settings.load(Optional.ofNullable(config), System.getenv(), set);
    try (Deployment deployment = new Deployment(settings)) {
      return app == null ? check(deployment) : inject(deployment);
    }
  }

  private int check(Deployment deployment) throws Exception {
    List<CheckResult> results =
        new RunChecks(CHECK_TIMEOUT, deployment::hide).run(deployment.checks());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(results.stream().map(DoctorCommand::json).toList()));
    } else {
      int width = results.stream().mapToInt(result -> result.check().length()).max().orElse(0);
      results.forEach(result -> out.println(line(result, width)));
    }
    out.flush();
    return results.stream().anyMatch(result -> result.finding().level() == Finding.Level.FAIL)
        ? 1
        : 0;
  }

  private static Map<String, String> json(CheckResult result) {
    Map<String, String> object = new LinkedHashMap<>();
    object.put("check", result.check());
    object.put("result", result.finding().level().name());
    object.put("text", result.finding().text());
    object.put("do", result.finding().whatToDo());
    return object;
  }

  private static String line(CheckResult result, int width) {
    Finding finding = result.finding();
    return String.format(
            Locale.ROOT,
            "%-4s  %-" + width + "s  %s",
            finding.level(),
            result.check(),
            finding.text())
        + (finding.whatToDo().isEmpty() ? "" : " -> " + finding.whatToDo());
  }

  private int inject(Deployment deployment) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Deployment.TestedSource source = deployment.source(app);
    TestError error = TestError.of(deployment.rules(app), Instant.now(), new SecureRandom());
    try (IssueAccess issues = deployment.issues()) {
      String where = source.log().write(error);
      out.println(
          "logged a test error, marker "
              + error.marker()
              + ", issue "
              + error.fingerprint().substring(0, 12)
              + ", to "
              + where);
      out.flush();
      boolean reported =
          new FollowTestError(
                  issues.table(),
                  line -> {
                    out.println(line);
                    out.flush();
                  })
              .follow(app, error, source.name(), Duration.ofSeconds(seconds));
      return reported ? 0 : 1;
    }
  }
}
