package io.selfheal.prompt;

import io.selfheal.prompt.FocusLines.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one source file defines and what it calls, by name: a light index for Python, Java,
 * JavaScript, TypeScript, C#, Go, Ruby, PHP, Rust and their like. Blocks are found by indentation
 * or by braces, names by the usual shapes of their headers; nothing is resolved.
 */
final class SourceOutline {
  private static final Pattern SOURCE =
      Pattern.compile(
          ".*\\.(?:py|java|kt|scala|groovy|[cm]?[jt]sx?|vue|go|rb|php|rs|cs|fs|swift|ex|exs)");
  private static final Pattern INDENTED = Pattern.compile(".*\\.(?:py|rb|ex|exs)");
  private static final Pattern INDENTED_HEADER =
      Pattern.compile(
          "^\\s*(?:async\\s+)?(?<kind>def|class|module)\\s+(?:self\\.)?(?<name>\\w+[?!]?)");
  private static final Pattern TYPE =
      Pattern.compile(
          "\\b(?:class|interface|enum|record|struct|trait|impl|object|namespace|type)\\s+"
              + "(?:<[^>]*>\\s*)?(?<name>[A-Za-z_$][\\w$]*)");
  private static final Pattern CONTROL =
      Pattern.compile(
          "^(?:if|for|foreach|while|switch|catch|else|try|do|finally|synchronized|lock|select|match"
              + "|loop|unsafe|return|throw|new|case|default|with|using|defer|go)\\b.*",
          Pattern.DOTALL);
  private static final Pattern KEYWORD_FUNCTION =
      Pattern.compile(
          "\\b(?:function\\s*\\*?|fn|fun|func(?:\\s*\\([^)]*\\))?)\\s+(?<name>[A-Za-z_$][\\w$]*)");
  private static final Pattern ASSIGNED_FUNCTION =
      Pattern.compile(
          "(?<name>[A-Za-z_$#][\\w$]*)\\s*[=:]\\s*(?:async\\s*)?"
              + "(?:function\\b|\\([^=]*\\)\\s*(?::[^=]+)?=>|[A-Za-z_$][\\w$]*\\s*=>).*",
          Pattern.DOTALL);
  private static final Pattern METHOD =
      Pattern.compile("(?<![\\w$.@])(?<name>[A-Za-z_$#][\\w$]*)\\s*(?:<[^>(]*>)?\\s*\\(");
  private static final Pattern SHORT_ARROW =
      Pattern.compile(
          "^\\s*(?:export\\s+)?(?:(?:const|let|var)\\s+|exports\\.|module\\.exports\\.)"
              + "(?<name>[\\w$]+)\\s*=\\s*(?:async\\s*)?(?:\\([^)]*\\)|[\\w$]+)\\s*=>\\s*+(?!\\{).*");
  private static final Pattern ANNOTATIONS =
      Pattern.compile("@[\\w.]+(?:\\([^()]*\\))?|\\[[A-Z]\\w*(?:\\([^()]*\\))?\\]");
  private static final Pattern CALL =
      Pattern.compile(
          "(?<![\\w$])(?<name>[A-Za-z_$][\\w$]*[?!]?)\\s*(?:<[\\w, ?<>]*>)?\\(|::\\s*(?<ref>\\w+)");
  private static final Pattern NAME = Pattern.compile("(?<![\\w$])[A-Za-z_$][\\w$]*");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(?:\\.|->|@)(?<name>[A-Za-z_$][\\w$]*)(?!\\s*\\(|[\\w$])");
  private static final Set<String> NO_CALLS =
      Set.of(
          "if",
          "for",
          "while",
          "switch",
          "catch",
          "return",
          "function",
          "def",
          "class",
          "print",
          "len",
          "str",
          "int",
          "range",
          "super",
          "require",
          "and",
          "or",
          "not",
          "in",
          "new",
          "throw",
          "await",
          "typeof",
          "elif",
          "assert",
          "lambda",
          "isinstance",
          "list",
          "dict",
          "set",
          "tuple");
  private static final int MAX_HEADER_LINES = 12;

  private final List<String> lines;
  private final boolean indented;
  private final List<Definition> definitions = new ArrayList<>();

  SourceOutline(String path, String text) {
    this.lines = CodeText.blanked(path, text).lines().toList();
    this.indented = INDENTED.matcher(path).matches();
    if (indented) {
      indentedBlocks();
    } else {
      braceBlocks();
    }
    definitions.sort(
        Comparator.comparingInt((Definition definition) -> definition.range().first())
            .thenComparing(definition -> -definition.range().last()));
  }

  /**
   * A named block.
   *
   * @param type whether it is a class or another type, and not a function
   * @param range its lines, with decorators and annotations
   */
  record Definition(String name, boolean type, Range range) {}

  /** Whether a file of this name has an outline. */
  static boolean isSource(String path) {
    return SOURCE.matcher(path).matches();
  }

  /** In the order of their first lines. */
  List<Definition> definitions() {
    return List.copyOf(definitions);
  }

  List<Definition> named(String name) {
    return definitions.stream().filter(definition -> definition.name().equals(name)).toList();
  }

  /** The innermost function around a line. */
  Optional<Definition> function(int line) {
    return definitions.stream()
        .filter(definition -> !definition.type() && definition.range().contains(line))
        .min(Comparator.comparingInt(definition -> definition.range().size()));
  }

  /** The names that are called in some lines, in order. */
  Set<String> calls(Range range) {
    var calls = new LinkedHashSet<String>();
    Matcher call = CALL.matcher(code(range));
    while (call.find()) {
      String name = call.group("name") == null ? call.group("ref") : call.group("name");
      if (!NO_CALLS.contains(name)) {
        calls.add(name);
      }
    }
    return calls;
  }

  /** All names in some lines, in order. */
  Set<String> names(Range range) {
    var names = new LinkedHashSet<String>();
    Matcher name = NAME.matcher(code(range));
    while (name.find()) {
      names.add(name.group());
    }
    return names;
  }

  /** The fields that some lines read or write, as {@code x.name}. */
  Set<String> attributes(Range range) {
    var names = new LinkedHashSet<String>();
    Matcher name = ATTRIBUTE.matcher(code(range));
    while (name.find()) {
      names.add(name.group("name"));
    }
    return names;
  }

  /** The functions that set a field: {@code self.name =}, {@code this.name =}, {@code @name =}. */
  List<Definition> setting(String field) {
    Pattern assignment =
        Pattern.compile("(?:\\.|->|@)" + Pattern.quote(field) + "\\s*(?:[-+|]?=(?![=>])|\\?\\?=)");
    return definitions.stream()
        .filter(definition -> !definition.type())
        .filter(definition -> assignment.matcher(code(definition.range())).find())
        .toList();
  }

  private String code(Range range) {
    int last = Math.min(range.last(), lines.size());
    return range.first() > last
        ? ""
        : String.join("\n", lines.subList(Math.max(0, range.first() - 1), last));
  }

  private void indentedBlocks() {
    for (int i = 1; i <= lines.size(); i++) {
      Matcher header = INDENTED_HEADER.matcher(lines.get(i - 1));
      if (header.find()) {
        int first = i;
        while (first > 1 && lines.get(first - 2).strip().startsWith("@")) {
          first--;
        }
        definitions.add(
            new Definition(
                header.group("name"),
                !header.group("kind").equals("def"),
                new Range(first, FocusLines.endOfIndentedBlock(lines, i))));
      }
    }
  }

  private record Open(int line, String name, boolean type) {}

  private void braceBlocks() {
    Deque<Open> open = new ArrayDeque<>();
    var header = new ArrayList<String>();
    var current = new StringBuilder();
    int parentheses = 0;
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      shortFunction(number, line);
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '{') {
          header.add(current.toString());
          open.push(named(header, number));
          header.clear();
          current.setLength(0);
          parentheses = 0;
        } else if (c == '}') {
          if (!open.isEmpty()) {
            Open block = open.pop();
            if (block.name() != null) {
              definitions.add(
                  new Definition(block.name(), block.type(), new Range(block.line(), number)));
            }
          }
          header.clear();
          current.setLength(0);
        } else if (c == ';' && parentheses == 0) {
          header.clear();
          current.setLength(0);
        } else {
          parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
          parentheses = Math.max(0, parentheses);
          current.append(c);
        }
      }
      header.add(current.toString());
      current.setLength(0);
      if (header.size() > MAX_HEADER_LINES) {
        header.remove(0);
      }
    }
  }

  /**
   * What the text before a brace names. The fewest last lines that name something are the header:
   * what stands above may be a statement that ends without a semicolon.
   */
  private static Open named(List<String> header, int lastLine) {
    for (int from = header.size() - 1; from >= 0; from--) {
      String text =
          ANNOTATIONS
              .matcher(String.join("\n", header.subList(from, header.size())))
              .replaceAll("")
              .strip();
      if (text.isEmpty() || !balanced(text)) {
        continue;
      }
      Open open = named(text, lastLine - (header.size() - 1 - from));
      if (open != null) {
        int first = open.line();
        while (from > 0 && header.get(from - 1).strip().startsWith("@")) {
          from--;
          first--;
        }
        return new Open(first, open.name(), open.type());
      }
      if (CONTROL.matcher(text).matches()) {
        break;
      }
    }
    return new Open(lastLine, null, false);
  }

  private static Open named(String header, int line) {
    if (CONTROL.matcher(header).matches()) {
      return null;
    }
    int parenthesis = header.indexOf('(');
    Matcher type = TYPE.matcher(parenthesis < 0 ? header : header.substring(0, parenthesis));
    if (type.find() && header.indexOf('=') < 0) {
      return new Open(line, type.group("name"), true);
    }
    Matcher function = KEYWORD_FUNCTION.matcher(header);
    if (function.find()) {
      return new Open(line, function.group("name"), false);
    }
    Matcher assigned = ASSIGNED_FUNCTION.matcher(header);
    if (assigned.find()) {
      return new Open(line, assigned.group("name"), false);
    }
    if (header.endsWith("=>") || header.contains("function") || header.indexOf('=') >= 0) {
      return null;
    }
    Matcher method = METHOD.matcher(header);
    if (method.find() && !header.substring(0, method.start()).matches("(?s).*(?:\\bnew|->)\\s*")) {
      return new Open(line, method.group("name"), false);
    }
    return null;
  }

  private static boolean balanced(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth < 0) {
        return false;
      }
    }
    return depth == 0;
  }

  /** A function that is one expression. */
  private void shortFunction(int number, String line) {
    Matcher arrow = SHORT_ARROW.matcher(line);
    if (arrow.matches()) {
      int last = number;
      while (last < lines.size()
          && last < number + MAX_HEADER_LINES
          && !lines.get(last - 1).strip().endsWith(";")
          && !lines.get(last).isBlank()) {
        last++;
      }
      definitions.add(new Definition(arrow.group("name"), false, new Range(number, last)));
    }
  }
}
