package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Stack traces of V8 (Node.js, Deno, Bun prints alike), as uncaught errors and {@code
 * console.error} print them: with the error's properties and causes in braces behind.
 */
final class JavaScriptParser implements TraceParser {
  private static final int FRAMES = 1;
  private static final int PROPERTIES = 2;
  private static final int CLOSED = 3;
  private static final int GAP = 4;
  private static final int CAUSE_MESSAGE = 5;
  private static final int PLACE = 6;
  private static final int SOURCE = 7;
  private static final int CARET = 8;
  private static final int VALUE = 9;

  /** Before Node.js 15; the frames of an error follow, of another value nothing does. */
  private static final String REJECTED = "UnhandledPromiseRejectionWarning: ";

  /** What is thrown need not be an error; V8 calls anything that nobody caught so. */
  private static final String UNCAUGHT = "Uncaught";

  private static final int MAX_DEPTH = 20;

  private final LibraryFrames library = LibraryFrames.of("javascript");

  @Override
  public String language() {
    return "javascript";
  }

  @Override
  public Start start(String line, List<String> before) {
    int bracket = bracketedError(line);
    if (bracket >= 0) {
      return new Start(PROPERTIES, bracket);
    }
    if (isPlaceAlone(line)) {
      return new Start(PLACE, 0);
    }
    int rejected = line.indexOf(REJECTED);
    if (rejected >= 0) {
      String value = line.substring(rejected + REJECTED.length());
      boolean told = value.startsWith("Unhandled promise rejection. ");
      return told || ErrorHeader.findAny(value) != null ? null : new Start(CLOSED, rejected);
    }
    int frame = frameStart(line);
    if (frame < 0
        || before.isEmpty()
        || ErrorHeader.findAny(withoutUncaught(before.get(0))) == null) {
      return null;
    }
    return new Start(opensProperties(line) ? PROPERTIES : FRAMES, frame, before.size());
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    boolean blank = indent == line.length();
    switch (state) {
      case PLACE:
        return blank ? END : SOURCE;
      case SOURCE:
        return isCaret(line, indent) ? CARET : END;
      case CARET:
        return blank || LinePrefix.startsRecord(line) && line.charAt(0) != '{' ? END : VALUE;
      case VALUE:
        boolean object = line.startsWith("}") || indent > 0 && !blank;
        return object || line.startsWith("(Use `node --trace-uncaught ")
            ? VALUE
            : blank ? GAP : END;
      default:
        break;
    }
    if (state == PROPERTIES) {
      // One space may be left of a logger's prefix.
      if (indent <= 1 && line.startsWith("}", indent)) {
        return CLOSED;
      }
      return indent == 0 && LinePrefix.startsRecord(line) ? END : PROPERTIES;
    }
    if (blank) {
      return state == CAUSE_MESSAGE ? END : GAP;
    }
    if (state == CLOSED || state == GAP) {
      return line.startsWith("Node.js v") ? CLOSED : END;
    }
    if (isFrame(line, indent)) {
      return opensProperties(line) ? PROPERTIES : FRAMES;
    }
    if (isCause(line, indent)) {
      return CAUSE_MESSAGE;
    }
    if (state == FRAMES && line.startsWith("... ", indent) && indent > 0) {
      return FRAMES;
    }
    return state == CAUSE_MESSAGE && !LinePrefix.startsRecord(line) ? CAUSE_MESSAGE : END;
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case GAP -> Holds.TENTATIVE;
      case PROPERTIES -> Holds.PART;
      case PLACE, SOURCE, CARET -> Holds.NOTHING;
      default -> Holds.WHOLE;
    };
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    List<Frame> frames = new ArrayList<>();
    for (String line : lines) {
      int indent = indent(line);
      Frame frame = frameIn(line, indent);
      if (frame != null) {
        frames.add(frame);
      }
    }
    Collections.reverse(frames);
    return frames;
  }

  @Override
  public boolean takesFrames(int state) {
    return state == FRAMES;
  }

  @Override
  public boolean entersWithFrame() {
    return true;
  }

  @Override
  public StackTrace parse(List<String> lines) {
    if (isPlaceAlone(lines.get(0))) {
      return thrownValue(lines);
    }
    if (lines.get(0).startsWith(REJECTED)) {
      String value = lines.get(0).substring(REJECTED.length());
      return new StackTrace(language(), UNCAUGHT, value, List.of(), List.of(), true);
    }
    List<Part> parts = new ArrayList<>();
    Part part = null;
    boolean open = false;
    for (String line : lines) {
      int indent = indent(line);
      if (indent == line.length() || line.startsWith("Node.js v")) {
        continue;
      }
      Frame frame = frameIn(line, indent);
      if (frame != null) {
        if (part != null) {
          part.frames.add(frame);
        }
        open |= opensProperties(line) && indent <= 6 && parts.size() == 1;
      } else if (parts.isEmpty()) {
        open = bracketedError(line) == 0;
        part = new Part(open ? withoutBrackets(line) : withoutUncaught(line));
        parts.add(part);
      } else if (isCause(line, indent) || open && isInnerError(line, indent)) {
        if (parts.size() <= MAX_DEPTH) {
          part = new Part(causeText(line, indent));
          parts.add(part);
        }
      } else if (open && indent <= 1 && line.startsWith("}", indent)) {
        open = false;
      } else if (part != null && part.frames.isEmpty() && !(open && parts.size() == 1)) {
        part.more.add(line);
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    List<StackTrace> causes = new ArrayList<>();
    parts.subList(1, parts.size()).forEach(cause -> causes.add(cause.toTrace(List.of(), true)));
    return parts.get(0).toTrace(causes, !open);
  }

  /** {@code [cause]: RangeError: ...} among the properties, {@code caused by: ...} of loggers. */
  private static boolean isCause(String line, int indent) {
    return line.startsWith("[cause]: ", indent)
        || line.startsWith("caused by: ", indent)
        || line.startsWith("Caused by: ", indent);
  }

  /** A member of an AggregateError's {@code [errors]: [}. */
  private static boolean isInnerError(String line, int indent) {
    if (indent < 4 || line.startsWith("[", indent)) {
      return line.startsWith("[errors]: [", indent)
          && line.length() > indent + 12
          && ErrorHeader.find(line) != null;
    }
    ErrorHeader header = ErrorHeader.find(line);
    return header != null && header.start() == indent;
  }

  private static String causeText(String line, int indent) {
    int colon = line.indexOf(": ", indent);
    boolean labelled = isCause(line, indent) || line.startsWith("[errors]", indent);
    return labelled ? line.substring(colon + 2) : line.substring(indent);
  }

  /** Where an error without frames stands: {@code [AggregateError: All promises …] {}; else -1. */
  private static int bracketedError(String line) {
    int end = end(line);
    if (end < 3 || line.charAt(end - 1) != ']' || !opensProperties(line)) {
      return -1;
    }
    if (line.startsWith("[UnhandledPromiseRejection: ")) {
      return 0;
    }
    ErrorHeader header = ErrorHeader.find(line);
    int bracket = header == null ? -1 : header.start() - 1;
    return bracket >= 0 && line.charAt(bracket) == '[' ? bracket : -1;
  }

  private static String withoutBrackets(String line) {
    return line.substring(1, end(line) - 1);
  }

  /** {@code /app/pay.js:17} and nothing else, which Node.js puts above what was thrown. */
  private static boolean isPlaceAlone(String line) {
    int colon = line.length() > 1_000 ? -1 : line.lastIndexOf(':');
    if (colon < 4
        || colon + 1 == line.length()
        || TraceText.afterNumber(line, colon + 1) != line.length()) {
      return false;
    }
    String file = line.substring(0, colon);
    boolean script =
        file.endsWith("js")
            || file.endsWith("ts")
            || file.endsWith("sx")
            || file.endsWith("evalmachine.<anonymous>");
    return script && file.indexOf(' ') < 0 && (file.indexOf('/') >= 0 || file.indexOf('\\') >= 0);
  }

  private static boolean isCaret(String line, int indent) {
    int end = indent;
    while (end < line.length() && line.charAt(end) == '^') {
      end++;
    }
    return end > indent && TraceText.isBlank(line, end);
  }

  /** A string or an object that was thrown: its place, the source line, carets and the value. */
  private StackTrace thrownValue(List<String> lines) {
    String place = lines.get(0);
    int colon = place.lastIndexOf(':');
    String file = place.substring(0, colon);
    int number = TraceText.number(place, colon + 1);
    String source = lines.size() > 1 ? lines.get(1).strip() : null;
    StringBuilder value = new StringBuilder();
    for (String line : lines.subList(Math.min(3, lines.size()), lines.size())) {
      if (!line.isBlank() && !line.startsWith("(Use `node ") && !line.startsWith("Node.js v")) {
        value.append(value.isEmpty() ? "" : "\n").append(line);
      }
    }
    Frame frame = new Frame(file, number < 0 ? null : number, null, null, isInApp(file), source);
    return new StackTrace(language(), UNCAUGHT, value.toString(), List.of(frame), List.of(), true);
  }

  private static String withoutUncaught(String line) {
    int indent = indent(line);
    return line.startsWith("Uncaught ", indent) ? line.substring(indent + 9) : line;
  }

  private static boolean opensProperties(String line) {
    int end = line.length();
    while (end > 0 && TraceText.isSpace(line.charAt(end - 1))) {
      end--;
    }
    return line.startsWith(" {", end - 2) && end >= 2;
  }

  private static int frameStart(String line) {
    int at = line.indexOf("at ");
    while (at > 0) {
      if (TraceText.isSpace(line.charAt(at - 1)) && isFrame(line, at)) {
        int start = at;
        while (start > 0 && TraceText.isSpace(line.charAt(start - 1))) {
          start--;
        }
        // Prose has one space: "error at file.js:1:2".
        return start == 0 || at - start >= 2 || line.charAt(at - 1) == '\t' ? start : -1;
      }
      at = at > 600 ? -1 : line.indexOf("at ", at + 3);
    }
    return -1;
  }

  private static boolean isFrame(String line, int at) {
    if (!line.startsWith("at ", at)) {
      return false;
    }
    int end = end(line);
    if (end > at && line.charAt(end - 1) == ')') {
      int open = placeStart(line, at, end);
      return open > 0 && isPlace(line, open + 2, end - 1);
    }
    int from = line.startsWith("async ", at + 3) ? at + 9 : at + 3;
    return isNumberedPlace(line, from, end) || line.startsWith("<anonymous>", from);
  }

  /** The end without the brace that opens an error's properties. */
  private static int end(String line) {
    int end = line.length();
    while (end > 0 && TraceText.isSpace(line.charAt(end - 1))) {
      end--;
    }
    if (end >= 2 && line.charAt(end - 1) == '{' && line.charAt(end - 2) == ' ') {
      end -= 2;
    }
    return end;
  }

  /** Where the " (" before the place stands; places of eval hold brackets themselves. */
  private static int placeStart(String line, int at, int end) {
    int depth = 0;
    for (int i = end - 1; i > at; i--) {
      char c = line.charAt(i);
      if (c == ')') {
        depth++;
      } else if (c == '(' && --depth == 0) {
        return line.charAt(i - 1) == ' ' ? i - 1 : -1;
      }
    }
    return -1;
  }

  private static boolean isPlace(String line, int from, int end) {
    return isNumberedPlace(line, from, end)
        || line.startsWith("<anonymous>", from)
        || line.startsWith("native", from)
        || line.startsWith("index ", from)
        || line.startsWith("eval at ", from)
        || line.startsWith("wasm:", from);
  }

  /** {@code path:line:column}. */
  private static boolean isNumberedPlace(String line, int from, int end) {
    if (end <= from || line.charAt(end - 1) < '0' || line.charAt(end - 1) > '9') {
      return false;
    }
    int column = line.lastIndexOf(':', end - 1);
    int row = column <= from ? -1 : line.lastIndexOf(':', column - 1);
    return row > from
        && TraceText.afterNumber(line, column + 1) == end
        && end > column + 1
        && TraceText.afterNumber(line, row + 1) == column
        && column > row + 1;
  }

  /** The frame that stands in the line behind its indent; null if there is none. */
  private Frame frameIn(String line, int indent) {
    return isFrame(line, indent) ? frame(line, indent + 3) : null;
  }

  private Frame frame(String line, int from) {
    int end = end(line);
    int start = line.startsWith("async ", from) ? from + 6 : from;
    String function = null;
    int placeFrom = start;
    int placeEnd = end;
    if (line.charAt(end - 1) == ')') {
      int open = placeStart(line, from - 3, end);
      function = open > start ? line.substring(start, open) : null;
      placeFrom = open + 2;
      placeEnd = end - 1;
    }
    if (!isNumberedPlace(line, placeFrom, placeEnd)) {
      String place = line.substring(placeFrom, placeEnd);
      return new Frame(
          place.startsWith("<anonymous>") ? null : place, null, function, null, false, null);
    }
    int column = line.lastIndexOf(':', placeEnd - 1);
    int row = line.lastIndexOf(':', column - 1);
    String file = line.substring(placeFrom, row);
    int number = TraceText.number(line, row + 1);
    return new Frame(file, number < 0 ? null : number, function, null, isInApp(file), null);
  }

  private boolean isInApp(String file) {
    String path = file.startsWith("file://") ? file.substring("file://".length()) : file;
    return !library.contains(path.replace('\\', '/'));
  }

  private final class Part {
    private final String header;
    private final List<String> more = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();

    Part(String header) {
      this.header = header;
    }

    StackTrace toTrace(List<StackTrace> causedBy, boolean complete) {
      ErrorHeader found = ErrorHeader.findAny(header);
      String type = found == null ? "Error" : found.type();
      String message = found == null ? header.strip() : ErrorHeader.message(found, more);
      // What rejected a promise with no error is all the same to Node.js; the message tells.
      boolean told = type.equals("UnhandledPromiseRejection");
      List<Frame> outermostFirst = new ArrayList<>(told ? List.of() : frames);
      Collections.reverse(outermostFirst);
      return new StackTrace(language(), type, message, outermostFirst, causedBy, complete);
    }
  }
}
