package io.selfheal.pullrequest;

import io.selfheal.prompt.SafeText;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text of others in Markdown of ours. A model's Markdown stays readable, but notifies nobody,
 * closes no issue, and shows neither image, HTML nor link: whatever an SCM would act on becomes
 * code or plain text.
 */
final class Markdown {
  private static final Set<String> LANGUAGES =
      Set.of(
          "bash",
          "c",
          "cpp",
          "csharp",
          "css",
          "diff",
          "go",
          "html",
          "java",
          "javascript",
          "js",
          "json",
          "jsx",
          "kotlin",
          "php",
          "py",
          "python",
          "rb",
          "ruby",
          "rust",
          "scala",
          "sh",
          "sql",
          "text",
          "toml",
          "ts",
          "tsx",
          "typescript",
          "xml",
          "yaml",
          "yml");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})\\s*([^`\\s]*)[^`]*");
  private static final Pattern CODE_SPAN = Pattern.compile("(?<!`)(`+)(?!`)(.+?)(?<!`)\\1(?!`)");
  private static final Pattern LINK =
      Pattern.compile("!*\\[([^\\[\\]]*)]\\(\\s*([^()\\s]*)[^()]*\\)");

  /** A line that GitLab and others would carry out as a command, such as {@code /merge}. */
  private static final Pattern COMMAND = Pattern.compile("(?m)^(\\s*)/(?=[A-Za-z])");

  /** The same in code, where a backslash would show. */
  private static final Pattern COMMAND_IN_CODE = Pattern.compile("(?m)^/(?=[a-z_]+(?:\\s|$))");

  private static final Pattern HEADING = Pattern.compile("(?m)^ {0,3}#{1,6}\\s+");

  /**
   * Addresses, mentions of people and groups, and references to issues and merge requests; with
   * what follows at once, which would begin a text of its own behind the code.
   */
  private static final Pattern ACTIVE =
      Pattern.compile(
          "(?i)(?:[a-z][a-z0-9+.-]{1,20}://|mailto:|xmpp:|www\\.)[^\\s<>]*[^\\s<>.,;:!?)\\]*_]"
              + "|(?<![a-z0-9@])@[a-z0-9][\\w./@#!-]*"
              + "|(?<![a-z0-9])(?:(?:[\\w.-]+/[\\w.-]+)?[#!]\\d|gh-\\d)[\\w/@#!-]*");

  /** What tells a forge's CI to leave a commit alone. */
  private static final Pattern CI_MARKER =
      Pattern.compile(
          "(?i)\\[\\s*((?:skip|no)[ -]ci|ci[ -]skip|skip[ -]actions|actions[ -]skip)\\s*]");

  private Markdown() {}

  /** Text as a block of code that it cannot end. */
  static String block(String text) {
    return fenced("text", SafeText.visible(text));
  }

  /** Text as code within a line. */
  static String code(String text) {
    String line = SafeText.visible(text).replace('\n', ' ').replace('\t', ' ').strip();
    String ticks = "`".repeat(longestRun(line) + 1);
    String pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return line.isEmpty() ? "" : ticks + pad + line + pad + ticks;
  }

  /** One line of plain text for a title, which a squashed merge makes a commit's message. */
  static String title(String text) {
    return CI_MARKER
        .matcher(SafeText.visible(text).replaceAll("\\s+", " "))
        .replaceAll("$1")
        .replaceAll("(?i)[a-z][a-z0-9+.-]{1,20}://", "")
        .replaceAll("(?<![A-Za-z0-9@])@(?=\\w)", "")
        .replaceAll("[#!](?=\\d)", "")
        .replaceAll("(?i)(?<![a-z0-9])gh-(?=\\d)", "gh ")
        .strip();
  }

  /** A model's Markdown without what an SCM would act on, cut to {@code limit} characters. */
  static String text(String markdown, int limit) {
    String visible = SafeText.visible(markdown);
    String defused = defused(visible);
    int length = visible.length();
    while (defused.length() > limit && length > 0) {
      length = (int) Math.min(length - 1L, (long) length * limit / defused.length());
      defused = defused(visible.substring(0, Math.max(0, length - 20))) + "\n\n…";
    }
    return defused;
  }

  private static String defused(String markdown) {
    var result = new StringBuilder();
    var prose = new StringBuilder();
    String[] lines = markdown.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      Matcher fence = FENCE.matcher(lines[i]);
      if (!fence.matches()) {
        prose.append(lines[i]).append('\n');
        continue;
      }
      result.append(prose(prose.toString()));
      prose.setLength(0);
      var code = new StringBuilder();
      for (i++; i < lines.length && !closes(lines[i], fence.group(1)); i++) {
        code.append(lines[i]).append('\n');
      }
      result
          .append(fenced(fence.group(2).toLowerCase(java.util.Locale.ROOT), code.toString()))
          .append('\n');
    }
    return result.append(prose(prose.toString())).toString().strip();
  }

  private static boolean closes(String line, String fence) {
    String stripped = line.strip();
    return stripped.length() >= fence.length()
        && stripped.chars().allMatch(c -> c == fence.charAt(0));
  }

  private static String fenced(String language, String code) {
    String ticks = "`".repeat(Math.max(3, longestRun(code) + 1));
    String newline = code.isEmpty() || code.endsWith("\n") ? "" : "\n";
    String inert = COMMAND_IN_CODE.matcher(code).replaceAll(" /");
    return ticks + (LANGUAGES.contains(language) ? language : "") + "\n" + inert + newline + ticks;
  }

  /** Markdown without fences: code spans stay code, all else is defused. */
  private static String prose(String markdown) {
    var result = new StringBuilder();
    // Code spans do not reach over a blank line; within a paragraph only those on one line are
    // taken.
    Matcher span = CODE_SPAN.matcher(markdown);
    int from = 0;
    while (span.find()) {
      append(result, plain(markdown.substring(from, span.start())));
      append(result, code(span.group(2)));
      from = span.end();
    }
    append(result, plain(markdown.substring(from)));
    return result.toString();
  }

  /** Ticks of two code spans side by side would be read as one run. */
  private static void append(StringBuilder text, String more) {
    boolean ticks = text.length() > 0 && text.charAt(text.length() - 1) == '`';
    text.append(ticks && more.startsWith("`") ? " " : "").append(more);
  }

  private static String plain(String markdown) {
    // A tick or backslash that is left could open or escape the code made below; an entity could
    // spell a mention.
    String text = markdown.replace('`', '\'').replace("&", "&amp;").replace("<", "&lt;");
    text = LINK.matcher(text).replaceAll("$1 ($2)");
    text =
        text.replace("\\", "\\\\")
            .replace("$", "\\$")
            .replace("](", "] (")
            .replace("]:", "] :")
            .replaceAll("!+\\[", "[");
    text = HEADING.matcher(text).replaceAll("#### ");
    text = COMMAND.matcher(text).replaceAll("$1\\\\/");
    var result = new StringBuilder();
    Matcher active = ACTIVE.matcher(text);
    int from = 0;
    while (active.find()) {
      result.append(text, from, active.start());
      append(result, codeOf(active.group()));
      from = active.end();
    }
    return result.append(text, from, text.length()).toString();
  }

  /** Code shows an escape or entity as it is written. */
  private static String codeOf(String escaped) {
    return code(
        escaped
            .replace("\\\\", "\\")
            .replace("\\$", "$")
            .replace("&lt;", "<")
            .replace("&amp;", "&"));
  }

  private static int longestRun(String text) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = text.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
