package io.selfheal.prompt;

import java.util.List;
import java.util.Optional;

/** The repository at the base commit. */
public interface SourceTree {
  /** All tracked files, as repository paths with {@code /}. */
  List<String> paths();

  /** A tracked file's text; empty when it is not there, not text, or a link. */
  Optional<String> read(String path);
}
