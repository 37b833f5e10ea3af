package io.selfheal.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text resource with named slots, written {@code {{name}}}. Slots are filled in one pass, so a
 * value that looks like a slot stays as it is.
 */
public final class PromptTemplate {
  private static final Pattern SLOT = Pattern.compile("\\{\\{([a-z_]+)}}");

  private final String name;
  private final String text;

  private PromptTemplate(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** Reads {@code prompts/<name>.txt} from the class path. */
  public static PromptTemplate load(String name) {
    String resource = "/prompts/" + name + ".txt";
    try (InputStream in = PromptTemplate.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "the prompt " + resource + " is missing from the class path");
      }
      return new PromptTemplate(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text with its slots filled.
   *
   * @throws IllegalArgumentException when a slot has no value or a value no slot
   */
  public String fill(Map<String, String> values) {
    var unused = new TreeSet<>(values.keySet());
    Matcher slot = SLOT.matcher(text);
    var filled = new StringBuilder();
    while (slot.find()) {
      String value = values.get(slot.group(1));
      if (value == null) {
        throw new IllegalArgumentException(
            "no value for the slot " + slot.group() + " of the prompt " + name);
      }
      unused.remove(slot.group(1));
      slot.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    slot.appendTail(filled);
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException("the prompt " + name + " has no slot for " + unused);
    }
    return filled.toString();
  }
}
