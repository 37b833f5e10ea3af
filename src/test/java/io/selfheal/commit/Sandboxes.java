package io.selfheal.commit;

import java.nio.file.Path;
import java.util.List;

/** Sandboxes for tests. */
final class Sandboxes {
  private static final long MEMORY = 4L << 30;

  private Sandboxes() {}

  /** A plain process. */
  static Sandbox none() {
    return new Sandbox(new SandboxSettings(SandboxSettings.Mode.NONE, MEMORY, List.of()));
  }

  /** Bubblewrap, or a refusal. */
  static Sandbox bubblewrap(Path... mounts) {
    return new Sandbox(
        new SandboxSettings(SandboxSettings.Mode.BUBBLEWRAP, MEMORY, List.of(mounts)));
  }
}
