package io.selfheal.commit;

import io.selfheal.workspace.WorkTree;
import java.util.regex.Pattern;

/**
 * Words the commit message: title, root cause, and the trailer that tells our commits from others.
 * The model's words are untrusted, so they can neither fake a trailer nor steer a CI.
 */
public final class CommitMessage {
  /** Name of the trailer whose value is the issue's fingerprint. */
  public static final String TRAILER = WorkTree.TRAILER;

  private static final int TITLE_LENGTH = 72;
  private static final int BODY_LENGTH = 4000;
  private static final int WIDTH = 72;
  private static final Pattern CI_MARKER =
      Pattern.compile(
          "\\[\\s*((?:skip|no)[ -]ci|ci[ -]skip|skip[ -]actions|actions[ -]skip)\\s*\\]",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CLOSES =
      Pattern.compile(
          "\\b((?:close|fix|resolve)(?:s|d|es|ed)?)\\b:?\\s+(?:[\\w.-]+/[\\w.-]+)?#(\\d+)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern MENTION = Pattern.compile("(?<![\\w.])@(?=[A-Za-z0-9])");
  private static final Pattern TRAILER_LINE =
      Pattern.compile("^\\s*[A-Za-z][A-Za-z0-9-]*-[A-Za-z0-9-]+\\s*:.*");

  /**
   * @param change whose proposal gives the words, and whose issue the fingerprint
   */
  public String of(Change change) {
    String fingerprint = change.proposal().prompt().issue().fingerprint();
    if (!fingerprint.matches("[0-9a-f]{12,64}")) {
      throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
    }
    StringBuilder message =
        new StringBuilder(title(change.proposal().title(), fingerprint)).append("\n\n");
    String body = body(change.proposal().rootCause());
    if (!body.isEmpty()) {
      message.append(body).append("\n\n");
    }
    return message.append(TRAILER).append(": ").append(fingerprint).append('\n').toString();
  }

  private static String title(String text, String fingerprint) {
    String line = plain(text).replaceAll("\\s+", " ").strip();
    // Git drops lines that begin so.
    line = line.replaceAll("^#+\\s*", "");
    if (line.isEmpty()) {
      return "Fix error " + fingerprint.substring(0, 12);
    }
    return cut(line, TITLE_LENGTH);
  }

  private static String body(String text) {
    StringBuilder body = new StringBuilder();
    for (String line : cut(plain(text), BODY_LENGTH).strip().lines().toList()) {
      // A line that looks like a trailer is quoted, so that nobody takes it for one.
      wrap(TRAILER_LINE.matcher(line).matches() || line.startsWith("#") ? "> " + line : line, body);
    }
    return body.toString().replaceAll("\\n{3,}", "\n\n").strip();
  }

  private static void wrap(String line, StringBuilder body) {
    int length = 0;
    for (String word : line.stripTrailing().split(" ")) {
      if (length > 0 && length + 1 + word.length() > WIDTH) {
        body.append('\n');
        length = 0;
      } else if (length > 0) {
        body.append(' ');
        length++;
      }
      body.append(word);
      length += word.length();
    }
    body.append('\n');
  }

  private static String plain(String text) {
    if (text == null) {
      return "";
    }
    String visible =
        text.replace("\r\n", "\n").replaceAll("[\\p{C}&&[^\\n\\t]]", "").replace('\t', ' ');
    // A closing keyword would close an issue of the forge when the commit is merged, and a mention
    // would call people.
    String quiet = MENTION.matcher(CLOSES.matcher(visible).replaceAll("$1 no. $2")).replaceAll("");
    return CI_MARKER
        .matcher(quiet)
        .replaceAll("($1)")
        .replaceAll("(?i)skip-checks\\s*:", "skip-checks");
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = length - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
