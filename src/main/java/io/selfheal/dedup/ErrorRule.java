package io.selfheal.dedup;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One rule: conditions that must all hold, such as {@code type:TimeoutError path:jobs/*}, and words
 * behind an arrow, where the kind of rule has them. Rules stand one a line, or with {@code ;}
 * between them; what has blanks stands in double quotes; {@code #} begins a comment line.
 *
 * @param text the rule as it was written
 * @param outcome the words behind {@code ->}; empty where there is no arrow
 */
record ErrorRule(String text, List<Condition> conditions, List<String> outcome) {
  private static final int LONGEST_PATTERN = 500;
  private static final int MOST_RULES = 1_000;

  ErrorRule {
    conditions = List.copyOf(conditions);
    outcome = List.copyOf(outcome);
  }

  boolean matches(StackTrace trace, Supplier<LogContext> context) {
    for (Condition condition : conditions) {
      if (!condition.holds(trace, context)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads rules.
   *
   * @param key where they stand, for messages
   * @param arrow whether each rule must have an arrow with words behind it, or none may
   * @throws ConfigurationException naming the key, the rule and what to do
   */
  static List<ErrorRule> parse(String key, String text, boolean arrow) {
    List<ErrorRule> rules = new ArrayList<>();
    for (String line : split(key, text, true)) {
      rules.add(rule(key, line, arrow));
    }
    if (rules.size() > MOST_RULES) {
      throw new ConfigurationException(
          key, rules.size() + " rules", "write at most " + MOST_RULES + " rules");
    }
    return List.copyOf(rules);
  }

  private static ErrorRule rule(String key, String line, boolean arrow) {
    List<Condition> conditions = new ArrayList<>();
    List<String> words = split(key, line, false);
    int at = words.indexOf("->");
    for (String word : at < 0 ? words : words.subList(0, at)) {
      conditions.add(condition(key, line, word));
    }
    if (conditions.isEmpty()) {
      throw new ConfigurationException(
          key, line, "a rule begins with a condition such as type:TimeoutError");
    }
    if (arrow && (at < 0 || at == words.size() - 1)) {
      throw new ConfigurationException(
          key, line, "write '-> name' behind the conditions, to say what they stand for");
    }
    if (!arrow && at >= 0) {
      throw new ConfigurationException(key, line, "a rule has no '->' here; leave it out");
    }
    return new ErrorRule(
        line,
        conditions,
        at < 0
            ? List.of()
            : words.subList(at + 1, words.size()).stream().map(ErrorRule::unquoted).toList());
  }

  private static Condition condition(String key, String line, String word) {
    boolean not = word.startsWith("!");
    int colon = word.indexOf(':');
    String name = colon < 0 ? "" : word.substring(not ? 1 : 0, colon).toLowerCase(Locale.ROOT);
    for (Condition.What what : Condition.What.values()) {
      if (what.word().equals(name)) {
        String pattern = unquoted(word.substring(colon + 1));
        if (pattern.isEmpty() || pattern.length() > LONGEST_PATTERN) {
          throw new ConfigurationException(
              key,
              line,
              "write a pattern of 1 to " + LONGEST_PATTERN + " characters behind " + name + ":");
        }
        return new Condition(what, not, Glob.of(pattern));
      }
    }
    throw new ConfigurationException(
        key,
        line,
        "'"
            + word
            + "' is no condition; use one of "
            + Arrays.stream(Condition.What.values())
                .map(what -> what.word() + ":")
                .collect(Collectors.joining(" "))
            + ", and double quotes around what has blanks");
  }

  private static String unquoted(String word) {
    return word.replace("\"", "");
  }

  /** At line ends and semicolons, or at blanks; never inside double quotes. */
  private static List<String> split(String key, String text, boolean lines) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    boolean comment = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '\n' : text.charAt(i);
      if (c == '\n' && quoted) {
        throw new ConfigurationException(key, part.toString().strip(), "close the double quotes");
      }
      comment |= lines && c == '#' && part.toString().isBlank();
      quoted ^= c == '"' && !comment;
      boolean ends = lines ? c == '\n' || c == ';' && !comment : Character.isWhitespace(c);
      if (quoted || !ends) {
        part.append(c);
        continue;
      }
      if (!comment && !part.toString().isBlank()) {
        parts.add(part.toString().strip());
      }
      comment = false;
      part.setLength(0);
    }
    return parts;
  }
}
