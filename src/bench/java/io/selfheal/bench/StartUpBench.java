package io.selfheal.bench;

import io.selfheal.chaos.FaultyShop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * From the start of {@code java -jar selfheal.jar run}, on the embedded default, to the first log
 * delivery that its routes take; without a class-data archive (the baseline) and with one as {@code
 * ./selfheal} makes it.
 */
final class StartUpBench {
  private static final int RUNS = 5;
  private static final double TARGET_MILLIS = 6_000;
  private static final Path JAR = Path.of("target/selfheal.jar").toAbsolutePath();
  private static final String QUICK = "JVM options of the demo";
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Path directory;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  private StartUpBench(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  static void main(String[] args) throws Exception {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException("There is no " + JAR + "; run: mvn -DskipTests package");
    }
    Path directory = Path.of("target/bench/start").toAbsolutePath();
    Shell.delete(directory);
    FaultyShop shop = FaultyShop.in(Files.createDirectories(directory), 1);
    new StartUpBench(directory, LatencyBench.freePort()).measure(shop);
  }

  private void measure(FaultyShop shop) throws Exception {
    Path config = Files.writeString(directory.resolve("selfheal.properties"), settings(shop));
    Path archive = directory.resolve("selfheal.jsa");
    start(
        List.of("-XX:ArchiveClassesAtExit=" + archive, "-XX:+UseSerialGC"),
        config,
        new Samples(),
        true);
    if (!Files.exists(archive)) {
      throw new IllegalStateException("Java made no archive; see " + directory);
    }

    List<String> archived = List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto");
    List<String> quick = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    Map<String, List<String>> variants = new LinkedHashMap<>();
    variants.put("plain java -jar (baseline)", List.of());
    variants.put("with a class-data archive", archived);
    variants.put(QUICK, quick);
    variants.put(
        QUICK + ", with an archive", Stream.concat(quick.stream(), archived.stream()).toList());

    Report.heading("Start to first route");
    Map<String, Samples> wall = new LinkedHashMap<>();
    Map<String, Samples> cpu = new LinkedHashMap<>();
    for (int run = 0; run < RUNS; run++) {
      for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
        Samples cpuTime = cpu.computeIfAbsent(variant.getKey(), key -> new Samples());
        wall.computeIfAbsent(variant.getKey(), key -> new Samples())
            .add(start(variant.getValue(), config, cpuTime, false));
      }
    }
    Report.timesHeading();
    wall.forEach(Report::times);
    cpu.forEach((variant, samples) -> Report.times("processor: " + variant, samples));
    double median = wall.get(QUICK).median();
    Report.line(
        "Median of the demo's first start %.0f ms (target: under %.0f ms): %s",
        median, TARGET_MILLIS, median < TARGET_MILLIS ? "met" : "MISSED");
  }

  private double start(List<String> options, Path config, Samples cpu, boolean drain)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(options);
    command.addAll(List.of("-jar", JAR.toString(), "run", "--config", config.toString()));
    Path log = directory.resolve("run.log");
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      while (!takesLogs()) {
        if (!process.isAlive() || System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(2)) {
          throw new IllegalStateException("The program did not start: " + Files.readString(log));
        }
        Thread.sleep(10);
      }
      double millis = (System.nanoTime() - begin) / 1e6;
      cpu.add(process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis());
      return millis;
    } finally {
      // Only a JVM that ends by itself writes its archive.
      if (drain) {
        process.destroy();
        process.waitFor(90, TimeUnit.SECONDS);
      }
      process.destroyForcibly().waitFor();
    }
  }

  private boolean takesLogs() throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/logs/" + FaultyShop.NAME);
    try {
      return client
              .send(
                  HttpRequest.newBuilder(uri)
                      .header("Content-Type", "text/plain")
                      .POST(HttpRequest.BodyPublishers.ofString("an ordinary line"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 202;
    } catch (IOException e) {
      // Nobody listens yet.
      return false;
    }
  }

  private String settings(FaultyShop shop) {
    return """
        selfheal.local=true
        selfheal.local.dir=%1$s/local
        selfheal.work.dir=%1$s/work
        selfheal.sources=http
        selfheal.http.port=%2$d
        selfheal.model=replay
        selfheal.replay.dir=%3$s
        selfheal.apps.shop.repository=%4$s
        """
        .formatted(directory, port, shop.answers(), shop.repository());
  }
}
