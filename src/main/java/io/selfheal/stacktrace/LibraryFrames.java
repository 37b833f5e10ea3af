package io.selfheal.stacktrace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells library frames from the application's own, by a list per language: one pattern a line, a
 * leading {@code ^} anchors it at the start, everything else is looked for anywhere. The lists lie
 * beside this class as {@code library-frames-<language>.txt}.
 */
final class LibraryFrames {
  private final String[] prefixes;
  private final String[] parts;

  private LibraryFrames(List<String> patterns) {
    prefixes =
        patterns.stream()
            .filter(p -> p.startsWith("^"))
            .map(p -> p.substring(1))
            .toArray(String[]::new);
    parts = patterns.stream().filter(p -> !p.startsWith("^")).toArray(String[]::new);
  }

  static LibraryFrames of(String language) {
    String name = "library-frames-" + language + ".txt";
    try (InputStream in = LibraryFrames.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Missing resource " + name);
      }
      List<String> patterns = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String pattern = line.strip();
        if (!pattern.isEmpty() && !pattern.startsWith("#")) {
          patterns.add(pattern);
        }
      }
      return new LibraryFrames(patterns);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  boolean contains(String place) {
    for (String prefix : prefixes) {
      if (place.startsWith(prefix)) {
        return true;
      }
    }
    for (String part : parts) {
      if (place.contains(part)) {
        return true;
      }
    }
    return false;
  }
}
