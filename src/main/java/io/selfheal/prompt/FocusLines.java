package io.selfheal.prompt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The parts of a long file that matter for some of its lines: the functions around them, their
 * neighbourhood, the imports and the heads of the classes. Functions are found by indentation in
 * Python and Ruby, by braces elsewhere.
 */
final class FocusLines {
  private static final Pattern INDENTED = Pattern.compile(".*\\.(?:py|pyi|rb|coffee|ex|exs)");
  private static final Pattern INDENTED_FUNCTION = Pattern.compile("\\s*(?:async\\s+def|def)\\b.*");
  private static final Pattern INDENTED_CLASS = Pattern.compile("\\s*(?:class|module)\\b.*");
  private static final Pattern IMPORT =
      Pattern.compile(
          "\\s*(?:import|from|package|using|use|require|require_relative|#include)\\b.*|.*=\\s*require\\(.*");
  private static final Pattern NO_FUNCTION =
      Pattern.compile(
          "^(?:\\}?\\s*(?:if|for|foreach|while|switch|catch|else|try|do|finally|synchronized|lock|select|match|loop"
              + "|unsafe)\\b)|\\b(?:class|interface|enum|record|namespace|struct|impl|trait|object|module)\\s+\\w");
  private static final int IMPORT_LINES_SEEN = 150;
  private static final int MAX_IMPORT_LINES = 60;
  private static final int MAX_FUNCTION_LINES = 250;
  private static final int NEIGHBOURHOOD = 15;
  private static final int JOINED_GAP = 3;

  private final List<String> lines;
  private final boolean indented;

  FocusLines(String path, List<String> lines) {
    this.lines = lines;
    this.indented = INDENTED.matcher(path).matches();
  }

  /** Lines {@code first} to {@code last}, 1-based, both included. */
  record Range(int first, int last) {
    boolean contains(int line) {
      return first <= line && line <= last;
    }

    int size() {
      return last - first + 1;
    }
  }

  /**
   * Ways to show the file, from the fullest to the shortest; the first that fits is the one to
   * take.
   */
  List<List<Range>> choices(List<Integer> sites) {
    var near = new ArrayList<Range>();
    var functions = new ArrayList<Range>();
    var heads = new ArrayList<Range>();
    imports().ifPresent(heads::add);
    for (int site : sites) {
      near.add(around(site, NEIGHBOURHOOD));
      function(site).ifPresent(functions::add);
      classHead(site).ifPresent(heads::add);
    }
    List<Range> first = near.subList(0, Math.min(1, near.size()));
    List<Range> firstFunction = functions.subList(0, Math.min(1, functions.size()));
    return List.of(
        merged(heads, functions, near),
        merged(functions, near),
        merged(heads, firstFunction, first),
        merged(firstFunction, first),
        merged(sites.stream().limit(1).map(site -> around(site, 40)).toList()),
        merged(first));
  }

  private Range around(int line, int distance) {
    return new Range(Math.max(1, line - distance), Math.min(lines.size(), line + distance));
  }

  private Optional<Range> imports() {
    int first = 0;
    int last = 0;
    for (int i = 1; i <= Math.min(lines.size(), IMPORT_LINES_SEEN); i++) {
      if (IMPORT.matcher(line(i)).matches() && (first == 0 || i - first < MAX_IMPORT_LINES)) {
        first = first == 0 ? i : first;
        last = i;
      }
    }
    return first == 0 ? Optional.empty() : Optional.of(new Range(first, last));
  }

  private Optional<Range> function(int site) {
    return indented
        ? indentedBlock(site, INDENTED_FUNCTION)
        : braceBlock(site, header -> header.contains("(") && !NO_FUNCTION.matcher(header).find());
  }

  private Optional<Range> classHead(int site) {
    Optional<Range> type =
        indented
            ? indentedBlock(site, INDENTED_CLASS)
            : braceBlocks().stream()
                .filter(block -> block.range().contains(site))
                .filter(
                    block ->
                        block
                            .header()
                            .matches(
                                "(?s).*\\b(?:class|interface|enum|record|struct|impl|trait)\\s.*"))
                .min(Comparator.comparingInt(block -> block.range().size()))
                .map(Block::range);
    return type.map(range -> new Range(range.first(), Math.min(range.last(), range.first() + 3)));
  }

