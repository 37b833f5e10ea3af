package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;
import static io.selfheal.stacktrace.TraceText.isBlank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Stack traces of .NET: C#, F# and Visual Basic, with inner exceptions. */
final class DotNetParser implements TraceParser {
  private static final String INNER = "---> ";
  private static final String END_OF = "--- End of ";

  /** What a frame starts with: .NET Framework prints traces in the system's language. */
  private static final List<String> AT = List.of("at ", "bei ", "à ", "en ", "em ", "в ", "w ");

  private static final int FRAMES = 1;
  private static final int INNER_MESSAGE = 2;
  private static final int GAP = 3;

  /** Behind the last frame of an {@code AggregateException}'s child. */
  private static final String CLOSE = "<---";

  private final LibraryFrames library = LibraryFrames.of("csharp");

  @Override
  public String language() {
    return "csharp";
  }

  @Override
  public Start start(String line, List<String> before) {
    int frame = frameStart(line);
    if (frame < 0 || before.isEmpty()) {
      return null;
    }
    ErrorHeader header = ErrorHeader.findAny(withoutUnhandled(before.get(0)));
    return header == null ? null : new Start(FRAMES, frame, before.size());
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    if (indent == line.length()) {
      return state == INNER_MESSAGE ? END : GAP;
    }
    if (state == GAP) {
      return line.startsWith(INNER + "(Inner Exception #", indent) ? INNER_MESSAGE : END;
    }
    if (isFrame(line, indent) || isEnd(line, indent)) {
      return FRAMES;
    }
    if (line.startsWith(INNER, indent) || line.startsWith("(Inner Exception #", indent)) {
      return INNER_MESSAGE;
    }
    return state == INNER_MESSAGE && !LinePrefix.startsRecord(line) ? INNER_MESSAGE : END;
  }

  @Override
  public Holds holds(int state) {
    return state == INNER_MESSAGE ? Holds.PART : state == GAP ? Holds.TENTATIVE : Holds.WHOLE;
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    List<Frame> frames = new ArrayList<>();
    for (String line : lines) {
      int indent = indent(line);
      if (isFrame(line, indent)) {
        frames.add(frame(line, indent));
      }
    }
    Collections.reverse(frames);
    return frames;
  }

  /**
   * Inner exceptions are announced from the outside in, and their frames printed from the inside
   * out: what stands before "End of inner exception stack trace" is the innermost one's.
   */
  @Override
  public StackTrace parse(List<String> lines) {
    List<Part> all = new ArrayList<>();
    List<Part> open = new ArrayList<>();
    for (String line : lines) {
      int indent = indent(line);
      if (isBlank(line)) {
        continue;
      }
      if (isFrame(line, indent)) {
        if (!open.isEmpty()) {
          open.get(open.size() - 1).frames.add(frame(line, indent));
        }
      } else if (!all.isEmpty() && isEnd(line, indent)) {
        if (isEndOfInner(line, indent) && open.size() > 1) {
          open.remove(open.size() - 1);
        }
      } else if (all.isEmpty()) {
        addErrors(withoutUnhandled(line), all, open);
      } else if (line.indexOf(INNER) >= 0) {
        int inner = line.indexOf(INNER);
        if (inner > indent && !open.isEmpty()) {
          open.get(open.size() - 1).message.append('\n').append(line.substring(0, inner).strip());
        }
        addErrors(line.substring(inner), all, open);
      } else if (!open.isEmpty() && open.get(open.size() - 1).frames.isEmpty()) {
        open.get(open.size() - 1).message.append('\n').append(line);
      }
    }
    if (all.isEmpty()) {
      return null;
    }
    List<StackTrace> causes =
        all.subList(1, all.size()).stream().map(part -> part.toTrace(List.of())).toList();
    return all.get(0).toTrace(causes);
  }

  /** {@code Outer: message ---> Inner: message}, on one line (.NET Framework) or on several. */
  private static void addErrors(String line, List<Part> all, List<Part> open) {
    String rest = line;
    while (rest != null) {
      int inner = rest.indexOf(INNER, 1);
      String text = (inner < 0 ? rest : rest.substring(0, inner)).strip();
      rest = inner < 0 ? null : rest.substring(inner);
      if (text.startsWith("(Inner Exception #")) {
        text = text.substring(text.indexOf(')') + 1).strip();
      }
      if (text.startsWith(INNER)) {
        text = text.substring(INNER.length());
      }
      if (text.startsWith("(Inner Exception #")) {
        text = text.substring(text.indexOf(')') + 1).strip();
      }
      if (text.isEmpty()) {
        continue;
      }
      ErrorHeader header = ErrorHeader.findAny(text);
      Part part =
          new Part(
              header == null ? "Exception" : header.type(),
              header == null ? text : header.message());
      all.add(part);
      open.add(part);
    }
  }

  private static String withoutUnhandled(String line) {
    int at = line.indexOf("Unhandled exception");
    if (at < 0) {
      at = line.indexOf("Unhandled Exception");
    }
    if (at < 0) {
      return line;
    }
    int from = at + "Unhandled exception".length();
    return from < line.length() ? line.substring(from + 1).stripLeading() : line;
  }

