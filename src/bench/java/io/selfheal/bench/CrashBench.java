package io.selfheal.bench;

import io.selfheal.chaos.CrashPoint.Side;
import io.selfheal.chaos.CrashRun;
import io.selfheal.local.LocalServices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Kills the program at every request to an outside service, on both sides of it, and lets its
 * successors finish.
 */
final class CrashBench {
  private CrashBench() {}

  /**
   * @param args {@code writes} leaves out the requests that only read
   */
  static void main(String[] args) throws Exception {
    Path directory = Path.of("target/bench/crash").toAbsolutePath();
    Shell.delete(directory);
    Report.heading("A crash at every request");
    try (LocalServices aws = new LocalServices(directory.resolve("aws"), true)) {
      boolean reads = !List.of(args).contains("writes");
      CrashRun.Outcome outcome =
          CrashRun.run(
              directory.resolve("world"),
              aws.endpoints(),
              80,
              List.of(Side.AFTER, Side.BEFORE),
              reads,
              killed -> Report.line("  killed %s", killed));
      Map<String, Integer> points = new TreeMap<>();
      outcome.points().forEach(point -> points.merge(point, 1, Integer::sum));
      points.forEach((point, times) -> Report.line("%-40s %d", point, times));
      Report.line("%d kills; not as it must be:", outcome.points().size());
      outcome.wrong().forEach(wrong -> Report.line("  %s", wrong));
      outcome.wrongCounts().forEach(wrong -> Report.line("  %s", wrong));
      Report.line("%d + %d in counts", outcome.wrong().size(), outcome.wrongCounts().size());
    }
  }
}
