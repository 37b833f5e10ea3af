package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;
import static io.selfheal.stacktrace.TraceText.isBlank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Stack traces of the JVM: Java, Kotlin, Scala and Groovy, as {@code printStackTrace} and loggers
 * print them.
 */
final class JavaParser implements TraceParser {
  private static final String THREAD = "Exception in thread \"";
  private static final String CAUSE = "Caused by: ";
  private static final String WRAPPED = "Wrapped by: ";
  private static final String SUPPRESSED = "Suppressed: ";

  private static final int UNCAUGHT = 1;
  private static final int FRAMES = 2;
  private static final int GAP = 3;
  private static final int CAUSE_MESSAGE = 4;
  private static final int UNCAUGHT_MORE = 5;
  private static final int CAUSE_MORE = 6;

  private final LibraryFrames library = LibraryFrames.of("java");

  @Override
  public String language() {
    return "java";
  }

  @Override
  public Start start(String line, List<String> before) {
    int frame = frameStart(line);
    if (frame >= 0) {
      boolean error = !before.isEmpty() && ErrorHeader.findAny(before.get(0)) != null;
      return error ? new Start(FRAMES, frame, before.size()) : null;
    }
    int thread = line.indexOf(THREAD);
    if (thread >= 0
        && line.indexOf("\" ", thread + THREAD.length()) > 0
        && ErrorHeader.find(line) != null) {
      return new Start(UNCAUGHT, thread);
    }
    return null;
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    boolean uncaught = state == UNCAUGHT || state == UNCAUGHT_MORE;
    boolean cause = state == CAUSE_MESSAGE || state == CAUSE_MORE;
    if (indent == line.length()) {
      return uncaught ? UNCAUGHT_MORE : cause ? CAUSE_MORE : GAP;
    }
    if (isFrame(line, indent)
        || line.startsWith("... ", indent) && line.indexOf(" more", indent) > 0
        || line.startsWith("... ", indent) && line.indexOf(" common frames omitted", indent) > 0) {
      return FRAMES;
    }
    if (line.startsWith(CAUSE, indent)
        || line.startsWith(SUPPRESSED, indent)
        || line.startsWith(WRAPPED, indent)) {
      return uncaught ? END : CAUSE_MESSAGE;
    }
    if (LinePrefix.startsRecord(line) || ErrorHeader.find(line) != null) {
      return END;
    }
    return uncaught ? UNCAUGHT_MORE : cause ? CAUSE_MORE : END;
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      // Only frames behind them tell that these lines are a message's.
      case GAP, UNCAUGHT_MORE, CAUSE_MORE -> Holds.TENTATIVE;
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
      } else if (!line.startsWith("at ", indent) && isCall(line, indent)) {
        frames.add(frame(line, indent));
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
  public boolean tellsMore(String line) {
    return line.startsWith("... ", indent(line));
  }

  @Override
  public boolean ordersCauses(String line) {
    int indent = indent(line);
    return line.startsWith(SUPPRESSED, indent) || line.startsWith(WRAPPED, indent);
  }

  @Override
  public StackTrace parse(List<String> lines) {
    List<Part> causes = new ArrayList<>();
    List<Part> suppressed = new ArrayList<>();
    boolean wrapped = false;
    Part part = null;
    for (String line : lines) {
      int indent = indent(line);
      Frame frame = frameIn(line, indent);
      if (frame != null) {
        if (part != null) {
          part.frames.add(frame);
        }
      } else if (line.startsWith(CAUSE, indent) || line.startsWith(WRAPPED, indent)) {
        wrapped |= line.startsWith(WRAPPED, indent);
        String rest = line.substring(indent + CAUSE.length());
        part = rest.startsWith("[CIRCULAR") ? null : new Part(rest);
        if (part != null) {
          (indent == 0 || suppressed.isEmpty() ? causes : suppressed).add(part);
        }
      } else if (line.startsWith(SUPPRESSED, indent)) {
        part = new Part(line.substring(indent + SUPPRESSED.length()));
        suppressed.add(part);
      } else if (causes.isEmpty()) {
        part = new Part(withoutThread(line));
        causes.add(part);
      } else if (part != null
          && part.frames.isEmpty()
          && !line.startsWith("... ", indent)
          && !isBlank(line)) {
        part.more.add(line);
      }
    }
    if (causes.isEmpty()) {
      return null;
    }
    if (wrapped) {
      Collections.reverse(causes);
    }
    List<StackTrace> causedBy = new ArrayList<>();
    causes.subList(1, causes.size()).forEach(cause -> causedBy.add(cause.toTrace(List.of())));
    suppressed.forEach(one -> causedBy.add(one.toTrace(List.of())));
    return causes.get(0).toTrace(causedBy);
  }

  private static String withoutThread(String line) {
    int thread = line.indexOf(THREAD);
    int end = thread < 0 ? -1 : line.indexOf("\" ", thread + THREAD.length());
    return end < 0 ? line : line.substring(end + 2);
  }

  /** Where the whitespace before a frame starts; -1 if the line is none. */
  private static int frameStart(String line) {
    int at = line.indexOf("at ");
    while (at >= 0) {
      if (isFrame(line, at) && (at == 0 || TraceText.isSpace(line.charAt(at - 1)))) {
        int start = at;
        while (start > 0 && TraceText.isSpace(line.charAt(start - 1))) {
          start--;
        }
        return at == 0 ? -1 : start;
      }
      at = at > 600 ? -1 : line.indexOf("at ", at + 3);
    }
    return -1;
  }

  private static boolean isFrame(String line, int at) {
    return line.startsWith("at ", at) && isCall(line, at + 3);
  }

  /** {@code [loader/][module[@version]/]package.Class.method(File.java:12)}. */
  private static boolean isCall(String line, int from) {
    int open = TraceText.openingBracket(line, from);
    if (open <= from) {
      return false;
    }
    boolean dot = false;
    for (int i = from; i < open; i++) {
      char c = line.charAt(i);
      dot |= c == '.';
      if (!Character.isJavaIdentifierPart(c)
          && "./@-<>[]+~;,=".indexOf(c) < 0
          && !(c == ' ' && i > from)) {
        return false;
      }
    }
    // Kotlin and Scala allow spaces in names, JavaScript puts one before the bracket.
    if (!dot || line.charAt(open - 1) == ' ') {
      return false;
    }
    int close = line.indexOf(')', open);
    if (close < 0) {
      return false;
    }
    String place = line.substring(open + 1, close);
    int colon = place.lastIndexOf(':');
    boolean numbered =
        colon > 0
            && TraceText.number(place, colon + 1) >= 0
            && place.indexOf('/') < 0
            && place.indexOf(' ') < 0;
    return numbered
        || place.endsWith(".java")
        || place.endsWith(".kt")
        || place.endsWith(".scala")
        || place.endsWith(".groovy")
        || place.equals("Native Method")
        || place.equals("Unknown Source")
        || place.equals("<generated>")
        || place.equals("SourceFile");
  }

  /** The frame that stands in the line behind its indent; null if there is none. */
  private Frame frameIn(String line, int indent) {
    return isFrame(line, indent) ? frame(line, indent + 3) : null;
  }

  private Frame frame(String line, int from) {
    int open = line.indexOf('(', from);
    int close = line.indexOf(')', open);
    String call = line.substring(from, open);
    int slash = call.lastIndexOf('/');
    String function = call.substring(slash + 1);
    String module = slash < 0 ? null : moduleName(call.substring(0, slash));
    String place = line.substring(open + 1, close);
    int colon = place.lastIndexOf(':');
    int number = colon < 0 ? -1 : TraceText.number(place, colon + 1);
    String file = number < 0 ? place : place.substring(0, colon);
    return new Frame(
        file, number < 0 ? null : number, function, module, !library.contains(function), null);
  }

  /** {@code app//} and {@code platform/java.sql@17.0.1} without loader and version. */
  private static String moduleName(String text) {
    String module = text.substring(text.lastIndexOf('/') + 1);
    int version = module.indexOf('@');
    module = version < 0 ? module : module.substring(0, version);
    return module.isEmpty() || module.equals("app") ? null : module;
  }

  private final class Part {
    private final String header;
    private final List<String> more = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();

    Part(String header) {
      this.header = header;
    }

    StackTrace toTrace(List<StackTrace> causedBy) {
      ErrorHeader found = ErrorHeader.findAny(header);
      String type = found == null ? header.strip() : found.type();
      String message = found == null ? "" : ErrorHeader.message(found, more);
      List<Frame> outermostFirst = new ArrayList<>(frames);
      Collections.reverse(outermostFirst);
      return new StackTrace(language(), type, message, outermostFirst, causedBy, true);
    }
  }
}
