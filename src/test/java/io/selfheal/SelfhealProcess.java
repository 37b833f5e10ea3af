package io.selfheal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process of its own, as its users run it. */
public final class SelfhealProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "selfheal.jar").toAbsolutePath();

  private final Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Properties properties = new Properties();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> jvmOptions = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
  private List<String> program =
      List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString());
  private String jar = JAR.toString();
  private volatile Process process;
  private volatile int port;

  public SelfhealProcess(Path folder) {
    this.folder = folder;
    environment.put("AWS_REGION", "us-east-1");
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
  }

  public SelfhealProcess environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public SelfhealProcess set(String key, String value) {
    properties.setProperty(key, value);
    return this;
  }

  /** In addition to those that make the start short. */
  public SelfhealProcess jvmOption(String option) {
    jvmOptions.add(option);
    return this;
  }

  /** Another runtime, with its own options, and the jar of the process's folder. */
  public SelfhealProcess runtime(List<String> command) {
    program = List.copyOf(command);
    jar = "selfheal.jar";
    jvmOptions.clear();
    return this;
  }

  /** Starts {@code run} and waits until it is ready. */
  public SelfhealProcess start() throws IOException, InterruptedException {
    launch();
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!ready()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("selfheal did not get ready:\n" + log());
      }
      Thread.sleep(100);
    }
    return this;
  }

  /** Starts {@code run} and waits for nothing. */
  public void launch() throws IOException {
    port = FreePort.next();
    set("selfheal.http.port", Integer.toString(port));
    Path config = folder.resolve("selfheal.properties");
    try (var out = Files.newBufferedWriter(config)) {
      properties.store(out, null);
    }
    process = builder("run", "--config", config.toString()).start();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Runs a command to its end. */
  public Ended run(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process command =
        builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!command.waitFor(120, TimeUnit.SECONDS)) {
      command.destroyForcibly();
      throw new IllegalStateException("did not end: " + String.join(" ", arguments));
    }
    return new Ended(command.exitValue(), Files.readString(out), Files.readString(err));
  }

  public record Ended(int exitCode, String out, String err) {}

  public HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  public String log() throws IOException {
    Path log = folder.resolve("selfheal.log");
    return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
  }

  /** Ends it as an operator does, with SIGTERM. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("did not end within a minute after SIGTERM");
    }
    return process.exitValue();
  }

  /** Ends it as a power cut does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      kill();
    }
  }

  public boolean ready() throws InterruptedException {
    try {
      return get("/observe/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("AWS_") || name.startsWith("SELFHEAL_"));
    builder.environment().putAll(environment);
    Path log = folder.resolve("selfheal.log");
    return builder
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }
}
