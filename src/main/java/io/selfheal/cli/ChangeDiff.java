package io.selfheal.cli;

import io.selfheal.issue.Issue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The diffs that the embedded default keeps beside each repair. */
final class ChangeDiff {
  private ChangeDiff() {}

  /** The diff of the issue's last try, if that came so far. */
  static Optional<String> lastOf(Path data, Issue issue) {
    Path file =
        data.resolve("repairs")
            .resolve(issue.fingerprint().substring(0, 12))
            .resolve(Integer.toString(issue.attempts()))
            .resolve("change.diff");
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.of("(" + file + " cannot be read: " + e.getMessage() + ")");
    }
  }
}
