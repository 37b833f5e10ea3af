package io.selfheal.cli;

import io.selfheal.settings.ConfigurationException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks for values, at the console or from a script that writes the answers to standard input, a
 * line each. At the console secrets are not shown and a wrong answer is asked for again; of a
 * script it is an error.
 */
final class Interview {
  private final BufferedReader in;
  private final Console console;
  private final PrintWriter out;

  /**
   * @param console null where there is none
   */
  Interview(InputStream in, Console console, PrintWriter out) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.console = console;
    this.out = out;
  }

  /**
   * A question.
   *
   * @param name the parameter that is asked for
   * @param text what it is, in words
   * @param without what an empty answer stands for; empty where there has to be one
   * @param check throws a {@link ConfigurationException} where the answer cannot be used
   */
  record Question(
      String name,
      String text,
      Optional<String> without,
      boolean secret,
      boolean manyLines,
      Consumer<String> check) {}

  /**
   * @return the answer; empty where nothing was said and need not be
   */
  Optional<String> ask(Question question) throws IOException {
    while (true) {
      String prompt =
          question.text()
              + question.without().map(what -> " [" + what + "]").orElse("")
              + (question.manyLines() ? ", ends with an empty line" : "")
              + ": ";
      String answer = question.manyLines() ? lines(question, prompt) : line(question, prompt);
      try {
        if (answer.isBlank()) {
          if (question.without().isPresent()) {
            return Optional.empty();
          }
          throw new ConfigurationException(question.name(), "", "an answer is needed");
        }
        question.check().accept(answer.strip());
        return Optional.of(answer.strip());
      } catch (ConfigurationException e) {
        if (console == null) {
          throw e;
        }
        out.println("  " + e.getMessage());
        out.flush();
      }
    }
  }

  /** Whether the answer is yes. */
  boolean confirmed(String text) throws IOException {
    String answer = read(text + " [y/N] ", false);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  private String line(Question question, String prompt) throws IOException {
    String line = read(prompt, question.secret());
    if (line == null) {
      throw ended(question);
    }
    return line;
  }

  /** Up to an empty line or the last line of a key. */
  private String lines(Question question, String prompt) throws IOException {
    StringBuilder lines = new StringBuilder();
    String line = line(question, prompt);
    while (line != null && !line.isBlank()) {
      lines.append(line.strip()).append('\n');
      if (line.strip().matches("-----END .*-----")) {
        break;
      }
      line = read("", question.secret());
    }
    return lines.toString();
  }

  private String read(String prompt, boolean secret) throws IOException {
    if (console == null) {
      out.print(prompt.isEmpty() ? "" : prompt + System.lineSeparator());
      out.flush();
      return in.readLine();
    }
    if (!secret) {
      return console.readLine("%s", prompt);
    }
    char[] hidden = console.readPassword("%s", prompt);
    return hidden == null ? null : new String(hidden);
  }

  private static ConfigurationException ended(Question question) {
    return new ConfigurationException(
        question.name(), "", "standard input ended before this was answered");
  }
}
