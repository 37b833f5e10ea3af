package io.selfheal.pullrequest;

import io.selfheal.model.FixProposal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Handler;

/** Issues of a forge that is a folder: {@code <app>/issues/<n>.md}, one for each report. */
public final class LocalIssues {
  private final Path directory;
  private final ReportIssue describe;

  /**
   * @param directory {@code forge} under {@code selfheal.local.dir}
   */
  public LocalIssues(Path directory, ReportIssue describe) {
    this.directory = directory.toAbsolutePath().normalize();
    this.describe = describe;
  }

  /**
   * The address of the report's issue, found or made.
   *
   * @throws IOException when the folder cannot be written
   */
  @Handler
  public synchronized String open(FixProposal report) throws IOException {
    Path folder = directory.resolve(report.prompt().app().name()).resolve("issues");
    Files.createDirectories(folder);
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Another process may work for the same forge. Closing the channel gives the lock back.
      channel.lock();
      long highest = 0;
      for (Path file : files(folder)) {
        if (Files.readString(file).contains(ReportIssue.marker(report))) {
          return file.toUri().toString();
        }
        highest = Math.max(highest, number(file));
      }
      Path file = folder.resolve(highest + 1 + ".md");
      Path whole = folder.resolve("." + file.getFileName() + ".new");
      Files.writeString(whole, "# " + describe.title(report) + "\n\n" + describe.body(report));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return file.toUri().toString();
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().matches("\\d{1,9}\\.md")).toList();
    }
  }

  private static long number(Path file) {
    return Long.parseLong(String.valueOf(file.getFileName()).replaceFirst("\\..*", ""));
  }
}
