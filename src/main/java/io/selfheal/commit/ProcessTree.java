package io.selfheal.commit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A process and all that it started, for as long as it is looked at. */
final class ProcessTree {
  private static final long PAGE = 4096;

  private final Process root;
  private final Set<ProcessHandle> started = new LinkedHashSet<>();

  ProcessTree(Process root) {
    this.root = root;
  }

  /**
   * Notes who is there: a process whose parent has ended is no descendant any more.
   *
   * @return how many are there
   */
  int look() {
    started.removeIf(handle -> !handle.isAlive());
    root.descendants().forEach(started::add);
    return started.size();
  }

  /**
   * What all of them have in memory, in bytes, as Linux tells in {@code /proc/<pid>/statm} (see
   * proc(5)); shared pages count for each. 0 where it does not.
   */
  long memory() {
    long pages = resident(root.pid());
    for (ProcessHandle handle : started) {
      pages += resident(handle.pid());
    }
    return pages * PAGE;
  }

  private static long resident(long pid) {
    try {
      String[] fields = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ");
      return Long.parseLong(fields[1]) - Long.parseLong(fields[2]);
    } catch (IOException | RuntimeException e) {
      // It has ended, or this is no Linux
      return 0;
    }
  }

  void kill() {
    root.descendants().forEach(started::add);
    // Process.destroyForcibly would close the stream before its end is read.
    root.toHandle().destroyForcibly();
    List<ProcessHandle> all = new ArrayList<>(started);
    for (ProcessHandle handle : all) {
      handle.descendants().forEach(started::add);
    }
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
