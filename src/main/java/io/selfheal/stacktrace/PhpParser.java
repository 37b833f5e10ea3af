package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * PHP's uncaught exceptions and fatal errors, and exceptions as Monolog and Laravel print them.
 * Where an error was thrown stands in its first line only; it becomes the innermost frame.
 */
final class PhpParser implements TraceParser {
  private static final String UNCAUGHT = "Fatal error: ";
  private static final String PARSE = "Parse error: ";
  private static final String STACK = "Stack trace:";
  private static final String LARAVEL = "{\"exception\":\"[object] (";
  private static final String PREVIOUS = "[previous exception] [object] (";

  private static final int HEADER = 1;
  private static final int STACK_LINES = 2;
  private static final int CLOSED = 3;
  private static final int GAP = 4;
  private static final int NEXT_HEADER = 5;
  private static final int FATAL = 6;
  private static final int LARAVEL_LINES = 7;

  private final LibraryFrames library = LibraryFrames.of("php");

  @Override
  public String language() {
    return "php";
  }

  @Override
  public Start start(String line, List<String> before) {
    int laravel = line.indexOf(LARAVEL);
    if (laravel >= 0) {
      return new Start(LARAVEL_LINES, 0);
    }
    int stack = line.length() > 600 ? -1 : line.indexOf(STACK);
    if (stack >= 0 && TraceText.isBlank(line, stack + STACK.length())) {
      return isPrinted(before) ? new Start(STACK_LINES, stack, before.size()) : null;
    }
    int at = line.indexOf("error: ");
    if (at < 0) {
      return null;
    }
    int fatal = line.indexOf(UNCAUGHT);
    int error = fatal >= 0 ? fatal : line.indexOf(PARSE);
    if (error < 0 || error > 200) {
      return null;
    }
    int offset = error >= 4 && line.startsWith("PHP ", error - 4) ? error - 4 : error;
    int text =
        indent(line.substring(line.indexOf(": ", error) + 1)) + line.indexOf(": ", error) + 1;
    if (line.startsWith("Uncaught ", text)) {
      return new Start(HEADER, offset);
    }
    return place(line, " on line ") != null ? new Start(FATAL, offset) : null;
  }

