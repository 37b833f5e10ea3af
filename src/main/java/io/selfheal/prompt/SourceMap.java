package io.selfheal.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the lines of a generated script come from, as a source map tells (ECMA-426, the format of
 * revision 3 maps). Columns are not looked at: the first mapping of a line decides.
 */
final class SourceMap {
  private static final Pattern LINK =
      Pattern.compile("(?m)^\\s*//[#@]\\s*sourceMappingURL=(?<url>\\S+)\\s*$");
  private static final Pattern INLINE =
      Pattern.compile("data:application/json[^,]*;base64,(?<data>[A-Za-z0-9+/=_-]+)");
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int MAX_CHARACTERS = 8_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> sources;
  private final List<Line> lines;

  /**
   * A line of an original file.
   *
   * @param source path as the map has it, relative to the map or with a scheme
   * @param line 1-based
   */
  record Original(String source, int line) {}

  private record Line(int source, int line) {}

  private SourceMap(List<String> sources, List<Line> lines) {
    this.sources = sources;
    this.lines = lines;
  }

  /** The address of a script's map, which may be the map itself; empty where it names none. */
  static Optional<String> link(String script) {
    Matcher link = LINK.matcher(script);
    String last = null;
    while (link.find()) {
      last = link.group("url");
    }
    return Optional.ofNullable(last);
  }

  /** The map that a {@code data:} address holds. */
  static Optional<String> inline(String url) {
    Matcher inline = INLINE.matcher(url);
    if (!inline.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new String(Base64.getDecoder().decode(inline.group("data")), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Reads a map; empty where it is none, or one of sections. */
  static Optional<SourceMap> read(String json) {
    if (json.length() > MAX_CHARACTERS) {
      return Optional.empty();
    }
    try {
      JsonNode map = JSON.readTree(json);
      if (map == null || !map.path("mappings").isTextual() || !map.path("sources").isArray()) {
        return Optional.empty();
      }
      String root = map.path("sourceRoot").asText("");
      var sources = new ArrayList<String>();
      map.path("sources")
          .forEach(
              source ->
                  sources.add(
                      root.isEmpty() || root.endsWith("/")
                          ? root + source.asText("")
                          : root + "/" + source.asText("")));
      return Optional.of(new SourceMap(sources, decoded(map.path("mappings").asText())));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Where a line of the script, counted from 1, comes from. */
  Optional<Original> original(int line) {
    if (line < 1 || line > lines.size() || lines.get(line - 1) == null) {
      return Optional.empty();
    }
    Line found = lines.get(line - 1);
    return found.source() < 0 || found.source() >= sources.size()
        ? Optional.empty()
        : Optional.of(new Original(sources.get(found.source()), found.line() + 1));
  }

  private static List<Line> decoded(String mappings) {
    var lines = new ArrayList<Line>();
    int source = 0;
    int line = 0;
    for (String group : mappings.split(";", -1)) {
      Line first = null;
      for (String segment : group.split(",")) {
        List<Integer> fields = numbers(segment);
        if (fields.size() >= 4) {
          source += fields.get(1);
          line += fields.get(2);
          first = first == null ? new Line(source, line) : first;
        }
      }
      lines.add(first);
    }
    return lines;
  }

  /** Base64 digits of five bits, the lowest first; the lowest bit of a number is its sign. */
  private static List<Integer> numbers(String segment) {
    var numbers = new ArrayList<Integer>();
    int value = 0;
    int shift = 0;
    for (int i = 0; i < segment.length(); i++) {
      int digit = DIGITS.indexOf(segment.charAt(i));
      if (digit < 0 || shift > 30) {
        return List.of();
      }
      value |= (digit & 31) << shift;
      shift += 5;
      if ((digit & 32) == 0) {
        numbers.add((value & 1) == 1 ? -(value >>> 1) : value >>> 1);
        value = 0;
        shift = 0;
      }
    }
    return numbers;
  }
}