  /** The length of the word that a frame at this index starts with; 0 if none does. */
  private static int at(String line, int from) {
    if (line.startsWith("at ", from)) {
      return 3;
    }
    for (String word : AT) {
      if (line.startsWith(word, from)) {
        return word.length();
      }
    }
    return 0;
  }

  /** {@code --- End of inner exception stack trace ---} in whatever language. */
  private static boolean isEnd(String line, int indent) {
    return line.startsWith(END_OF, indent)
        || line.startsWith("--- ", indent) && line.stripTrailing().endsWith(" ---");
  }

  private static boolean isEndOfInner(String line, int indent) {
    return line.contains("inner exception") || indent > 0 && !line.startsWith(END_OF, indent);
  }

  private static int frameStart(String line) {
    int indent = indent(line);
    if (indent >= 2 && isFrame(line, indent)) {
      return 0;
    }
    int at = line.indexOf("at ");
    while (at > 0) {
      if (TraceText.isSpace(line.charAt(at - 1)) && isFrame(line, at)) {
        int start = at;
        while (start > 0 && TraceText.isSpace(line.charAt(start - 1))) {
          start--;
        }
        return start == 0 || at - start >= 2 ? start : -1;
      }
      at = at > 600 ? -1 : line.indexOf("at ", at + 3);
    }
    return -1;
  }

  /** {@code at Shop.Orders.Get(String id) in /src/Orders.cs:line 12}. */
  private static boolean isFrame(String line, int at) {
    int word = at(line, at);
    int open = word == 0 ? -1 : TraceText.openingBracket(line, at);
    if (open <= at + word) {
      return false;
    }
    int name = open;
    // Mono: "at Shop.Orders.Get (System.String id) [0x00007] in /src/Orders.cs:12".
    if (TraceText.isSpace(line.charAt(open - 1))) {
      if (line.indexOf(") [0x", open) < 0) {
        return false;
      }
      name--;
    }
    boolean dot = line.startsWith("lambda_method", at + word);
    for (int i = at + word; i < name; i++) {
      char c = line.charAt(i);
      dot |= c == '.';
      if (!Character.isJavaIdentifierPart(c) && ".<>[]`|,+&* =-@".indexOf(c) < 0) {
        return false;
      }
    }
    int close = line.indexOf(')', open);
    if (!dot || close < 0) {
      return false;
    }
    if (name < open) {
      return line.indexOf(" in ", close) > 0;
    }
    int end = end(line);
    int place = line.indexOf(") in ", open);
    return place >= 0
        ? line.indexOf(":line ", place) > 0 || word != 3 && numberAt(line, place) > 0
        : line.charAt(end - 1) == ')';
  }

  private static int end(String line) {
    String text = line.stripTrailing();
    return text.endsWith(CLOSE) ? text.length() - CLOSE.length() : text.length();
  }

  /** Where the number stands in {@code in C:\\src\\Orders.cs:Zeile 12.}; -1 if there is none. */
  private static int numberAt(String line, int from) {
    int colon = line.lastIndexOf(':');
    int space = colon < from ? -1 : line.indexOf(' ', colon);
    return space > 0 && TraceText.afterNumber(line, space + 1) > space + 1 ? space + 1 : -1;
  }

  private Frame frame(String line, int indent) {
    int from = indent + at(line, indent);
    int open = line.indexOf('(', from);
    if (line.charAt(open - 1) == ' ') {
      return monoFrame(line, from, open);
    }
    String function = line.substring(from, open);
    int in = line.indexOf(") in ", open);
    int number = in < 0 ? -1 : numberAt(line, in);
    String file = number < 0 ? null : line.substring(in + 5, line.lastIndexOf(':'));
    int value = number < 0 ? -1 : TraceText.number(line, number);
    return new Frame(
        file, value < 0 ? null : value, function, null, !library.contains(function), null);
  }

  /** Compiled code has no place but {@code <12b418a7818c4ca0>:0}. */
  private Frame monoFrame(String line, int from, int open) {
    String function = line.substring(from, open - 1);
    int in = line.indexOf(" in ", line.indexOf(") [0x", open));
    String place = in < 0 ? "" : line.substring(in + 4, end(line)).strip();
    int colon = place.lastIndexOf(':');
    boolean known = colon > 0 && !place.startsWith("<");
    int number = known ? TraceText.number(place, colon + 1) : -1;
    return new Frame(
        known ? place.substring(0, colon) : null,
        number < 0 ? null : number,
        function,
        null,
        !library.contains(function),
        null);
  }

  private static final class Part {
    private final String type;
    private final StringBuilder message;
    private final List<Frame> frames = new ArrayList<>();

    Part(String type, String message) {
      this.type = type;
      this.message = new StringBuilder(message);
    }

    StackTrace toTrace(List<StackTrace> causedBy) {
      List<Frame> outermostFirst = new ArrayList<>(frames);
      Collections.reverse(outermostFirst);
      return new StackTrace(
          "csharp", type, message.toString().strip(), outermostFirst, causedBy, true);
    }
  }
}
