package io.selfheal.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what a killed process of selfheal left running. A command has its home or its directory for
 * temporary files in the process's own folder, and hands these variables to all that it starts, so
 * they tell ours from anybody else's. Linux only, see proc(5); elsewhere nothing is found.
 */
final class LeftProcesses {
  private static final Logger LOG = LoggerFactory.getLogger(LeftProcesses.class);
  private static final Path PROC = Path.of("/proc");
  private static final int PASSES = 100;
  private static final long BETWEEN_PASSES_MILLIS = 10;

  private LeftProcesses() {}

  /** Kills every process of this user whose environment names a file in the folder. */
  static void kill(Path folder) {
    byte[] mark = ("=" + folder.toAbsolutePath() + "/").getBytes(StandardCharsets.UTF_8);
    // Until none is left: one may start another while it is being killed
    for (int pass = 0; pass < PASSES; pass++) {
      List<ProcessHandle> left = find(mark);
      if (left.isEmpty()) {
        return;
      }
      if (pass == 0) {
        LOG.warn("Killing {} processes that a killed repair left behind", left.size());
      }
      left.forEach(ProcessHandle::destroyForcibly);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_PASSES_MILLIS));
    }
    LOG.warn("Processes that work in {} cannot be killed; end them by hand", folder);
  }

  private static List<ProcessHandle> find(byte[] mark) {
    List<ProcessHandle> found = new ArrayList<>();
    if (!Files.isReadable(PROC.resolve("self/environ"))) {
      return found;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(PROC.relativize(process).toString());
        if (pid != ProcessHandle.current().pid() && holds(process.resolve("environ"), mark)) {
          ProcessHandle.of(pid).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      LOG.warn("Cannot look for processes that were left behind: {}", e.toString());
    }
    return found;
  }

  /** Another user's environment cannot be read, and one that has ended has none. */
  private static boolean holds(Path environ, byte[] mark) {
    try {
      byte[] bytes = Files.readAllBytes(environ);
      for (int i = 0; i + mark.length <= bytes.length; i++) {
        int same = 0;
        while (same < mark.length && bytes[i + same] == mark[same]) {
          same++;
        }
        if (same == mark.length) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
