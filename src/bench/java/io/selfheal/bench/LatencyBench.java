package io.selfheal.bench;

import io.selfheal.Pipeline;
import io.selfheal.bench.StepTimes.Moment;
import io.selfheal.chaos.FaultyShop;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * From a log sender's request to the pull request: the real program on the embedded default, a
 * model that answers at once, every interval at its default. One new error at a time, each at a
 * random moment of the program's polling.
 */
final class LatencyBench {
  private static final int WARM_UPS = 3;
  private static final int MEASURED = 20;
  private static final double TARGET_MILLIS = 5_000;

  private LatencyBench() {}

  static void main(String[] args) throws Exception {
    Path directory = Path.of("target/bench/latency").toAbsolutePath();
    Shell.delete(directory);
    FaultyShop shop = FaultyShop.in(Files.createDirectories(directory), WARM_UPS + MEASURED);
    int port = freePort();
    StepTimes times = new StepTimes();
    Samples total = new Samples();
    Map<Moment, Samples> steps = new EnumMap<>(Moment.class);
    Random random = new Random(1);
    try (Pipeline pipeline = new Pipeline(settings(directory, shop, port))) {
      pipeline.start();
      pipeline.context().getManagementStrategy().addEventNotifier(times);
      HttpClient client = HttpClient.newHttpClient();
      Report.heading("From log event to pull request");
      for (int n = 0; n < WARM_UPS + MEASURED; n++) {
        Thread.sleep(random.nextInt(1_000));
        times.restart();
        long start = System.nanoTime();
        send(client, port, FaultyShop.traceback(n));
        Map<Moment, Long> moments = times.await();
        if (n < WARM_UPS) {
          continue;
        }
        total.add((moments.get(Moment.OPENED) - start) / 1e6);
        long before = start;
        for (Moment moment : Moment.values()) {
          // A worker may have the message before its sender has the queue's answer.
          long at = Math.max(before, moments.get(moment));
          steps.computeIfAbsent(moment, key -> new Samples()).add((at - before) / 1e6);
          before = at;
        }
      }
    }
    long opened = pullRequests(directory);
    if (opened != WARM_UPS + MEASURED) {
      throw new IllegalStateException(
          opened + " pull requests instead of " + (WARM_UPS + MEASURED));
    }
    Report.timesHeading();
    Report.times("log event to pull request", total);
    steps.forEach((moment, samples) -> Report.times("  " + moment.step, samples));
    Report.line(
        "Median %.0f ms (target: under %.0f ms): %s",
        total.median(), TARGET_MILLIS, total.median() < TARGET_MILLIS ? "met" : "MISSED");
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void send(HttpClient client, int port, String text) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/logs/" + FaultyShop.NAME);
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 202) {
      throw new IllegalStateException("answer " + response.statusCode() + ": " + response.body());
    }
  }

  private static Settings settings(Path directory, FaultyShop shop, int port) {
    Map<String, String> keys = new LinkedHashMap<>();
    String app = "selfheal.apps." + FaultyShop.NAME + ".";
    keys.put(app + "repository", shop.repository().toString());
    keys.put(app + "scm", "local");
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", directory.resolve("local").toString());
    keys.put("selfheal.work.dir", directory.resolve("work").toString());
    keys.put("selfheal.sources", "http");
    keys.put("selfheal.http.port", Integer.toString(port));
    keys.put("selfheal.model", "replay");
    keys.put("selfheal.replay.dir", shop.answers().toString());
    keys.put("selfheal.log.level", "WARN");
    // Else the brake would end it after ten.
    keys.put("selfheal.heal.max-open-pull-requests", "1000");
    return Settings.load(Optional.empty(), Map.of(), keys);
  }

  private static long pullRequests(Path directory) throws IOException {
    Path folder = directory.resolve("local/forge/" + FaultyShop.NAME + "/pull-requests");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }
}
