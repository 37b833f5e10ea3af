package io.selfheal.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A bare repository of 10,000 files and about 200 MB of history, in one pack, made once and kept.
 * Its content is random letters, so that neither zlib nor deltas make it small; all of it comes
 * from one seed and is the same everywhere.
 */
final class LargeRepository {
  static final int FILES = 10_000;
  private static final int DIRECTORIES = 100;
  private static final int COMMITS = 1_000;
  private static final int CHANGES_PER_COMMIT = 34;
  private static final int FILE_BYTES = 4_500;

  private LargeRepository() {}

  /** Path of the n-th file. */
  static String path(int n) {
    int directory = n % DIRECTORIES;
    return "src/area%d/part%d/module_%d.py"
        .formatted(directory / 10, directory % 10, n / DIRECTORIES);
  }

  /** The repository under {@code directory}, made there if it is missing. */
  static Path in(Path directory) throws IOException, InterruptedException {
    Path repository = directory.resolve("large.git");
    if (Files.exists(repository)) {
      return repository;
    }
    Path unfinished = directory.resolve("large.git.new");
    Files.createDirectories(directory);
    Shell.delete(unfinished);
    Shell.run(directory, "git", "init", "-q", "--bare", "-b", "main", unfinished.toString());
    Process git =
        new ProcessBuilder("git", "fast-import", "--quiet")
            .directory(unfinished.toFile())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream stream = new BufferedOutputStream(git.getOutputStream(), 1 << 20)) {
      writeHistory(stream);
    }
    if (git.waitFor() != 0) {
      throw new IOException("git fast-import failed");
    }
    Files.move(unfinished, repository, StandardCopyOption.ATOMIC_MOVE);
    return repository;
  }

  /** Bytes of all files of the repository. */
  static long bytes(Path repository) throws IOException {
    try (Stream<Path> files = Files.walk(repository)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** The command that copies it as over a network: given a path, git would only link the packs. */
  static List<String> cloneCommand(Path repository, Path target) {
    return List.of("git", "clone", "-q", repository.toUri().toString(), target.toString());
  }

  private static void writeHistory(OutputStream stream) throws IOException {
    Random random = new Random(20260101);
    startCommit(stream, 0);
    for (int n = 0; n < FILES; n++) {
      writeFile(stream, n, random);
    }
    for (int commit = 1; commit <= COMMITS; commit++) {
      startCommit(stream, commit);
      // A commit keeps to one directory, as real ones mostly do.
      int directory = random.nextInt(DIRECTORIES);
      int first = random.nextInt(FILES / DIRECTORIES);
      for (int change = 0; change < CHANGES_PER_COMMIT; change++) {
        int file = (first + change) % (FILES / DIRECTORIES);
        writeFile(stream, file * DIRECTORIES + directory, random);
      }
    }
  }

  private static void startCommit(OutputStream stream, int number) throws IOException {
    String message = "Change " + number;
    print(
        stream,
        "commit refs/heads/main\ncommitter Dev <dev@example.com> %d +0000\ndata %d\n%s\n"
            .formatted(1_700_000_000 + number * 3_600, message.length(), message));
  }

  private static void writeFile(OutputStream stream, int n, Random random) throws IOException {
    byte[] bytes = new byte[FILE_BYTES];
    random.nextBytes(bytes);
    byte[] text = Base64.getMimeEncoder(76, new byte[] {'\n'}).encode(bytes);
    print(stream, "M 100644 inline %s\ndata %d\n".formatted(path(n), text.length));
    stream.write(text);
    stream.write('\n');
  }

  private static void print(OutputStream stream, String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
