package io.selfheal.bench;

import io.selfheal.SelfhealProcess;
import io.selfheal.ShopErrors;
import io.selfheal.chaos.FaultyShop;
import io.selfheal.chaos.OutsideWorld;
import io.selfheal.local.LocalServices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * What the image holds, run without a container: from start to ready, beside the same without its
 * class-data archive; then its resident memory while a small application logs errors.
 */
final class ImageBench {
  private static final int RUNS = 5;
  private static final double TARGET_MILLIS = 3_000;
  private static final int EVENTS_A_SECOND = 10;

  /** The memory that {@code deploy/} gives a container. */
  private static final String MEMORY = "-XX:MaxRAM=512m";

  private ImageBench() {}

  /**
   * @param args {@code minutes=15}, this or another
   */
  static void main(String[] args) throws Exception {
    Path image = Path.of("target/image").toAbsolutePath();
    if (!Files.exists(image.resolve("program/app/selfheal.jsa"))) {
      throw new IllegalStateException(
          "There is nothing in " + image + "; run: deploy/docker/stage.sh target");
    }
    Path directory = Path.of("target/bench/image").toAbsolutePath();
    Shell.delete(directory);
    String java = image.resolve("runtime/opt/java/bin/java").toString();
    List<String> plain = List.of(java, "-Xshare:auto", "-XX:+UseSerialGC", MEMORY);
    List<String> ofTheImage = new ArrayList<>(List.of(java, MEMORY));
    ofTheImage.addAll(texts("//profile[id='image']//entrypoint/arg[starts-with(., '-X')]"));
    Report.heading(
        "The image's start, and its memory at %d errors a second".formatted(EVENTS_A_SECOND));
    try (LocalServices aws = new LocalServices(directory.resolve("aws"), true);
        OutsideWorld world =
            OutsideWorld.simple(directory.resolve("world"), aws.endpoints(), 10, 3)) {
      Path home = directory.resolve("world/run");
      SelfhealProcess process =
          HeapBench.defaults(world.process("run"))
              .environment(
                  "MALLOC_ARENA_MAX", texts("//profile[id='image']//MALLOC_ARENA_MAX").get(0));
      lay(image, home);
      Samples baseline = new Samples();
      Samples started = new Samples();
      for (int run = 0; run < RUNS; run++) {
        baseline.add(start(process.runtime(plain)));
        started.add(start(process.runtime(ofTheImage)));
      }
      Report.timesHeading();
      Report.times("without the archive (baseline)", baseline);
      Report.times("as in the image", started);
      Report.line(
          "Median %.0f ms (target: under %.0f ms): %s",
          started.median(), TARGET_MILLIS, started.median() < TARGET_MILLIS ? "met" : "MISSED");
      load(process.runtime(ofTheImage), SoakBench.number(args, "minutes", 15));
    }
  }

  /** What the image's build in the pom says. */
  private static List<String> texts(String path) throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    NodeList nodes =
        (NodeList)
            XPathFactory.newInstance().newXPath().evaluate(path, pom, XPathConstants.NODESET);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  /** As the layers lie in the container. */
  private static void lay(Path image, Path home) throws Exception {
    Files.createDirectories(home);
    Files.createSymbolicLink(home.resolve("lib"), image.resolve("libraries/app/lib"));
    Shell.run(
        home,
        "cp",
        "-p",
        image.resolve("program/app/selfheal.jar").toString(),
        image.resolve("program/app/selfheal.jsa").toString(),
        ".");
  }

  private static double start(SelfhealProcess process) throws Exception {
    long begin = System.nanoTime();
    process.launch();
    while (!process.ready()) {
      if (!process.isAlive() || System.nanoTime() - begin > Duration.ofMinutes(2).toNanos()) {
        throw new IllegalStateException("The program did not start: " + process.log());
      }
      Thread.sleep(10);
    }
    double millis = (System.nanoTime() - begin) / 1e6;
    process.stop();
    return millis;
  }

  /** An answer comes when a trace's end is known, later than the next delivery is due. */
  private static void load(SelfhealProcess process, int minutes) throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(4);
    AtomicReference<Exception> failed = new AtomicReference<>();
    try (process) {
      process.start();
      Random random = new Random(1);
      long begin = System.nanoTime();
      for (int second = 1; second <= minutes * 60 && failed.get() == null; second++) {
        List<String> batch = new ArrayList<>();
        for (int n = 0; n < EVENTS_A_SECOND; n++) {
          batch.add(FaultyShop.traceback(random.nextInt(10)));
        }
        senders.submit(
            () -> {
              try {
                send(process, batch);
              } catch (Exception e) {
                failed.compareAndSet(null, e);
              }
            });
        if (second % 300 == 0) {
          Report.line(
              "%3d min: %d MB resident, %s",
              second / 60, resident(process.pid()), HeapBench.processor(process));
        }
        long wait = begin + second * 1_000_000_000L - System.nanoTime();
        Thread.sleep(Duration.ofNanos(Math.max(0, wait)).toMillis());
      }
      senders.shutdown();
      senders.awaitTermination(1, TimeUnit.MINUTES);
    } finally {
      senders.shutdownNow();
    }
    if (failed.get() != null) {
      throw failed.get();
    }
  }

  private static void send(SelfhealProcess process, List<String> batch) throws Exception {
    int status =
        process
            .post("/logs/cloudwatch", ShopErrors.lambdaEvent("/aws/lambda/shop", batch))
            .statusCode();
    if (status != 202) {
      throw new IllegalStateException("A delivery was answered with " + status);
    }
  }

  private static long resident(long pid) throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          * 1024
          / 1_000_000;
    }
  }
}
