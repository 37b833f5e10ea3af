package io.selfheal.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * What a repair did, in files to read: {@code <local.dir>/repairs/<first 12 hex>/<attempt>/<name>}.
 * Without the embedded default nothing is written. Callers mask secrets.
 */
public final class RepairRecords {
  private final Optional<Path> localDir;

  /**
   * @param localDir {@code selfheal.local.dir}; empty unless {@code selfheal.local} is set
   */
  public RepairRecords(Optional<Path> localDir) {
    this.localDir = localDir;
  }

  /**
   * Writes one file, in place of an earlier one of that name.
   *
   * @param attempt which try of the issue, from 1
   * @param name file name, e.g. {@code prompt.txt}
   */
  public void write(String fingerprint, int attempt, String name, String text) {
    if (localDir.isEmpty()) {
      return;
    }
    if (!fingerprint.matches("[0-9a-f]{12,64}") || !name.matches("[a-z][a-z0-9-]*\\.[a-z]+")) {
      throw new IllegalArgumentException(
          "not a fingerprint and a file name: " + fingerprint + ", " + name);
    }
    Path folder =
        localDir
            .get()
            .resolve("repairs")
            .resolve(fingerprint.substring(0, 12))
            .resolve(Integer.toString(attempt));
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      Path unfinished = folder.resolve("." + name + "-" + UUID.randomUUID());
      Files.writeString(unfinished, text);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
