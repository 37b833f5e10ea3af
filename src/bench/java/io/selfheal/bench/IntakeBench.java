package io.selfheal.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.selfheal.dedup.AssembleErrors;
import io.selfheal.dedup.ErrorEvent;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.Occurrences;
import io.selfheal.logs.ApplicationRouter;
import io.selfheal.logs.DecodeFirehose;
import io.selfheal.logs.DecodeSubscription;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.stacktrace.StackTraces;
import io.selfheal.workspace.TestApplications;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Repeats of known errors through the whole intake, single-threaded: from the request's body to the
 * errors that are not yet stored, of which there are none. The baseline, {@code bare}, does what
 * nobody can leave out: base64, gunzip, every token of the JSON and an md5 of each message.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 15, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx3g", "-XX:+UseSerialGC"})
public class IntakeBench {
  private static final double TARGET = 0.5;

  /** The intake with all errors of the stream known to it. */
  @State(Scope.Benchmark)
  public static class Intake {
    @Param({"FIREHOSE"})
    public Deliveries.Sender sender;

    @Param({"TRACE_PER_EVENT", "LINE_PER_EVENT"})
    public Deliveries.Shape shape;

    @Param({"10", "1000", "100000"})
    public int distinct;

    private final CamelContext context = new DefaultCamelContext();
    private final Occurrences occurrences = new Occurrences();
    private final AssembleErrors assemble =
        new AssembleErrors(
            new StackTraces(), new Fingerprints(), occurrences, Duration.ofSeconds(1));
    private final ApplicationRouter router =
        new ApplicationRouter(List.of(TestApplications.of("shop", "/srv/shop.git")));
    private final DecodeFirehose firehose = new DecodeFirehose(router, Clock.systemUTC());
    private final DecodeSubscription subscription =
        new DecodeSubscription(router, Clock.systemUTC());
    private final JsonFactory json = new JsonFactory();
    private List<byte[]> bodies;
    private int next;

    @Setup(Level.Trial)
    public void prepare() throws Exception {
      bodies = Deliveries.of(sender, shape, distinct).bodies();
      Set<String> fingerprints = new HashSet<>();
      for (byte[] body : bodies) {
        for (ErrorEvent error : errors(body)) {
          fingerprints.add(error.fingerprint().value());
          occurrences.markKnown(error.app(), error.fingerprint().value());
        }
      }
      // What is known is looked up from now on.
      bodies.forEach(this::errors);
      if (fingerprints.size() != distinct) {
        throw new IllegalStateException(
            distinct + " errors have " + fingerprints.size() + " fingerprints");
      }
    }

    @Setup(Level.Iteration)
    public void count() {
      // Once a second here, every selfheal.issues.count-interval in the program.
      occurrences.drainAll();
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
      assemble.close();
      context.close();
    }

    byte[] next() {
      byte[] body = bodies.get(next);
      next = next + 1 == bodies.size() ? 0 : next + 1;
      return body;
    }

    List<ErrorEvent> errors(byte[] body) {
      ReceivedLogs received =
          sender == Deliveries.Sender.FIREHOSE
              ? firehose.decode(body, new DefaultExchange(context))
              : subscription.decode(body, new DefaultExchange(context));
      return assemble.assemble(received).toCompletableFuture().join();
    }
  }

  @Benchmark
  public int intake(Intake intake) {
    List<ErrorEvent> read = intake.errors(intake.next());
    for (ErrorEvent error : read) {
      // A repeat that was read all the same.
      if (!intake.occurrences.known(error.app(), error.fingerprint().value())) {
        throw new IllegalStateException("an unknown error in a stream of repeats");
      }
    }
    return read.size();
  }

  @Benchmark
  public int bare(Intake intake) throws Exception {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    int hash = 0;
    try (JsonParser parser = intake.json.createParser(intake.next())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "data".equals(parser.currentName())) {
          hash += readPayload(intake.json, parser.getBinaryValue(), md5);
        }
      }
    }
    return hash;
  }

  private static int readPayload(JsonFactory json, byte[] payload, MessageDigest md5)
      throws IOException {
    int hash = 0;
    try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(payload), 8192);
        JsonParser parser = json.createParser(inflated)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "message".equals(parser.currentName())) {
          hash += md5.digest(parser.getText().getBytes(StandardCharsets.UTF_8))[0];
        }
      }
    }
    return hash;
  }

  /**
   * @param args options of JMH, such as {@code -p distinct=1000 -f 1}
   */
  public static void main(String[] args) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .parent(new CommandLineOptions(args))
                    .include(IntakeBench.class.getName())
                    .addProfiler(CpuTime.class)
                    .shouldFailOnError(true)
                    .build())
            .run();
    Map<String, Map<String, Rates>> table = new TreeMap<>();
    for (RunResult result : results) {
      BenchmarkParams parameters = result.getParams();
      Deliveries.Sender sender = Deliveries.Sender.valueOf(parameters.getParam("sender"));
      Deliveries.Shape shape = Deliveries.Shape.valueOf(parameters.getParam("shape"));
      int distinct = Integer.parseInt(parameters.getParam("distinct"));
      double events = Deliveries.of(sender, shape, 1).eventsPerDelivery();
      double cpuMicros =
          result.getSecondaryResults().entrySet().stream()
              .filter(secondary -> secondary.getKey().endsWith(CpuTime.RESULT))
              .mapToDouble(secondary -> secondary.getValue().getScore())
              .findFirst()
              .orElseThrow();
      table
          .computeIfAbsent(
              "%-12s %-16s %7d".formatted(sender, shape, distinct), key -> new TreeMap<>())
          .put(
              parameters.getBenchmark().replaceAll(".*\\.", ""),
              new Rates(result.getPrimaryResult().getScore() * events, 1e6 * events / cpuMicros));
    }
    print(table);
  }

  /** Events per second of the clock on the wall, and of processor time. */
  private record Rates(double perSecond, double perCpuSecond) {}

  private static void print(Map<String, Map<String, Rates>> table) {
    Report.heading("Intake of repeats, one thread");
    Report.line(
        "%-37s | %-30s | %-30s | %s",
        "", "events per second", "events per second of processor", "us of processor");
    Report.line(
        "%-37s | %11s %11s %6s | %11s %11s %6s | %s",
        "sender, shape, distinct errors",
        "intake",
        "bare",
        "share",
        "intake",
        "bare",
        "share",
        "per event");
    table.forEach(
        (row, rates) -> {
          Rates intake = rates.get("intake");
          Rates bare = rates.get("bare");
          Report.line(
              "%-37s | %11.0f %11.0f %6.2f | %11.0f %11.0f %6.2f | %.2f",
              row,
              intake.perSecond(),
              bare.perSecond(),
              intake.perSecond() / bare.perSecond(),
              intake.perCpuSecond(),
              bare.perCpuSecond(),
              intake.perCpuSecond() / bare.perCpuSecond(),
              1e6 / intake.perCpuSecond());
        });
    Report.line("Target: a share of %.1f and more", TARGET);
  }
}
