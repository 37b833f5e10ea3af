package io.selfheal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The small Python application that the demo heals: the order service of a shop, whose log shows an
 * error two calls away from its cause. Its files lie in the jar under {@code demo/}.
 */
final class DemoApplication {
  /** The application's name. */
  static final String NAME = "shop";

  /** Runs the application's tests: red before the fix, green after it. Writes no byte code. */
  static final String VERIFY = "python3 -B -m unittest";

  private static final List<String> RUN = List.of("python3", "-B", "run.py");
  private static final int RUN_SECONDS = 20;
  private static final String REPLAYED_ANSWER = "withdrawn-product.json";

  private DemoApplication() {}

  /**
   * A log of the application.
   *
   * @param text one event a line, tracebacks over several lines
   * @param recorded whether it is the log of an earlier run, as there is no usable Python here
   */
  record Log(String text, boolean recorded) {}

  /** Writes the application's files, as its repository holds them, into a folder. */
  static void writeRepository(Path directory) throws IOException {
    for (String file : files()) {
      write("repository/", file, directory);
    }
  }

  /** Writes the recorded answer into a folder for {@code selfheal.replay.dir}. */
  static void writeReplay(Path directory) throws IOException {
    write("replay/", REPLAYED_ANSWER, directory);
  }

  /** The files of the application's repository, with {@code /} as the separator. */
  static List<String> files() throws IOException {
    return text("files.txt").lines().toList();
  }

  /**
   * Runs the application that {@link #writeRepository} wrote, and returns what it logged.
   *
   * @return the recorded log where there is no {@code python3}, or none that can run it
   */
  static Log run(Path directory) throws IOException, InterruptedException {
    Path output = Files.createTempFile("selfheal-demo", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(RUN)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      Process process;
      try {
        process = builder.start();
      } catch (IOException noPython) {
        return recordedLog();
      }
      try {
        process.getOutputStream().close();
        if (!process.waitFor(RUN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return recordedLog();
        }
      } finally {
        process.destroyForcibly();
      }
      return new Log(Files.readString(output), false);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** The log of an earlier run, in {@code /app}. */
  static Log recordedLog() throws IOException {
    return new Log(text("captured.log"), true);
  }

  private static void write(String folder, String file, Path directory) throws IOException {
    Path target = directory.resolve(file);
    Files.createDirectories(Objects.requireNonNull(target.getParent(), "a folder to write to"));
    try (InputStream in = open(folder + file)) {
      Files.copy(in, target);
    }
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = DemoApplication.class.getResourceAsStream("/demo/" + resource);
    if (in == null) {
      throw new IllegalStateException("demo/" + resource + " is missing in the jar");
    }
    return in;
  }
}
