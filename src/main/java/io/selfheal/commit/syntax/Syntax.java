package io.selfheal.commit.syntax;

import java.util.Optional;

/** Parses one kind of file. */
interface Syntax {
  /** What a parser said, or that there is none here. */
  record Verdict(boolean parsed, Optional<String> error) {
    static final Verdict GOOD = new Verdict(true, Optional.empty());
    static final Verdict NO_PARSER = new Verdict(false, Optional.empty());

    static Verdict bad(String error) {
      return new Verdict(true, Optional.of(error));
    }
  }

  /**
   * @param path the file's path, for messages
   */
  Verdict parse(String path, byte[] content);
}
