package io.selfheal.commit.guard;

/**
 * A place where a change breaks a rule.
 *
 * @param path the changed file
 * @param line 1-based, in the changed file, or in the file before where something was removed; 0
 *     for the file as a whole
 * @param what what is wrong, in words for the model and for people
 */
record Finding(String path, int line, String what) {
  /** The finding as a line of text that begins with the rule's name. */
  String text(String rule) {
    return rule + ", " + path + (line > 0 ? " line " + line : "") + ": " + what;
  }
}
