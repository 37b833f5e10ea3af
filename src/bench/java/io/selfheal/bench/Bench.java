package io.selfheal.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the benchmark that its first argument names; {@code all} runs one after the other. */
public final class Bench {
  private Bench() {}

  private interface Main {
    void run(String[] args) throws Exception;
  }

  /** Exit code 0 when every figure could be measured, whatever it is; 2 for an unknown name. */
  public static void main(String[] args) throws Exception {
    Map<String, Main> benchmarks = new LinkedHashMap<>();
    benchmarks.put("latency", LatencyBench::main);
    benchmarks.put("repair", LargeRepositoryBench::main);
    benchmarks.put("start", StartUpBench::main);
    benchmarks.put("intake", IntakeBench::main);
    benchmarks.put("crash", CrashBench::main);
    benchmarks.put("soak", SoakBench::main);
    benchmarks.put("faults", FaultsBench::main);
    benchmarks.put("heap", HeapBench::main);
    benchmarks.put("image", ImageBench::main);
    String name = args.length == 0 ? "all" : args[0];
    if (!name.equals("all") && !benchmarks.containsKey(name)) {
      System.err.println(
          "Unknown benchmark " + name + "; use all or one of " + benchmarks.keySet());
      System.exit(2);
    }
    String[] rest =
        List.of(args).subList(Math.min(1, args.length), args.length).toArray(String[]::new);
    for (Map.Entry<String, Main> benchmark : benchmarks.entrySet()) {
      if (name.equals("all") || name.equals(benchmark.getKey())) {
        benchmark.getValue().run(rest);
      }
    }
    // Servers of the embedded default leave threads behind.
    System.exit(0);
  }
}
