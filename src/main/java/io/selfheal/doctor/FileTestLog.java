package io.selfheal.doctor;

import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Appends test errors to the log file that is followed; of several to the first. */
public final class FileTestLog implements TestErrorLog {
  private final Path path;

  /**
   * @param path {@code selfheal.file.path}
   */
  public FileTestLog(Path path) {
    this.path = path.toAbsolutePath();
  }

  @Override
  public String write(TestError error) throws IOException {
    Path folder = path.getParent();
    Path name = path.getFileName();
    if (folder == null || name == null) {
      throw new ConfigurationException("selfheal.file.path", path.toString(), "name a file");
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name.toString())) {
      for (Path file : files) {
        Files.writeString(file, error.text() + "\n", StandardOpenOption.APPEND);
        return file.toString();
      }
    }
    throw new ConfigurationException(
        "selfheal.file.path", path.toString(), "there is no such file yet");
  }
}
