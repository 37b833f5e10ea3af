package io.selfheal.prompt;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The repository at the base commit. */
public interface SourceTree {
  /** All tracked files, as repository paths with {@code /}. */
  List<String> paths();

  /** A tracked file's text; empty when it is not there, not text, or a link. */
  Optional<String> read(String path);

  /**
   * A content that a file had.
   *
   * @param commit id of the commit that gave it to the file
   * @param subject the first line of its message
   */
  record Version(String commit, Instant time, String subject, Supplier<Optional<String>> content) {

    /** The commit as people are told of it; its subject is left out, anyone may have written it. */
    String name() {
      return commit.substring(0, Math.min(12, commit.length()))
          + " of "
          + time.toString().substring(0, 10);
    }
  }

  /**
   * Versions of tracked files, newest first and beginning with the present one, as far back as is
   * reasonable; empty where no history is at hand.
   */
  default Map<String, List<Version>> versions(Collection<String> paths) {
    return Map.of();
  }
}
