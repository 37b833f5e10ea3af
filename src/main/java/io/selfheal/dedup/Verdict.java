package io.selfheal.dedup;

/**
 * Whether an error is worth a repair.
 *
 * @param rule the name or the text of the rule that decided; null for {@link Kind#REPAIR} without a
 *     rule
 * @param why a sentence or two for people
 */
public record Verdict(Kind kind, String rule, String why) {
  /** What becomes of an error. */
  public enum Kind {
    /** It is stored, and a repair is tried. */
    REPAIR,
    /** It is neither stored nor counted. */
    IGNORED,
    /** It is stored as {@code REPORTED}; no model is asked. */
    ENVIRONMENT
  }
}
