package io.selfheal.commit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs an application's own command in a checkout.
 *
 * <p>The command comes from the settings, but the code that it runs comes from the model. So it
 * runs in a {@link Sandbox} where there is one, and gets an empty home, none of this process's
 * variables but {@code PATH}, {@code LANG} and {@code JAVA_HOME}, nothing to read, and limits of
 * time and memory; whatever it started is killed when it ends.
 */
final class ShellCommand {
  static final int STOPPED = -1;

  /** Stopped for having too much in memory. */
  static final int TOO_LARGE = -2;

  private static final int OUTPUT_BYTES = 64 * 1024;
  private static final String JDK = "JAVA_HOME";
  private static final long LOOK_EVERY_MILLIS = 100;
  private static final long LAST_OUTPUT_MILLIS = 2000;

  /** The kernel, short of memory, ends this first; no core dumps, no file over 8 GiB. */
  private static final String PRELUDE =
      "{ echo 1000 > /proc/self/oom_score_adj; ulimit -c 0; ulimit -f 16777216; } 2>/dev/null; exec \"$@\"";

  private static final int MAX_PROCESSES = 4000;

  private final Duration timeout;
  private final Sandbox sandbox;

  ShellCommand(Duration timeout, Sandbox sandbox) {
    this.timeout = timeout;
    this.sandbox = sandbox;
  }

  /**
   * What a command did.
   *
   * @param exitCode {@link #STOPPED} when it took too long, {@link #TOO_LARGE} when it took too
   *     much memory
   * @param output the end of what it printed, both streams together
   * @param sandboxed whether it ran in the sandbox
   */
  record Outcome(int exitCode, String output, boolean sandboxed) {}

  /**
   * Runs a command with {@code /bin/sh} and waits for it.
   *
   * @param home its home and, below that, its directory for temporary files
   * @param arguments appended to the command, whatever characters they hold
   */
  Outcome run(Path directory, Path home, String command, List<String> arguments) {
    try {
      Path temporary = Files.createDirectories(home.resolve("tmp"));
      boolean sandboxed = sandbox.isUsed(temporary);
      List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", PRELUDE, "sh"));
      if (sandboxed) {
        line.addAll(sandbox.commandLine(directory, home, temporary));
      }
      line.addAll(List.of("/bin/sh", "-c"));
      line.add(arguments.isEmpty() ? command : command + " \"$@\"");
      line.add("sh");
      line.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      Map<String, String> environment = builder.environment();
      environment.clear();
      environment.put("PATH", inherited("PATH", "/usr/local/bin:/usr/bin:/bin"));
      environment.put("LANG", inherited("LANG", "C.UTF-8"));
      environment.put("HOME", (sandboxed ? sandbox.home() : home).toString());
      environment.put("TMPDIR", sandboxed ? "/tmp" : temporary.toString());
      environment.put("CI", "true");
      // Which JDK a build uses, not the one that this program runs on.
      String jdk = inherited(JDK, "");
      if (!jdk.isEmpty()) {
        environment.put(JDK, jdk);
      }
      return await(builder.start(), sandboxed);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start /bin/sh in " + directory, e);
    }
  }

  private static String inherited(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? otherwise : value;
  }

  private Outcome await(Process process, boolean sandboxed) {
    Tail tail = new Tail(process.getInputStream());
    Thread reader = new Thread(tail, "command-output");
    reader.setDaemon(true);
    reader.start();
    ProcessTree tree = new ProcessTree(process);
    boolean ended = false;
    boolean tooLarge = false;
    try {
      long deadline = System.nanoTime() + timeout.toNanos();
      while (!ended && !tooLarge && System.nanoTime() < deadline) {
        tooLarge = tree.look() > MAX_PROCESSES || tree.memory() > sandbox.memoryBytes();
        ended = process.waitFor(tooLarge ? 0 : LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a command ran", e);
    } finally {
      tree.kill();
    }
    int exitCode = ended ? process.exitValue() : tooLarge ? TOO_LARGE : STOPPED;
    return new Outcome(exitCode, tail.text(reader), sandboxed);
  }

  /** Reads a stream to its end and keeps the last part. */
  private static final class Tail implements Runnable {
    private final InputStream in;
    private final byte[] kept = new byte[OUTPUT_BYTES];
    private long total;

    Tail(InputStream in) {
      this.in = in;
    }

    @Override
    public void run() {
      byte[] buffer = new byte[8192];
      try (in) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          add(buffer, n);
        }
      } catch (IOException e) {
        // The stream of a killed process may end this way; what was read counts.
      }
    }

    private synchronized void add(byte[] bytes, int count) {
      for (int i = 0; i < count; i++) {
        kept[(int) (total++ % OUTPUT_BYTES)] = bytes[i];
      }
    }

    String text(Thread reader) {
      try {
        reader.join(LAST_OUTPUT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return text();
    }

    private synchronized String text() {
      if (total <= OUTPUT_BYTES) {
        return new String(kept, 0, (int) total, StandardCharsets.UTF_8);
      }
      byte[] ordered = new byte[OUTPUT_BYTES];
      int start = (int) (total % OUTPUT_BYTES);
      System.arraycopy(kept, start, ordered, 0, OUTPUT_BYTES - start);
      System.arraycopy(kept, 0, ordered, OUTPUT_BYTES - start, start);
      String text = new String(ordered, StandardCharsets.UTF_8);
      // The first line is cut; a secret in it could not be recognised.
      return "…" + text.substring(text.indexOf('\n') + 1);
    }
  }
}
