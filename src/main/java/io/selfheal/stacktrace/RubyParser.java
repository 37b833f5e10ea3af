package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;
import static io.selfheal.stacktrace.TraceText.isBlank;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Ruby's backtraces: the error first and callers behind, the other way round (Ruby 2.5 to 2.7 on a
 * terminal, {@code order: :bottom}), as loggers and Rails print them, and as AWS Lambda's runtime
 * prints them (a JSON object over several lines).
 */
final class RubyParser implements TraceParser {
  private static final int TOP = 1;
  private static final int TOP_MESSAGE = 2;
  private static final int BOTTOM = 3;
  private static final int BOTTOM_ERROR = 4;
  private static final int BARE = 5;
  private static final int JSON = 6;
  private static final int JSON_CLOSED = 7;
  private static final int SNIPPET = 8;

  private final LibraryFrames library = LibraryFrames.of("ruby");
  private final ObjectMapper json = new ObjectMapper();

  @Override
  public String language() {
    return "ruby";
  }

  @Override
  public Start start(String line, List<String> before) {
    String previous = before.isEmpty() ? "" : before.get(before.size() - 1);
    int in = line.indexOf(":in ");
    if (in < 0) {
      int field = line.indexOf("  \"errorMessage\": ");
      return field >= 0 && previous.stripTrailing().endsWith("{")
          ? new Start(JSON, field, 1)
          : null;
    }
    Place place = Place.find(line, in);
    if (place == null) {
      return null;
    }
    if (place.after.startsWith(": ") && typeStart(line) > 0) {
      return new Start(TOP_MESSAGE, place.start);
    }
    String lead = line.substring(0, place.start);
    if (lead.endsWith(": from ")
        && !before.isEmpty()
        && previous.stripTrailing().endsWith("Traceback (most recent call last):")) {
      return new Start(BOTTOM, bottomStart(line, place.start - ": from ".length()), 1);
    }
    if (!place.after.isBlank() || before.isEmpty() || !isIntroduced(before)) {
      return null;
    }
    return new Start(BARE, leadStart(line, place.start), before.size());
  }

  /** Whether the lines before name an error, so that bare frames are its backtrace. */
  private static boolean isIntroduced(List<String> before) {
    return typeStart(before.get(before.size() - 1)) > 0
        || ErrorHeader.find(before.get(0)) != null
        || scopedTypeEnd(before.get(0)) > 0;
  }

  /**
   * Where the type ends in {@code Errno::ENOENT: No such file}; -1 if the line starts otherwise.
   */
  private static int scopedTypeEnd(String line) {
    int from = 0;
    while (from < line.length() && Character.isUpperCase(line.charAt(from))) {
      int end = from;
      while (end < line.length() && Character.isJavaIdentifierPart(line.charAt(end))) {
        end++;
      }
      if (!line.startsWith("::", end)) {
        return from > 0 && line.startsWith(": ", end) ? end : -1;
      }
      from = end + 2;
    }
    return -1;
  }

  /** Where {@code 12: from } starts, with its spaces. */
  private static int bottomStart(String line, int colon) {
    int from = colon;
    while (from > 0
        && (Character.isDigit(line.charAt(from - 1)) || TraceText.isSpace(line.charAt(from - 1)))) {
      from--;
    }
    return from;
  }

