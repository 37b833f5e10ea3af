package io.selfheal.bench;

import io.selfheal.chaos.FaultRun;
import io.selfheal.chaos.RandomMishaps.Kind;
import io.selfheal.local.LocalServices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A fifth of the requests to outside services fails: each service, each way, all together. */
final class FaultsBench {
  private FaultsBench() {}

  private record Case(Set<String> services, List<Kind> kinds) {}

  /**
   * @param args {@code errors=10 attempts=10 minutes=15}, these or others, and names of cases, or
   *     none for all
   */
  static void main(String[] args) throws Exception {
    Set<String> every = Set.copyOf(FaultRun.SERVICES);
    List<Kind> kinds = List.of(Kind.values());
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("none", new Case(Set.of(), kinds));
    for (String service : FaultRun.SERVICES) {
      cases.put(service, new Case(Set.of(service), kinds));
    }
    for (Kind kind : kinds) {
      cases.put(kind.name(), new Case(every, List.of(kind)));
    }
    cases.put("all", new Case(every, kinds));
    List<String> chosen = Arrays.stream(args).filter(name -> !name.contains("=")).toList();
    Path directory = Path.of("target/bench/faults").toAbsolutePath();
    Shell.delete(directory);
    Report.heading("A fifth of the requests to outside services fails");
    try (LocalServices aws = new LocalServices(directory.resolve("aws"), true)) {
      for (Map.Entry<String, Case> each : cases.entrySet()) {
        if (!chosen.isEmpty() && !chosen.contains(each.getKey())) {
          continue;
        }
        FaultRun.Plan plan =
            new FaultRun.Plan(
                SoakBench.number(args, "errors", 10),
                each.getValue().services(),
                each.getValue().kinds(),
                0.2,
                // Longer than the clients of AWS wait
                Duration.ofSeconds(35),
                SoakBench.number(args, "attempts", 10),
                Duration.ofMinutes(SoakBench.number(args, "minutes", 15)));
        FaultRun.Outcome outcome =
            FaultRun.run(directory.resolve(each.getKey()), aws.endpoints(), plan);
        Report.line(
            "%-12s %5d s  %3d tries  wrong: %d, in counts: %d   %s",
            each.getKey(),
            outcome.took().toSeconds(),
            outcome.tries(),
            outcome.wrong().size(),
            outcome.wrongCounts().size(),
            outcome.faults());
        outcome.wrong().forEach(wrong -> Report.line("    %s", wrong));
        outcome.wrongCounts().forEach(wrong -> Report.line("    %s", wrong));
      }
    }
  }
}
