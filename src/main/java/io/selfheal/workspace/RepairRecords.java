package io.selfheal.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a repair did, in files to read: {@code <local.dir>/repairs/<first 12 hex>/<attempt>/<name>}.
 * Without the embedded default nothing is written. Callers mask secrets.
 */
public final class RepairRecords {
  private static final int MOST_READ = 500_000;

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

  /**
   * One try of an issue.
   *
   * @param files text by file name, in the order of the names
   */
  public record Attempt(int number, Map<String, String> files) {}

  /** What is kept of an issue's tries, the first try first; each file cut to a size for people. */
  public List<Attempt> attempts(String fingerprint) {
    List<Attempt> attempts = new ArrayList<>();
    if (localDir.isEmpty() || !fingerprint.matches("[0-9a-f]{12,64}")) {
      return attempts;
    }
    Path folder = localDir.get().resolve("repairs").resolve(fingerprint.substring(0, 12));
    for (String attempt : names(folder, "[1-9]\\d{0,5}")) {
      Map<String, String> files = new TreeMap<>();
      for (String file : names(folder.resolve(attempt), "[a-z][a-z0-9-]*\\.[a-z]+")) {
        files.put(file, beginning(folder.resolve(attempt).resolve(file)));
      }
      attempts.add(new Attempt(Integer.parseInt(attempt), files));
    }
    attempts.sort(Comparator.comparingInt(Attempt::number));
    return attempts;
  }

  private static List<String> names(Path folder, String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> folder.relativize(file).toString())
          .filter(name -> name.matches(pattern))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  private static String beginning(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] read = in.readNBytes(MOST_READ + 1);
      String text = new String(read, 0, Math.min(read.length, MOST_READ), StandardCharsets.UTF_8);
      return read.length > MOST_READ ? text + "\n… cut, the rest is in " + file : text;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
