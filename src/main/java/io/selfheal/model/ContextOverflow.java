package io.selfheal.model;

import java.util.regex.Pattern;

/** The words in which servers say that a prompt does not fit into the model's context. */
final class ContextOverflow {
  private static final Pattern WORDS =
      Pattern.compile(
          "(?i)context[ _-]?(?:length|window|size|limit)|maximum context|too long|too many (?:input )?tokens"
              + "|exceeds? (?:the )?(?:available |maximum |model'?s? )|prompt is too large"
              + "|reduce the length");

  private ContextOverflow() {}

  static boolean in(String detail) {
    return WORDS.matcher(detail).find();
  }
}
