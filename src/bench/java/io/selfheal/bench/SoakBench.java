package io.selfheal.bench;

import io.selfheal.chaos.SoakRun;
import io.selfheal.local.LocalServices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Three processes on one table and one queue, one of them killed every few seconds and started
 * again.
 */
final class SoakBench {
  private SoakBench() {}

  /**
   * @param args {@code distinct=1000 repeats=100000 kill=5 minutes=60}, these or others
   */
  static void main(String[] args) throws Exception {
    SoakRun.Plan plan =
        new SoakRun.Plan(
            3,
            number(args, "distinct", 1_000),
            number(args, "repeats", 100_000),
            Duration.ofSeconds(number(args, "kill", 5)),
            Integer.MAX_VALUE,
            Duration.ofMinutes(number(args, "minutes", 60)));
    Path directory = Path.of("target/bench/soak").toAbsolutePath();
    Shell.delete(directory);
    Report.heading("Three processes, one killed every few seconds: " + plan);
    try (LocalServices aws = new LocalServices(directory.resolve("aws"), true)) {
      SoakRun.Outcome outcome =
          SoakRun.run(
              directory.resolve("world"), aws.endpoints(), plan, line -> Report.line("%s", line));
      Report.line(
          "%d kills in %d s; %d deliveries, %d of them sent again; %d errors acknowledged, %d sent, %d counted",
          outcome.kills(),
          outcome.took().toSeconds(),
          outcome.deliveries(),
          outcome.deliveriesRepeated(),
          outcome.acknowledged(),
          outcome.sent(),
          outcome.counted());
      outcome.wrong().stream().limit(50).forEach(wrong -> Report.line("  %s", wrong));
      outcome.wrongCounts().stream().limit(10).forEach(wrong -> Report.line("  %s", wrong));
      Report.line(
          "Not as it must be: %d (target: 0); counts: %d",
          outcome.wrong().size(), outcome.wrongCounts().size());
    }
  }

  static int number(String[] args, String name, int usual) {
    return Arrays.stream(args)
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> Integer.parseInt(argument.substring(name.length() + 1)))
        .findFirst()
        .orElse(usual);
  }
}
