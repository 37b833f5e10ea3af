package io.selfheal.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds whole lines that differ from the searched ones by white space at their ends, or by how deep
 * they are indented, and gives the new lines the indentation of the place. White space within a
 * line counts, as it may stand in a string.
 */
final class LooseMatch {
  private static final Pattern INDENT = Pattern.compile("^[ \\t]*");
  private static final int USUAL_INDENT = 4;

  /**
   * What to do with the file's lines.
   *
   * @param first index of the first line to replace
   * @param count how many lines are replaced
   * @param lines what takes their place
   */
  record Replacement(int first, int count, List<String> lines) {}

  private final List<String> file;
  private final List<String> search;
  private final List<String> replace;

  /**
   * @param search without the line end of its last line, as are the others
   */
  LooseMatch(List<String> file, List<String> search, List<String> replace) {
    this.file = file;
    this.search = search;
    this.replace = replace;
  }

  /**
   * @return empty when nothing matches, or the indentation cannot be told from the place
   * @throws SourceText.Mismatch when several places match
   */
  Optional<Replacement> find() throws SourceText.Mismatch {
    if (search.stream().allMatch(String::isBlank)) {
      return Optional.empty();
    }
    for (UnaryOperator<String> form :
        List.<UnaryOperator<String>>of(String::stripTrailing, String::strip)) {
      List<Integer> places = places(form);
      if (places.size() > 1) {
        throw new SourceText.Mismatch(
            "the search text is not in the file as it is, and but for white space it is in "
                + places.size()
                + " places, at lines "
                + places.stream().limit(20).map(place -> place + 1).toList()
                + "; copy it exactly, with more lines around it");
      }
      if (places.size() == 1) {
        return replacement(places.get(0));
      }
    }
    return Optional.empty();
  }

  private List<Integer> places(UnaryOperator<String> form) {
    List<String> wanted = search.stream().map(form).toList();
    List<String> have = file.stream().map(form).toList();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i + wanted.size() <= have.size(); i++) {
      if (have.subList(i, i + wanted.size()).equals(wanted)) {
        places.add(i);
      }
    }
    return places;
  }

  private Optional<Replacement> replacement(int place) {
    // Lines that only serve to find the place stay as they are
    int same = Math.min(search.size(), replace.size());
    int leading = 0;
    while (leading < same && search.get(leading).equals(replace.get(leading))) {
      leading++;
    }
    int trailing = 0;
    while (trailing < same - leading
        && search
            .get(search.size() - 1 - trailing)
            .equals(replace.get(replace.size() - 1 - trailing))) {
      trailing++;
    }
    Optional<BinaryOperator<String>> indented = indentation(place);
    if (indented.isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>();
    for (String line : replace.subList(leading, replace.size() - trailing)) {
      if (line.isBlank()) {
        lines.add("");
        continue;
      }
      String indent = indent(line);
      String moved = indented.get().apply(indent, line);
      if (moved == null) {
        return Optional.empty();
      }
      lines.add(moved);
    }
    return Optional.of(new Replacement(place + leading, search.size() - leading - trailing, lines));
  }

  /**
   * How a line with an indentation of the answer stands in the file; empty when that is unclear.
   */
  private Optional<BinaryOperator<String>> indentation(int place) {
    Map<String, String> known = new TreeMap<>();
    for (int i = 0; i < search.size(); i++) {
      if (!search.get(i).isBlank()) {
        String there = indent(file.get(place + i));
        String before = known.put(indent(search.get(i)), there);
        if (before != null && !before.equals(there)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(
        (indent, line) -> {
          String there = moved(indent, known);
          return there == null ? null : there + line.substring(indent.length());
        });
  }

  private static String moved(String indent, Map<String, String> known) {
    String best = null;
    for (String shorter : known.keySet()) {
      if (indent.startsWith(shorter) && (best == null || shorter.length() > best.length())) {
        best = shorter;
      }
    }
    if (best != null) {
      return known.get(best) + deeper(indent.substring(best.length()), known);
    }
    // Less deep than all that is known: the nearest, as much less deep
    for (Map.Entry<String, String> entry : known.entrySet()) {
      String less =
          entry.getKey().startsWith(indent) ? entry.getKey().substring(indent.length()) : null;
      if (less != null && entry.getValue().endsWith(less)) {
        return entry.getValue().substring(0, entry.getValue().length() - less.length());
      }
    }
    return null;
  }

  /** Further indentation in the file's characters. */
  private static String deeper(String more, Map<String, String> known) {
    boolean tabsThere = known.values().stream().anyMatch(indent -> indent.contains("\t"));
    boolean spacesHere = !more.isEmpty() && more.chars().allMatch(c -> c == ' ');
    if (!tabsThere || !spacesHere) {
      return more;
    }
    int unit =
        known.keySet().stream()
            .mapToInt(String::length)
            .filter(length -> length > 0)
            .min()
            .orElse(USUAL_INDENT);
    return "\t".repeat(Math.max(1, more.length() / unit));
  }

  private static String indent(String line) {
    Matcher matcher = INDENT.matcher(line);
    return matcher.find() ? matcher.group() : "";
  }
}
