package io.selfheal.dedup;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Errors that the program meets and does not make: timeouts, full disks, expired credentials. What
 * an error's innermost cause is decides, as it is what happened first; but an error of programming
 * that was wrapped around it, or came up while it was handled, is a bug all the same. Of a group of
 * errors each must be one.
 */
final class EnvironmentErrors {
  private static final String RESOURCE = "/dedup/environment-errors.txt";

  /** The section that lists what is always a bug. */
  private static final String PROGRAMMING = "programming-error";

  /**
   * A rule that an error comes from the environment.
   *
   * @param name short, for people
   * @param advice what it means and what to look at
   */
  record EnvironmentRule(String name, String advice, ErrorRule rule) {}

  private final List<EnvironmentRule> rules;
  private final List<EnvironmentRule> bugs;

  private EnvironmentErrors(List<EnvironmentRule> rules, List<EnvironmentRule> bugs) {
    this.rules = List.copyOf(rules);
    this.bugs = List.copyOf(bugs);
  }

  /** Knows no such error. */
  static EnvironmentErrors none() {
    return new EnvironmentErrors(List.of(), List.of());
  }

  /** The rules that the jar brings. */
  static EnvironmentErrors builtIn() {
    try (InputStream in = EnvironmentErrors.class.getResourceAsStream(RESOURCE)) {
      return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE, e);
    }
  }

  private static EnvironmentErrors read(String text) {
    List<EnvironmentRule> rules = new ArrayList<>();
    List<EnvironmentRule> bugs = new ArrayList<>();
    String name = "";
    String advice = "";
    for (String line : text.split("\n")) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (!line.startsWith(" ")) {
        int colon = line.indexOf(": ");
        name = line.substring(0, colon);
        advice = line.substring(colon + 2).strip();
        continue;
      }
      for (ErrorRule rule : ErrorRule.parse(RESOURCE, line.strip(), false)) {
        (name.equals(PROGRAMMING) ? bugs : rules).add(new EnvironmentRule(name, advice, rule));
      }
    }
    return new EnvironmentErrors(rules, bugs);
  }

  /**
   * These rules and others, which are asked first.
   *
   * @param own rules whose first word behind the arrow is a name and the rest what to look at
   */
  EnvironmentErrors with(List<ErrorRule> own) {
    List<EnvironmentRule> all = new ArrayList<>();
    for (ErrorRule rule : own) {
      List<String> words = rule.outcome();
      String advice = String.join(" ", words.subList(1, words.size()));
      all.add(new EnvironmentRule(words.get(0), advice, rule));
    }
    all.addAll(rules);
    return new EnvironmentErrors(all, bugs);
  }

  /** Its names; for messages and tests. */
  List<EnvironmentRule> rules() {
    return rules;
  }

  /** The rule that says that the error comes from the environment; empty if it may be a bug. */
  Optional<EnvironmentRule> find(StackTrace trace, Supplier<LogContext> context) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    List<StackTrace> causes = trace.causedBy();
    if (!causes.isEmpty() && isBug(trace, context)) {
      return Optional.empty();
    }
    boolean group = isGroup(trace);
    EnvironmentRule found = causes.isEmpty() ? first(rules, trace, context) : null;
    for (int i = 0; i < causes.size(); i++) {
      StackTrace cause = causes.get(i);
      boolean innermost = i == causes.size() - 1;
      if (isBug(cause, context)) {
        return Optional.empty();
      }
      if (innermost || group && !isGroup(cause)) {
        found = first(rules, cause, context);
        if (found == null) {
          return Optional.empty();
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private boolean isBug(StackTrace trace, Supplier<LogContext> context) {
    return first(bugs, trace, context) != null;
  }

  /** Errors that hold others side by side, not one below the other. */
  private static boolean isGroup(StackTrace trace) {
    String type = trace.exceptionType();
    return type.endsWith("ExceptionGroup")
        || type.endsWith("AggregateException")
        || type.endsWith("AggregateError");
  }

  private static EnvironmentRule first(
      List<EnvironmentRule> rules, StackTrace trace, Supplier<LogContext> context) {
    for (EnvironmentRule rule : rules) {
      if (rule.rule().matches(trace, context)) {
        return rule;
      }
    }
    return null;
  }

  /**
   * @throws ConfigurationException where a rule has no advice
   */
  static List<ErrorRule> parse(String key, String text) {
    List<ErrorRule> rules = ErrorRule.parse(key, text, true);
    for (ErrorRule rule : rules) {
      if (rule.outcome().size() < 2) {
        throw new ConfigurationException(
            key, rule.text(), "write behind the name what people should look at");
      }
    }
    return rules;
  }
}