  /** An exception cast to text: {@code Shop\Error: message in /app/a.php:12}. */
  private static boolean isPrinted(List<String> before) {
    if (before.isEmpty() || ErrorHeader.find(before.get(0)) == null) {
      return false;
    }
    String last = before.get(before.size() - 1).stripTrailing();
    Place place = place(last, ":");
    return place != null && TraceText.afterNumber(last, last.lastIndexOf(':') + 1) == last.length();
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    boolean blank = indent == line.length();
    if (state == LARAVEL_LINES) {
      boolean part =
          line.startsWith("[stacktrace]", indent)
              || isFrame(line, indent)
              || line.startsWith(PREVIOUS, indent)
              || line.startsWith("\"}", indent)
              || blank;
      return part ? LARAVEL_LINES : END;
    }
    if (line.startsWith(STACK, indent)) {
      return state == HEADER || state == NEXT_HEADER ? STACK_LINES : END;
    }
    return switch (state) {
      case HEADER, NEXT_HEADER -> !LinePrefix.startsRecord(line) ? state : END;
      case STACK_LINES ->
          isFrame(line, indent)
              ? STACK_LINES
              : line.startsWith("thrown in ", indent) ? CLOSED : blank ? GAP : END;
      case GAP ->
          blank
              ? GAP
              : line.startsWith("Next ", indent)
                  ? NEXT_HEADER
                  : line.startsWith("thrown in ", indent) ? CLOSED : END;
      default -> END;
    };
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case HEADER -> Holds.NOTHING;
      case GAP, NEXT_HEADER -> Holds.TENTATIVE;
      default -> Holds.WHOLE;
    };
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    List<Frame> frames = new ArrayList<>();
    for (String line : lines) {
      int indent = indent(line);
      if (isFrame(line, indent)) {
        Frame frame = frame(line, indent);
        if (frame != null) {
          frames.add(frame);
        }
      }
    }
    Collections.reverse(frames);
    return frames;
  }

  @Override
  public StackTrace parse(List<String> lines) {
    return lines.get(0).contains(LARAVEL) ? parseLaravel(lines) : parsePhp(lines);
  }

  private StackTrace parsePhp(List<String> lines) {
    List<StackTrace> chain = new ArrayList<>();
    StringBuilder header = new StringBuilder();
    List<String> stack = new ArrayList<>();
    boolean inStack = false;
    for (String line : lines) {
      int indent = indent(line);
      if (line.startsWith(STACK, indent)) {
        inStack = true;
      } else if (inStack && line.startsWith("Next ", indent)) {
        chain.add(error(header.toString(), stack));
        header.setLength(0);
        header.append(line.substring(indent + 5));
        stack.clear();
        inStack = false;
      } else if (inStack) {
        stack.add(line);
      } else if (header.isEmpty()) {
        boolean fatal = line.contains(UNCAUGHT) || line.contains(PARSE);
        if (!fatal) {
          header.append(fromType(line));
          continue;
        }
        int text = line.indexOf("error: ") + "error: ".length();
        String rest = line.substring(text).stripLeading();
        header.append(rest.startsWith("Uncaught ") ? rest.substring(9) : "Fatal error: " + rest);
      } else {
        header.append('\n').append(line);
      }
    }
    chain.add(error(header.toString(), stack));
    Collections.reverse(chain);
    StackTrace last = chain.get(0);
    return new StackTrace(
        language(),
        last.exceptionType(),
        last.message(),
        last.frames(),
        chain.subList(1, chain.size()),
        true);
  }

  /** The line from its type on, with the type's namespace. */
  private static String fromType(String line) {
    ErrorHeader found = ErrorHeader.find(line);
    int start = found == null ? 0 : found.start();
    while (start > 0
        && (line.charAt(start - 1) == '\\'
            || Character.isJavaIdentifierPart(line.charAt(start - 1)))) {
      start--;
    }
    return line.substring(start);
  }

  private StackTrace error(String header, List<String> stack) {
    Place place = place(header, ":");
    if (place == null) {
      place = place(header, " on line ");
    }
    String text = place == null ? header : header.substring(0, place.start);
    int colon = text.startsWith("Fatal error: ") ? "Fatal error".length() : typeEnd(text);
    String type = colon < 0 ? text.strip() : text.substring(0, colon);
    String message = colon < 0 || colon + 2 > text.length() ? "" : text.substring(colon + 2);
    return trace(type, message, place, stack);
  }

  private StackTrace trace(String type, String message, Place place, List<String> stack) {
    List<Frame> frames = frames(stack);
    if (place != null) {
      frames.add(
          new Frame(place.file, place.line, null, null, !library.contains(place.file), null));
    }
    return new StackTrace(language(), type, message, frames, List.of(), true);
  }

  /** {@code [object] (Shop\Error(code: 0): message at /path.php:12)}. */
  private StackTrace parseLaravel(List<String> lines) {
    List<StackTrace> chain = new ArrayList<>();
    String header = null;
    List<String> stack = new ArrayList<>();
    for (String line : lines) {
      int object = line.indexOf("[object] (");
      if (object >= 0) {
        if (header != null) {
          chain.add(laravelError(header, stack));
        }
        header = line.substring(object + "[object] (".length());
        stack.clear();
      } else {
        stack.add(line);
      }
    }
    chain.add(laravelError(header, stack));
    StackTrace first = chain.get(0);
    return new StackTrace(
        language(),
        first.exceptionType(),
        first.message(),
        first.frames(),
        chain.subList(1, chain.size()),
        true);
  }

  private StackTrace laravelError(String header, List<String> stack) {
    int code = header.indexOf("(code: ");
    int text = code < 0 ? -1 : header.indexOf("): ", code);
    int at = header.lastIndexOf(" at ");
    if (text < 0 || at < text) {
      return trace("Exception", header, null, stack);
    }
    int colon = header.lastIndexOf(':');
    int line = colon < at ? -1 : TraceText.number(header, colon + 1);
    Place place = line < 0 ? null : new Place(at, header.substring(at + 4, colon), line);
    return trace(
        header.substring(0, code).replace("\\\\", "\\"),
        header.substring(text + 3, at),
        place,
        stack);
  }

  private static int typeEnd(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        return i;
      }
      if (!Character.isJavaIdentifierPart(c) && c != '\\' && c != '@') {
        return -1;
      }
    }
    return -1;
  }

  private record Place(int start, String file, int line) {}

  /** The last {@code in /path.php:12} or {@code in /path.php on line 12} of a text. */
  private static Place place(String text, String separator) {
    int in = text.lastIndexOf(" in ");
    int at = in < 0 ? -1 : text.lastIndexOf(separator);
    if (at <= in) {
      return null;
    }
    int line = TraceText.number(text, at + separator.length());
    return line < 0 ? null : new Place(in, text.substring(in + 4, at), line);
  }

  private static boolean isFrame(String line, int indent) {
    return line.startsWith("#", indent)
        && TraceText.afterNumber(line, indent + 1) > indent + 1
        && line.startsWith(" ", TraceText.afterNumber(line, indent + 1));
  }

  /** {@code #0 /path.php(12): Shop\Store->div()}; null for {@code #4 {main}}. */
  private Frame frame(String line, int indent) {
    int from = TraceText.afterNumber(line, indent + 1) + 1;
    String call = line.substring(from);
    if (call.startsWith("{main}")) {
      return null;
    }
    int colon = call.indexOf(": ");
    if (colon < 0) {
      return null;
    }
    String place = call.substring(0, colon);
    String function = function(call.substring(colon + 2));
    int open = place.lastIndexOf('(');
    int number = open < 0 ? -1 : TraceText.number(place, open + 1);
    if (number < 0) {
      return new Frame(null, null, function, null, false, null);
    }
    String file = place.substring(0, open);
    return new Frame(file, number, function, null, !library.contains(file), null);
  }

  private static String function(String call) {
    String name = call.startsWith("{closure") ? call.substring(0, call.indexOf('}') + 1) : null;
    if (name != null && !name.isEmpty()) {
      return name;
    }
    int open = call.indexOf('(');
    return open < 0 ? call : call.substring(0, open);
  }
}
