package io.selfheal.bench;

import io.selfheal.SelfhealProcess;
import io.selfheal.ShopErrors;
import io.selfheal.chaos.FaultyShop;
import io.selfheal.chaos.OutsideWorld;
import io.selfheal.local.LocalServices;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The live heap of a process with {@code -Xmx256m} and the default settings, while 1,000 errors a
 * second come in, most of them repeats and some of them never seen before.
 */
final class HeapBench {
  private static final int EVENTS_A_SECOND = 1_000;
  private static final int BATCHES_A_SECOND = 10;
  private static final Pattern FULL = Pattern.compile("Pause Full.* (\\d+)M->(\\d+)M\\((\\d+)M\\)");

  private HeapBench() {}

  /**
   * @param args {@code minutes=15 new=5}, these or others; {@code new} is how many of the errors of
   *     a second were never seen before
   */
  static void main(String[] args) throws Exception {
    int minutes = SoakBench.number(args, "minutes", 15);
    int newASecond = SoakBench.number(args, "new", 5);
    Path directory = Path.of("target/bench/heap").toAbsolutePath();
    Shell.delete(directory);
    Report.heading(
        "Live heap at %d errors a second, %d of them new".formatted(EVENTS_A_SECOND, newASecond));
    ExecutorService senders = Executors.newFixedThreadPool(32);
    try (LocalServices aws = new LocalServices(directory.resolve("aws"), true);
        OutsideWorld world =
            OutsideWorld.simple(directory.resolve("world"), aws.endpoints(), 10, 3);
        SelfhealProcess process = defaults(world.process("run"))) {
      Path log = directory.resolve("gc.log");
      process.jvmOption("-Xmx256m").jvmOption("-Xlog:gc:file=" + log).start();
      AtomicInteger known = new AtomicInteger(1_000);
      LongAdder taken = new LongAdder();
      LongAdder refused = new LongAdder();
      Random random = new Random(1);
      List<double[]> points = new ArrayList<>();
      long begin = System.nanoTime();
      int ticks = minutes * 60 * BATCHES_A_SECOND;
      for (int tick = 1; tick <= ticks; tick++) {
        List<String> batch = new ArrayList<>();
        int fresh =
            newASecond * tick / BATCHES_A_SECOND - newASecond * (tick - 1) / BATCHES_A_SECOND;
        for (int n = 0; n < EVENTS_A_SECOND / BATCHES_A_SECOND; n++) {
          batch.add(
              FaultyShop.traceback(
                  n < fresh ? known.getAndIncrement() : random.nextInt(known.get())));
        }
        senders.execute(
            () -> {
              try {
                byte[] body = ShopErrors.lambdaEvent("/aws/lambda/shop", batch);
                boolean ok = process.post("/logs/cloudwatch", body).statusCode() / 100 == 2;
                (ok ? taken : refused).add(batch.size());
              } catch (Exception e) {
                refused.add(batch.size());
              }
            });
        if (tick % (60 * BATCHES_A_SECOND) == 0) {
          double minute = (System.nanoTime() - begin) / 6e10;
          long live = live(process, log);
          points.add(new double[] {minute, live});
          Report.line(
              "%5.1f min: %3d MB live, %d known errors, %d errors taken, %d refused, %s",
              minute, live, known.get(), taken.sum(), refused.sum(), processor(process));
        }
        long next = begin + tick * (1_000_000_000L / BATCHES_A_SECOND);
        long wait = next - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait).toMillis());
        }
      }
      Report.line(
          "Ceiling %.0f MB of 256; slope of the second half %.3f MB a minute",
          points.stream().mapToDouble(point -> point[1]).max().orElse(0),
          slope(points.subList(points.size() / 2, points.size())));
    } finally {
      senders.shutdownNow();
    }
  }

  static SelfhealProcess defaults(SelfhealProcess process) {
    return process
        .set("selfheal.work.wait-seconds", "5")
        .set("selfheal.logs.flush-after", "1s")
        .set("selfheal.issues.count-interval", "10s")
        .set("selfheal.issues.sweep-interval", "30s")
        .set("selfheal.issues.requeue-after", "5m")
        .set("selfheal.heal.retry-delay", "30s")
        .set("selfheal.heal.max-open-pull-requests", "10")
        .set("selfheal.heal.max-repairs-per-day", "50")
        .set("selfheal.heal.max-tokens-per-day", "5000000")
        .set("selfheal.heal.storm-errors", "50");
  }

  private static long live(SelfhealProcess process, Path log) throws Exception {
    Shell.run(
        Path.of("."),
        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
        Long.toString(process.pid()),
        "GC.run");
    long live = 0;
    Matcher full = FULL.matcher(Files.readString(log, StandardCharsets.UTF_8));
    while (full.find()) {
      live = Long.parseLong(full.group(2));
    }
    return live;
  }

  static String processor(SelfhealProcess process) {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .map(time -> String.format(Locale.ROOT, "%d s of processor", time.toSeconds()))
        .orElse("");
  }

  /** Least squares. */
  private static double slope(List<double[]> points) {
    double x = points.stream().mapToDouble(point -> point[0]).average().orElse(0);
    double y = points.stream().mapToDouble(point -> point[1]).average().orElse(0);
    double above = 0;
    double below = 0;
    for (double[] point : points) {
      above += (point[0] - x) * (point[1] - y);
      below += (point[0] - x) * (point[0] - x);
    }
    return below == 0 ? 0 : above / below;
  }
}
