package io.selfheal.prompt;

/**
 * Tokens of a text, estimated: one for every 3.5 characters, which is on the high side for source
 * code in the usual tokenizers.
 */
public final class TokenEstimate {
  private static final double CHARACTERS_PER_TOKEN = 3.5;

  private TokenEstimate() {}

  /** Tokens that {@code text} costs. */
  public static long of(CharSequence text) {
    return (long) Math.ceil(text.length() / CHARACTERS_PER_TOKEN);
  }

  /** Characters that fit into {@code tokens}. */
  public static int characters(long tokens) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, (long) (tokens * CHARACTERS_PER_TOKEN)));
  }
}