  private static int leadStart(String line, int start) {
    int from = start;
    String lead = line.substring(0, start);
    if (lead.endsWith("from ")) {
      from -= 5;
    }
    while (from > 0 && TraceText.isSpace(line.charAt(from - 1))) {
      from--;
    }
    return from;
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    boolean blank = indent == line.length();
    switch (state) {
      case JSON:
        return line.startsWith("}") ? JSON_CLOSED : blank || indent > 0 ? JSON : END;
      case JSON_CLOSED:
        return END;
      default:
        break;
    }
    if (line.startsWith("... ", indent) && line.indexOf(" levels...", indent) > 0) {
      return state == BOTTOM ? BOTTOM : TOP;
    }
    int in = line.indexOf(":in ");
    Place place = in < 0 ? null : Place.find(line, in);
    if (place == null) {
      // Since 3.1 the source line with carets stands between the message and the callers.
      if (state == SNIPPET || state == TOP_MESSAGE && blank) {
        return LinePrefix.startsRecord(line) ? END : SNIPPET;
      }
      boolean message =
          (state == TOP_MESSAGE || state == BOTTOM_ERROR && sameEvent)
              && !blank
              && !LinePrefix.startsRecord(line);
      return message ? state : END;
    }
    boolean error = place.after.startsWith(": ") && typeStart(line) > 0;
    return switch (state) {
      case TOP, TOP_MESSAGE, SNIPPET ->
          error ? TOP_MESSAGE : line.startsWith("from ", indent) ? TOP : END;
      case BOTTOM, BOTTOM_ERROR ->
          error ? BOTTOM_ERROR : line.indexOf(": from ") > 0 ? BOTTOM : END;
      case BARE -> place.after.isBlank() ? BARE : END;
      default -> END;
    };
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case JSON -> Holds.NOTHING;
      case BOTTOM, SNIPPET -> Holds.TENTATIVE;
      default -> Holds.WHOLE;
    };
  }

  @Override
  public boolean takesFrames(int state) {
    return state == TOP;
  }

  @Override
  public boolean tellsMore(String line) {
    return line.startsWith("... ", indent(line));
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    List<Frame> frames = new ArrayList<>();
    for (String line : lines) {
      Frame frame = frame(line);
      if (frame != null) {
        frames.add(frame);
      }
    }
    Collections.reverse(frames);
    return frames;
  }

  @Override
  public StackTrace parse(List<String> lines) {
    if (lines.size() > 1 && lines.get(1).startsWith("  \"errorMessage\"")) {
      return parseJson(lines);
    }
    boolean bottom =
        lines.get(0).startsWith("Traceback ") || lines.get(0).endsWith("(most recent call last):");
    List<Part> parts = new ArrayList<>();
    List<Frame> waiting = new ArrayList<>();
    Part part = null;
    boolean snippet = false;
    for (String line : lines) {
      int in = line.indexOf(":in ");
      Place place = in < 0 ? null : Place.find(line, in);
      Frame frame = place == null ? null : frame(place);
      boolean error = place != null && place.after.startsWith(": ") && typeStart(line) > 0;
      snippet = frame == null && part != null && (snippet || isBlank(line));
      if (error) {
        part = new Part();
        int type = typeStart(line);
        part.type = line.substring(type, line.lastIndexOf(')'));
        part.message.append(line, place.end + 2, Math.max(place.end + 2, type - 2));
        part.raisedAt = frame;
        part.frames.addAll(waiting);
        part.frames.add(frame);
        waiting.clear();
        parts.add(part);
      } else if (frame != null && bottom) {
        waiting.add(frame);
      } else if (frame != null && part != null) {
        part.frames.add(frame);
      } else if (part == null && !bottom && !isBlank(line)) {
        part = introduced(line);
        parts.add(part);
      } else if (part != null
          && !snippet
          && !line.contains(" levels...")
          && (bottom || part.frames.size() <= 1)) {
        part.message.append('\n').append(line);
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    if (bottom) {
      Collections.reverse(parts);
    } else {
      parts.forEach(one -> Collections.reverse(one.frames));
    }
    List<StackTrace> causes = new ArrayList<>();
    for (Part one : parts.subList(1, parts.size())) {
      // A thread reports its error, and the main thread dies of the same one.
      if (!one.isSame(parts.get(0))) {
        causes.add(one.toTrace(List.of()));
      }
    }
    return parts.get(0).toTrace(causes);
  }

  /** {@code divided by 0 (ZeroDivisionError)} or {@code ZeroDivisionError: divided by 0}. */
  private static Part introduced(String line) {
    Part part = new Part();
    int type = typeStart(line);
    ErrorHeader header = ErrorHeader.find(line);
    if (type > 0) {
      part.type = line.substring(type, line.lastIndexOf(')'));
      String message = line.substring(0, Math.max(0, type - 2));
      int logger = message.indexOf(" -- ");
      int colon = logger < 0 ? -1 : message.indexOf(": ", logger);
      part.message.append(colon < 0 ? message : message.substring(colon + 2));
    } else if (header != null) {
      part.type = header.type();
      // "Shop::OrderError": the other parser's names end at colons.
      int start = header.start();
      while (start > 2 && line.startsWith("::", start - 2)) {
        start -= 2;
        while (start > 0 && Character.isJavaIdentifierPart(line.charAt(start - 1))) {
          start--;
        }
      }
      part.type = line.substring(start, header.start()) + header.type();
      part.message.append(header.message());
    } else if (scopedTypeEnd(line) > 0) {
      int end = scopedTypeEnd(line);
      part.type = line.substring(0, end);
      part.message.append(line.substring(end + 2));
    } else {
      part.type = "Error";
      part.message.append(line);
    }
    return part;
  }

  private StackTrace parseJson(List<String> lines) {
    try {
      JsonNode node = json.readTree("{" + String.join("\n", lines.subList(1, lines.size())));
      List<String> stack = new ArrayList<>();
      node.path("stackTrace").forEach(line -> stack.add(line.asText()));
      return new StackTrace(
          language(),
          node.path("errorType").asText("Error"),
          node.path("errorMessage").asText(""),
          frames(stack),
          List.of(),
          true);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private Frame frame(String line) {
    int in = line.indexOf(":in ");
    Place place = in < 0 ? null : Place.find(line, in);
    return place == null ? null : frame(place);
  }

  private Frame frame(Place place) {
    return new Frame(
        place.file, place.number, place.function, null, !library.contains(place.file), null);
  }

  /** Where the type in {@code message (Type)} begins; -1 if the line does not end so. */
  private static int typeStart(String line) {
    int end = line.stripTrailing().length();
    if (end == 0 || line.charAt(end - 1) != ')') {
      return -1;
    }
    int open = line.lastIndexOf('(', end - 1);
    if (open < 1
        || line.charAt(open - 1) != ' '
        || open + 2 > end
        || !Character.isUpperCase(line.charAt(open + 1))) {
      return -1;
    }
    for (int i = open + 1; i < end - 1; i++) {
      char c = line.charAt(i);
      if (!Character.isJavaIdentifierPart(c) && c != ':') {
        return -1;
      }
    }
    return open + 1;
  }

  private static final class Part {
    private String type;
    private final StringBuilder message = new StringBuilder();
    private final List<Frame> frames = new ArrayList<>();

    /** What stands in the same line as the error; null if nothing does. */
    private Frame raisedAt;

    /** By what the error's own lines tell, so that an outline says the same. */
    boolean isSame(Part other) {
      return raisedAt != null
          && raisedAt.equals(other.raisedAt)
          && type.equals(other.type)
          && message.compareTo(other.message) == 0;
    }

    StackTrace toTrace(List<StackTrace> causes) {
      return new StackTrace("ruby", type, message.toString(), frames, causes, true);
    }
  }

  /** {@code /app/store.rb:8:in `open'}; Ruby 3.4 writes {@code 'Store#open'}. */
  private record Place(int start, int end, String file, int number, String function, String after) {
    static Place find(String line, int in) {
      int quote = in + 4;
      if (quote >= line.length() || line.charAt(quote) != '`' && line.charAt(quote) != '\'') {
        return null;
      }
      int close = line.indexOf("'", quote + 1);
      int colon = line.lastIndexOf(':', in - 1);
      if (close < 0
          || colon <= 0
          || TraceText.afterNumber(line, colon + 1) != in
          || colon + 1 == in) {
        return null;
      }
      int number = TraceText.number(line, colon + 1);
      int start = colon;
      while (start > 0 && !TraceText.isSpace(line.charAt(start - 1))) {
        start--;
      }
      if (number < 0 || start == colon) {
        return null;
      }
      return new Place(
          start,
          close + 1,
          line.substring(start, colon),
          number,
          line.substring(quote + 1, close),
          line.substring(close + 1));
    }
  }
}
