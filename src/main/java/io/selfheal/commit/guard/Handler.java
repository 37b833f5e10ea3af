package io.selfheal.commit.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program does with an exception: a {@code catch} block, an {@code except} or {@code rescue}
 * clause, Go's {@code if err != nil}, and what stands for one.
 *
 * @param line 1-based line where it begins
 * @param lastLine 1-based line where it ends
 * @param header its first line without needless white space
 * @param types what it catches, without packages; empty for everything
 * @param variable the exception's name; empty without one
 * @param body its code, strings and comments blanked
 */
record Handler(
    int line,
    int lastLine,
    String header,
    Set<String> types,
    Optional<String> variable,
    String body) {
  /** What catches nearly everything. */
  private static final Set<String> BROAD =
      Set.of(
          "Exception", "BaseException", "Throwable", "RuntimeException", "Error", "StandardError");

  private static final Set<String> EVERYTHING = Set.of("BaseException", "Throwable");

  private static final Pattern RAISES = Pattern.compile("\\b(?:raise|throw|rethrow)\\b");

  private static final Pattern PASSES_ON =
      Pattern.compile(
          "\\bpanic!?\\s*\\(|\\breject\\s*\\(|\\bnext\\s*\\(\\s*\\w|\\bfail\\s*\\(|\\babort\\b"
              + "|\\b(?:sys|os|process|System)\\.(?:_?exit|Exit)\\b|\\bexit\\s*\\("
              + "|\\binterrupt\\s*\\(\\s*\\)|\\b(?:completeExceptionally|onError|setException)\\b"
              + "|\\b(?:errors\\.New|fmt\\.Errorf|http\\.Error|status\\.Errorf?)\\s*\\("
              + "|\\breturn\\b[^\\n]*\\b(?:Err|err)[A-Z]\\w*|\\bt\\.(?:Fatal|Error)");

  private static final Pattern LOGS =
      Pattern.compile(
          "(?:\\b_*log|\\b_*Log|(?<=[a-z0-9_$])Log|\\bLOG|_LOG|\\w*[lL]ogger|\\w*LOGGER|\\blogging"
              + "|\\bslog|\\bconsole|\\bsyslog|\\bSentry|\\bsentry_sdk|\\bTimber|\\bErrorLog)\\b"
              + "\\s*(?:\\(|\\.|->|::|\\?\\.)"
              + "|\\blog[_A-Z]\\w*\\s*\\("
              + "|(?:\\.|->|::)(?:error|warn|warning|exception|fatal|critical|severe|debug|info)\\w*\\s*[( ]"
              + "|\\b(?:printStackTrace|print_exc|print_exception|error_log|trigger_error|warn|puts"
              + "|println?|printf|eprintln!|capture_?[eE]xception|report_?[eE](?:rror|xception))\\b"
              + "|\\bSystem\\.err\\b|\\bsys\\.stderr\\b|\\bConsole\\.(?:Error\\.)?Write"
              + "|\\bfmt\\.F?[pP]rint|\\breport\\s*\\(");

  private static final Pattern PYTHON_EXCEPT =
      Pattern.compile("(?m)^([ \\t]*)except\\b\\*?[ \\t]*");
  private static final Pattern PYTHON_SUPPRESS = Pattern.compile("\\bsuppress\\s*\\(");
  private static final Pattern CATCH =
      Pattern.compile("\\bcatch\\b\\s*(?:\\(([^)]*)\\))?\\s*(?:when\\s*\\([^{]*)?\\{");
  private static final Pattern PROMISE_CATCH = Pattern.compile("\\.\\s*catch\\s*\\(");
  private static final Pattern CALLBACK =
      Pattern.compile(
          "(?s)\\s*(?:async\\s+)?(?:function\\b\\s*\\w*\\s*)?\\(?\\s*([\\w$]*)[^)=]*\\)?\\s*(?:=>)?(.*)");
  private static final Pattern RUN_CATCHING =
      Pattern.compile("\\brunCatching\\b|\\.getOr(?:Null|Default|Else)\\b");
  private static final Pattern RUBY_RESCUE = Pattern.compile("(?m)^([ \\t]*)rescue\\b([^\\n]*)");
  private static final Pattern RUBY_MODIFIER =
      Pattern.compile("(?m)^[ \\t]*(?!rescue\\b)\\S[^\\n]*?[ \\t]rescue[ \\t]([^\\n]*)");
  private static final Pattern GO_IF =
      Pattern.compile("\\bif\\b[^{\\n]*\\b(\\w*[eE]rr)\\s*!=\\s*nil\\s*\\{");
  private static final Pattern GO_IGNORED =
      Pattern.compile(
          "(?m)^[ \\t]*_\\s*=\\s*\\w*[eE]rr\\w*[ \\t]*$|^[ \\t]*(?:defer\\s+)?(?:_\\s*=\\s*)?recover\\(\\)"
              + "|\\{\\s*(?:_\\s*=\\s*)?recover\\(\\)\\s*\\}");

  /** All handlers of a file, in no order. */
  static List<Handler> in(Language language, String code) {
    List<Handler> handlers = new ArrayList<>();
    if (language.hasCatchBlocks()) {
      catchBlocks(language, code, handlers);
    }
    switch (language) {
      case PYTHON -> python(code, handlers);
      case JAVASCRIPT -> promises(code, handlers);
      case KOTLIN -> calls(code, RUN_CATCHING, handlers);
      case RUBY -> ruby(code, handlers);
      case GO -> go(code, handlers);
      default -> {
        // none but catch blocks
      }
    }
    return handlers;
  }

  /** Whether the exception ends here, and nobody gets to know of it. */
  boolean isSilent() {
    return !raises()
        && !PASSES_ON.matcher(body).find()
        && !LOGS.matcher(body).find()
        && variable.filter(name -> uses(body, name)).isEmpty();
  }

  boolean raises() {
    return RAISES.matcher(body).find();
  }

  /** Whether it catches what nobody can mean to handle, such as being out of memory. */
  boolean catchesEverything(Language language) {
    return switch (language) {
      case PYTHON, CSHARP -> types.isEmpty() || types.contains("BaseException");
      case RUBY -> types.contains("Exception");
      case JAVA, KOTLIN, PHP -> types.stream().anyMatch(EVERYTHING::contains);
      default -> false;
    };
  }

  /** Whether it catches nearly everything, and the other one did not. */
  boolean isWiderThan(Handler other) {
    return breadth() > other.breadth();
  }

  private int breadth() {
    return types.isEmpty()
        ? 4
        : types.stream()
            .mapToInt(
                type ->
                    EVERYTHING.contains(type)
                        ? 3
                        : type.equals("RuntimeException") ? 1 : BROAD.contains(type) ? 2 : 0)
            .max()
            .orElse(0);
  }

  private static boolean uses(String body, String name) {
    return Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])").matcher(body).find();
  }

  private static void python(String code, List<Handler> handlers) {
    Matcher matcher = PYTHON_EXCEPT.matcher(code);
    while (matcher.find()) {
      int colon = colonAfter(code, matcher.end());
      if (colon < 0) {
        continue;
      }
      String caught = code.substring(matcher.end(), colon).strip();
      String[] parts = caught.split("\\bas\\b");
      int end = endOfIndented(code, colon, matcher.group(1).length());
      handlers.add(
          of(
              code,
              matcher.end(1),
              colon + 1,
              end,
              types(parts[0]),
              parts.length > 1 ? parts[1].strip() : ""));
    }
    calls(code, PYTHON_SUPPRESS, handlers);
  }

  /** What swallows by its name, without a body. */
  private static void calls(String code, Pattern pattern, List<Handler> handlers) {
    Matcher matcher = pattern.matcher(code);
    while (matcher.find()) {
      int line = ChangedFile.lineOf(code, matcher.start());
      handlers.add(
          new Handler(line, line, matcher.group(), Set.of("(named)"), Optional.empty(), ""));
    }
  }

  private static int colonAfter(String code, int from) {
    int depth = 0;
    for (int i = from; i < code.length(); i++) {
      char c = code.charAt(i);
      if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth--;
      } else if (c == ':' && depth == 0) {
        return i;
      } else if (c == '\n' && depth == 0) {
        return -1;
      }
    }
    return -1;
  }

  /** The end of the lines that are indented deeper, blank lines between them included. */
  private static int endOfIndented(String code, int from, int indent) {
    int end = lineEnd(code, from);
    for (int at = end + 1; at < code.length(); ) {
      int next = lineEnd(code, at);
      String line = code.substring(at, next);
      if (!line.isBlank()) {
        if (line.length() - line.stripLeading().length() <= indent) {
          break;
        }
        end = next;
      }
      at = next + 1;
    }
    return end;
  }

  private static int lineEnd(String code, int from) {
    int end = code.indexOf('\n', from);
    return end < 0 ? code.length() : end;
  }

  private static void catchBlocks(Language language, String code, List<Handler> handlers) {
    Matcher matcher = CATCH.matcher(code);
    while (matcher.find()) {
      String caught = matcher.group(1) == null ? "" : matcher.group(1).strip();
      int end = closing(code, matcher.end() - 1);
      handlers.add(
          of(
              code,
              matcher.start(),
              matcher.end(),
              end,
              caughtTypes(language, caught),
              caughtName(language, caught)));
    }
  }

  private static Set<String> caughtTypes(Language language, String caught) {
    return switch (language) {
      case JAVASCRIPT -> Set.of();
      case KOTLIN -> types(caught.substring(caught.indexOf(':') + 1));
      default -> types(caught.replaceAll("\\bfinal\\b", "").replaceAll("\\s+\\$?\\w+\\s*$", ""));
    };
  }

  private static String caughtName(Language language, String caught) {
    if (caught.isEmpty()) {
      return "";
    }
    if (language == Language.KOTLIN || language == Language.JAVASCRIPT) {
      return caught.replaceAll("\\s*:.*", "").strip();
    }
    String[] words = caught.split("\\s+");
    return words.length > 1 ? words[words.length - 1] : "";
  }

  private static void promises(String code, List<Handler> handlers) {
    Matcher matcher = PROMISE_CATCH.matcher(code);
    while (matcher.find()) {
      int end = closing(code, matcher.end() - 1);
      String argument = code.substring(matcher.end(), Math.max(matcher.end(), end));
      boolean inline = argument.contains("=>") || argument.stripLeading().startsWith("function");
      Matcher callback = CALLBACK.matcher(argument);
      if (!inline || !callback.matches()) {
        if (!argument.contains("noop")) {
          continue;
        }
        handlers.add(of(code, matcher.start(), end, end, Set.of(), ""));
        continue;
      }
      int body = matcher.end() + callback.start(2);
      handlers.add(of(code, matcher.start(), body, end, Set.of(), callback.group(1)));
    }
  }

  private static void ruby(String code, List<Handler> handlers) {
    Matcher matcher = RUBY_RESCUE.matcher(code);
    while (matcher.find()) {
      String[] caught = matcher.group(2).split("\\bthen\\b")[0].split("=>");
      int end = endOfIndented(code, matcher.end(), matcher.group(1).length());
      handlers.add(
          of(
              code,
              matcher.end(1),
              matcher.end(),
              end,
              types(caught.length == 0 ? "" : caught[0]),
              caught.length > 1 ? caught[1].strip() : ""));
    }
    Matcher modifier = RUBY_MODIFIER.matcher(code);
    while (modifier.find()) {
      handlers.add(
          of(
              code,
              modifier.start(),
              modifier.start(1),
              modifier.end(),
              Set.of("StandardError"),
              ""));
    }
  }

  private static void go(String code, List<Handler> handlers) {
    Matcher matcher = GO_IF.matcher(code);
    while (matcher.find()) {
      int end = closing(code, matcher.end() - 1);
      handlers.add(of(code, matcher.start(), matcher.end(), end, Set.of(), matcher.group(1)));
    }
    calls(code, GO_IGNORED, handlers);
  }

  private static Handler of(
      String code, int start, int body, int end, Set<String> types, String variable) {
    String header = code.substring(start, Math.max(start, Math.min(body, end)));
    return new Handler(
        ChangedFile.lineOf(code, start),
        ChangedFile.lineOf(code, Math.min(end, code.length())),
        header.strip().replaceAll("\\s+", " "),
        types,
        variable.isEmpty() || variable.equals("_") ? Optional.empty() : Optional.of(variable),
        code.substring(Math.min(body, end), end));
  }

  /** Names such as {@code (ValueError, shop.Broken)} or {@code IOException | SQLException}. */
  private static Set<String> types(String text) {
    Set<String> types = new TreeSet<>();
    Arrays.stream(text.split("[,|()\\s]+"))
        .map(name -> name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('\\')) + 1))
        .map(name -> name.substring(name.lastIndexOf(':') + 1))
        .filter(name -> name.matches("\\w+"))
        .forEach(types::add);
    return types;
  }

  /** The place of the bracket that closes the one at {@code open}; the text's end without one. */
  private static int closing(String code, int open) {
    char opening = code.charAt(open);
    char closing = opening == '{' ? '}' : ')';
    int depth = 0;
    for (int i = open; i < code.length(); i++) {
      if (code.charAt(i) == opening) {
        depth++;
      } else if (code.charAt(i) == closing && --depth == 0) {
        return i;
      }
    }
    return code.length();
  }
}
