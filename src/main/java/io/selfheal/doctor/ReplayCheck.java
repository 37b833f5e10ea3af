package io.selfheal.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whether there are recorded answers. */
public final class ReplayCheck {
  private final Path folder;

  public ReplayCheck(Path folder) {
    this.folder = folder;
  }

  public Finding look() throws IOException {
    if (!Files.isDirectory(folder)) {
      return Finding.fail("there is no folder " + folder, "set selfheal.replay.dir");
    }
    try (Stream<Path> files = Files.list(folder)) {
      long answers = files.filter(file -> file.toString().endsWith(".json")).count();
      return answers > 0
          ? Finding.ok(answers + " recorded answers in " + folder)
          : Finding.warn("no recorded answer in " + folder, "put *.json files there");
    }
  }
}