  private Optional<Range> indentedBlock(int site, Pattern header) {
    int at = site;
    while (at > 1 && line(at).isBlank()) {
      at--;
    }
    int indent = indent(line(at)) + 1;
    for (; at >= 1; at--) {
      String line = line(at);
      if (line.isBlank() || indent(line) >= indent) {
        continue;
      }
      indent = indent(line);
      if (header.matcher(line).matches()) {
        return Optional.of(new Range(withDecorators(at), endOfBlock(at)));
      }
    }
    return Optional.empty();
  }

  private int withDecorators(int header) {
    int first = header;
    while (first > 1
        && line(first - 1).strip().startsWith("@")
        && indent(line(first - 1)) == indent(line(header))) {
      first--;
    }
    return first;
  }

  private int endOfBlock(int header) {
    return endOfIndentedBlock(lines, header);
  }

  /** The last line, 1-based, of a block that is indented below its header. */
  static int endOfIndentedBlock(List<String> lines, int header) {
    int indent = indent(lines.get(header - 1));
    int last = header;
    for (int i = header + 1; i <= lines.size(); i++) {
      String line = lines.get(i - 1);
      if (line.isBlank()) {
        continue;
      }
      boolean closes = line.strip().matches("[)\\]}].*|end\\b.*");
      if (indent(line) < indent || indent(line) == indent && !closes) {
        break;
      }
      last = i;
      if (indent(line) == indent && line.strip().matches("end\\b.*")) {
        break;
      }
    }
    return last;
  }

  /** The widest function around the line that is not overlong, else the narrowest. */
  private Optional<Range> braceBlock(int site, Predicate<String> header) {
    List<Range> around =
        braceBlocks().stream()
            .filter(block -> block.range().contains(site) && header.test(block.header()))
            .map(Block::range)
            .sorted(Comparator.comparingInt(Range::size).reversed())
            .toList();
    return around.stream()
        .filter(range -> range.size() <= MAX_FUNCTION_LINES)
        .findFirst()
        .or(() -> around.isEmpty() ? Optional.empty() : Optional.of(around.get(around.size() - 1)));
  }

  private record Block(Range range, String header) {}

  private record Open(int line, String header) {}

  /**
   * All blocks in braces. Braces in strings and comments do not count, as far as common syntax
   * tells.
   */
  private List<Block> braceBlocks() {
    var blocks = new ArrayList<Block>();
    Deque<Open> open = new ArrayDeque<>();
    var header = new StringBuilder();
    int headerLine = 1;
    boolean comment = false;
    for (int number = 1; number <= lines.size(); number++) {
      String line = line(number);
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (comment) {
          comment = !line.startsWith("*/", i);
          i += comment ? 0 : 1;
        } else if (line.startsWith("/*", i)) {
          comment = true;
          i++;
        } else if (line.startsWith("//", i)) {
          break;
        } else if (c == '"' || c == '\'' || c == '`') {
          i = endOfString(line, i);
        } else if (c == '{') {
          open.push(new Open(headerLine, header.toString().strip()));
          header.setLength(0);
        } else if (c == '}') {
          if (!open.isEmpty()) {
            Open block = open.pop();
            blocks.add(new Block(new Range(block.line(), number), block.header()));
          }
          header.setLength(0);
        } else if (c == ';') {
          header.setLength(0);
        } else if (header.length() < 1000) {
          if (header.length() == 0) {
            if (Character.isWhitespace(c)) {
              continue;
            }
            headerLine = number;
          }
          header.append(c);
        }
      }
      header.append(header.length() == 0 ? "" : " ");
    }
    return blocks;
  }

  /** Index of the closing quote on the same line; of the opening one where there is none. */
  private static int endOfString(String line, int start) {
    for (int i = start + 1; i < line.length(); i++) {
      if (line.charAt(i) == '\\') {
        i++;
      } else if (line.charAt(i) == line.charAt(start)) {
        return i;
      }
    }
    return start;
  }

  @SafeVarargs
  private static List<Range> merged(List<Range>... ranges) {
    var sorted = new ArrayList<Range>();
    for (List<Range> some : ranges) {
      sorted.addAll(some);
    }
    sorted.sort(Comparator.comparingInt(Range::first));
    var merged = new ArrayList<Range>();
    for (Range next : sorted) {
      Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && next.first() <= last.last() + JOINED_GAP) {
        merged.set(merged.size() - 1, new Range(last.first(), Math.max(last.last(), next.last())));
      } else {
        merged.add(next);
      }
    }
    return merged;
  }

  private String line(int number) {
    return lines.get(number - 1);
  }

  private static int indent(String line) {
    int width = 0;
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '\t') {
        width += 8 - width % 8;
      } else if (line.charAt(i) == ' ') {
        width++;
      } else {
        break;
      }
    }
    return width;
  }
}
