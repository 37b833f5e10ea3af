package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.afterNumber;
import static io.selfheal.stacktrace.TraceText.indent;
import static io.selfheal.stacktrace.TraceText.isBlank;
import static io.selfheal.stacktrace.TraceText.number;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * CPython's tracebacks, 2.7 to 3.14, and the same as AWS Lambda's runtime prints them (error first,
 * frames after, indented with no-break spaces).
 */
final class PythonParser implements TraceParser {
  private static final String TRACEBACK = "Traceback (most recent call last):";
  private static final String GROUP = "+ Exception Group " + TRACEBACK;
  private static final String CAUSE =
      "The above exception was the direct cause of the following exception:";
  private static final String CONTEXT =
      "During handling of the above exception, another exception occurred:";

  /** What built-in and most other exceptions are named like; needed where no traceback tells. */
  private static final List<String> ERROR_ENDINGS =
      List.of("Error", "Exception", "Warning", "Exit", "Interrupt", "StopIteration", "Timeout");

  private static final Set<String> SYNTAX_ERRORS =
      Set.of("SyntaxError", "IndentationError", "TabError");

  /** What a crashed interpreter prints, with the stacks of all threads behind. */
  private static final String FATAL = "Fatal Python error: ";

  private static final String CALL_STACK = "Call stack:";

  /** Type of a traceback that ends before it names its exception. */
  private static final String UNNAMED = "unknown";

  private static final int HEADER = 1;
  private static final int HEADER_NAMED = 2;
  private static final int TRACE = 3;
  private static final int FRAMES = 4;
  private static final int FRAMES_GAP = 5;
  private static final int HEADED_TRACE = 6;
  private static final int HEADED_FRAMES = 7;
  private static final int ERROR = 8;
  private static final int ERROR_GAP = 9;
  private static final int CHAIN = 10;
  private static final int IN_GROUP = 11;
  private static final int SYNTAX = 12;
  private static final int GROUP_END = 13;
  private static final int HEADER_MORE = 14;
  private static final int CRASH = 15;
  private static final int CRASH_THREAD = 16;
  private static final int LOGGING_CALLS = 17;
  private static final int LOGGING_RECORD = 18;

  private static final int MAX_TYPE = 300;
  private static final int MAX_GROUP_DEPTH = 20;

  private final LibraryFrames library = LibraryFrames.of("python");

  @Override
  public String language() {
    return "python";
  }

  @Override
  public Start start(String line, List<String> before) {
    int at = line.indexOf(TRACEBACK);
    if (at >= 0) {
      if (!TraceText.isBlank(line, at + TRACEBACK.length())) {
        return null;
      }
      int group = at - (GROUP.length() - TRACEBACK.length());
      if (group >= 0 && line.startsWith(GROUP, group)) {
        return new Start(
            IN_GROUP, group >= 2 && line.startsWith("  ", group - 2) ? group - 2 : group);
      }
      return new Start(TRACE, at);
    }
    int fatal = line.indexOf(FATAL);
    if (fatal >= 0 && fatal < 200) {
      return new Start(CRASH, fatal);
    }
    int header = line.indexOf("[ERROR] ");
    if (header >= 0 && header < 200) {
      int type = header + "[ERROR] ".length();
      int end = typeEnd(line, type);
      // What other loggers put there begins in lower case.
      boolean plain = line.indexOf('.', type) < 0 || line.indexOf('.', type) > end;
      if (end > type && !(plain && Character.isLowerCase(line.charAt(type)))) {
        return new Start(namesError(line, type, end) ? HEADER_NAMED : HEADER, header);
      }
      return null;
    }
    return isPlaceOnly(line) ? new Start(SYNTAX, 0) : null;
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    boolean blank = indent == line.length();
    switch (state) {
      case HEADER, HEADER_NAMED, HEADER_MORE:
        if (line.startsWith(TRACEBACK)) {
          return HEADED_TRACE;
        }
        boolean message =
            sameEvent && !line.startsWith("at ", indent) && !LinePrefix.startsRecord(line);
        return !message ? END : state == HEADER ? HEADER : HEADER_MORE;
      case TRACE:
        if (indent > 0 && line.startsWith("File \"", indent)) {
          return FRAMES;
        }
        return !blank && indent == 0 && typeEnd(line, 0) > 0 ? ERROR : END;
      case FRAMES, FRAMES_GAP:
        if (blank) {
          return FRAMES_GAP;
        }
        if (indent > 0) {
          return line.startsWith(GROUP, indent) ? END : FRAMES;
        }
        return typeEnd(line, 0) > 0 ? ERROR : END;
      case HEADED_TRACE:
        return indent > 0 && line.startsWith("File \"", indent) ? HEADED_FRAMES : END;
      case HEADED_FRAMES:
        if (blank) {
          return END;
        }
        if (indent > 0) {
          return HEADED_FRAMES;
        }
        // Not Lambda's, but a layout of "[%(levelname)s] %(message)s" with the traceback behind.
        int end = typeEnd(line, 0);
        return end > 0 && namesError(line, 0, end) ? ERROR : END;
      case ERROR:
        if (blank) {
          return ERROR_GAP;
        }
        if (isChain(line)) {
          return CHAIN;
        }
        if (line.equals(CALL_STACK)) {
          return LOGGING_CALLS;
        }
        if (line.startsWith("Logged from file ")) {
          return LOGGING_RECORD;
        }
        if (indent > 0) {
          return line.endsWith(TRACEBACK) ? END : ERROR;
        }
        if (isQuotes(line)) {
          return ERROR;
        }
        return sameEvent && !line.startsWith(TRACEBACK) && !LinePrefix.startsRecord(line)
            ? ERROR
            : END;
      case ERROR_GAP:
        return blank ? ERROR_GAP : isChain(line) ? CHAIN : END;
      case CHAIN:
        if (blank) {
          return CHAIN;
        }
        if (line.startsWith(TRACEBACK)) {
          return TRACE;
        }
        return line.startsWith(GROUP, indent) ? IN_GROUP : END;
      case IN_GROUP:
        return groupState(line, indent, false);
      case GROUP_END:
        return blank ? ERROR_GAP : groupState(line, indent, true);
      case CRASH, CRASH_THREAD:
        return crashState(state, line, indent);
      case LOGGING_CALLS:
        return !blank && indent > 0
            ? LOGGING_CALLS
            : line.startsWith("Message: ") ? LOGGING_RECORD : END;
      case LOGGING_RECORD:
        return line.startsWith("Arguments: ")
                || !blank && (sameEvent || indent > 0) && !LinePrefix.startsRecord(line)
            ? LOGGING_RECORD
            : END;
      case SYNTAX:
        if (indent > 0) {
          return blank ? END : SYNTAX;
        }
        int type = typeEnd(line, 0);
        return type > 0 && SYNTAX_ERRORS.contains(line.substring(0, type)) ? ERROR : END;
      default:
        return END;
    }
  }

  private static int crashState(int state, String line, int indent) {
    if (isThread(line)) {
      return CRASH_THREAD;
    }
    boolean known =
        indent == line.length()
            || line.startsWith("Python runtime state: ")
            || line.startsWith("Extension modules: ")
            || line.startsWith("<no Python frame>", indent)
            || line.startsWith("Current thread's C stack trace")
            || line.startsWith("Binary file \"", indent)
            || line.startsWith("<cannot get C stack", indent);
    if (known) {
      return state;
    }
    boolean frame = line.startsWith("File \"", indent) || line.startsWith("...", indent);
    return state == CRASH_THREAD && indent > 0 && frame ? CRASH_THREAD : END;
  }

  /** {@code Current thread 0x00007f970b61db80 [worker] (most recent call first):}. */
  private static boolean isThread(String line) {
    return (line.startsWith("Current thread 0x") || line.startsWith("Thread 0x"))
        && line.stripTrailing().endsWith("(most recent call first):");
  }

  /** Around the traceback of another process. */
  private static boolean isQuotes(String line) {
    return line.equals("\"\"\"") || line.equals("'''");
  }

  /** A message's further lines stand without a margin, but never behind the closing rule. */
  private static int groupState(String line, int indent, boolean closed) {
    boolean bar = indent < line.length() && line.charAt(indent) == '|';
    boolean rule = line.startsWith("+-", indent);
    if (rule && !isNumbered(line)) {
      return GROUP_END;
    }
    if (bar || rule) {
      return IN_GROUP;
    }
    boolean message = !closed && !line.startsWith(TRACEBACK) && !LinePrefix.startsRecord(line);
    return message ? IN_GROUP : END;
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case HEADER_NAMED,
          HEADED_TRACE,
          HEADED_FRAMES,
          ERROR,
          GROUP_END,
          CRASH,
          CRASH_THREAD,
          LOGGING_CALLS,
          LOGGING_RECORD ->
          Holds.WHOLE;
      case ERROR_GAP, CHAIN, FRAMES_GAP, HEADER_MORE -> Holds.TENTATIVE;
      case FRAMES, IN_GROUP -> Holds.PART;
      default -> Holds.NOTHING;
    };
  }

  @Override
  public boolean takesFrames(int state) {
    return state == FRAMES || state == HEADED_FRAMES;
  }

  /** A source line may stand behind a blank one, apart from its frame. */
  @Override
  public boolean entersWithFrame() {
    return true;
  }

  @Override
  public boolean tellsMore(String line) {
    int indent = indent(line);
    // What is raised is the type of a trace that ends there.
    return line.startsWith("raise ", indent) || line.startsWith(GROUP, indent);
  }

  @Override
  public StackTrace parse(List<String> lines) {
    return lines.get(0).startsWith(FATAL) ? parseCrash(lines) : parse(lines, 0);
  }

  /** The failing thread's calls stand innermost first; other threads are part of the text only. */
  private StackTrace parseCrash(List<String> lines) {
    String first = lines.get(0);
    Part part = new Part();
    part.type = FATAL.substring(0, FATAL.length() - 2);
    part.message.append(first.substring(FATAL.length()));
    boolean current = false;
    for (String line : lines.subList(1, lines.size())) {
      if (isThread(line)) {
        current = line.startsWith("Current ");
      } else if (current) {
        part.frameLine(line, library);
      }
    }
    Collections.reverse(part.frames);
    return part.toTrace(List.of());
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    Part part = new Part();
    for (String line : lines) {
      part.frameLine(line, library);
    }
    return part.frames;
  }

  private StackTrace parse(List<String> lines, int depth) {
    List<Part> parts = new ArrayList<>();
    Part part = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int indent = indent(line);
      if (indent == line.length() || isChain(line) || isQuotes(line)) {
        continue;
      }
      if (part != null && part.type != null && part.isOfLogging(line)) {
        part.loggingLine(line, library);
      } else if (line.startsWith(GROUP, indent)) {
        int end = i;
        while (end < lines.size() && !isChain(lines.get(end))) {
          end++;
        }
        Group group = readGroup(lines.subList(i, end), depth);
        part = group.own;
        part.members = group.members;
        parts.add(part);
        i = end - 1;
      } else if (line.startsWith(TRACEBACK)) {
        if (part == null || !part.header) {
          part = new Part();
          parts.add(part);
        }
        part.traced = true;
      } else if (part != null && part.header && !part.traced) {
        part.message.append('\n').append(line);
      } else if (part == null) {
        part = new Part();
        parts.add(part);
        int header = line.indexOf("[ERROR] ");
        if (header >= 0) {
          part.header = true;
          part.error(line.substring(header + "[ERROR] ".length()));
        } else if (indent == 0 && typeEnd(line, 0) > 0) {
          part.error(line);
        } else {
          part.frameLine(line, library);
        }
      } else if (indent > 0 && (part.type == null || part.header)) {
        part.frameLine(line, library);
      } else if (part.type == null || (part.header && indent == 0)) {
        part.header = false;
        part.error(line);
      } else {
        part.more(line);
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    List<StackTrace> causes = new ArrayList<>(parts.get(parts.size() - 1).members);
    for (int i = parts.size() - 2; i >= 0; i--) {
      causes.add(parts.get(i).toTrace(List.of()));
      causes.addAll(parts.get(i).members);
    }
    return parts.get(parts.size() - 1).toTrace(causes);
  }

  /**
   * Reads an exception group. Each nesting level stands four columns further right behind a margin
   * of bars; a rule with a number opens the next member.
   */
  private Group readGroup(List<String> lines, int depth) {
    List<String> own = new ArrayList<>();
    List<List<String>> members = new ArrayList<>();
    int margin = indent(lines.get(0));
    int inner = -1;
    List<String> member = null;
    boolean nested = false;
    own.add(TRACEBACK);
    for (String line : lines.subList(1, lines.size())) {
      int column = indent(line);
      if (inner < 0 && !(column == margin && line.startsWith("+-+", column))) {
        own.add(afterBar(line, column));
      } else if (inner < 0
          || column == inner
              && line.startsWith("+-", column)
              && isNumbered(line)
              && !line.startsWith("+-+", column)) {
        inner = margin + 2;
        member = new ArrayList<>();
        members.add(member);
        nested = false;
      } else if (column < inner) {
        member.add(line);
      } else if (!nested && line.startsWith("+-+", column)) {
        nested = true;
        asGroup(member);
        member.add("  " + line.substring(inner));
      } else if (nested) {
        member.add("  " + line.substring(inner));
      } else if (line.startsWith("|", column)) {
        String text = afterBar(line, column);
        // A group within the group opens behind this bar; what follows stands as at its own margin.
        nested = text.equals(GROUP.substring(2));
        member.add(nested ? "  " + GROUP : text);
      }
    }
    Group group = new Group();
    StackTrace head = depth < MAX_GROUP_DEPTH ? parse(own, depth + 1) : null;
    group.own = new Part();
    if (head != null) {
      group.own.type = head.exceptionType();
      group.own.message.append(head.message());
      group.own.frames.addAll(head.frames());
    }
    for (List<String> one : members) {
      if (depth < MAX_GROUP_DEPTH) {
        StackTrace trace = parse(one, depth + 1);
        if (trace != null) {
          group.members.add(flat(trace));
          group.members.addAll(trace.causedBy());
        }
      }
    }
    return group;
  }

  /**
   * Gives a group that was never raised, and so has no traceback, the first line of one that was.
   */
  private static void asGroup(List<String> member) {
    int start = member.size();
    while (start > 0 && !isChain(member.get(start - 1))) {
      start--;
    }
    List<String> own = member.subList(start, member.size());
    own.replaceAll(line -> "  | " + line);
    own.add(0, "  " + GROUP);
  }

  /** The rule above a member: {@code +---------------- 2 ----------------}. */
  private static boolean isNumbered(String line) {
    return line.indexOf("- ") > 0;
  }

  private static StackTrace flat(StackTrace trace) {
    return new StackTrace(
        trace.language(),
        trace.exceptionType(),
        trace.message(),
        trace.frames(),
        List.of(),
        trace.complete());
  }

  private static String afterBar(String line, int column) {
    if (column >= line.length()) {
      return "";
    }
    int from = line.charAt(column) == '|' ? column + 1 : column;
    return line.startsWith(" ", Math.min(from, line.length()))
        ? line.substring(from + 1)
        : line.substring(from);
  }

  private static boolean isChain(String line) {
    return line.startsWith("The above exception was") && line.startsWith(CAUSE)
        || line.startsWith("During handling of") && line.startsWith(CONTEXT);
  }

  /** The line {@code File "x.py", line 3} of an error that has no traceback. */
  private static boolean isPlaceOnly(String line) {
    int indent = indent(line);
    if (indent == 0 || !line.startsWith("File \"", indent)) {
      return false;
    }
    int at = line.lastIndexOf("\", line ");
    return at > 0
        && number(line, at + 8) >= 0
        && isBlank(line.substring(afterNumber(line, at + 8)));
  }

  /**
   * Where an exception's type ends that starts at this index: a dotted name before a colon or the
   * line's end; -1 if there is none.
   */
  static int typeEnd(String line, int from) {
    int i = from;
    boolean nameStart = true;
    for (; i < line.length() && i - from < MAX_TYPE; i++) {
      char c = line.charAt(i);
      if (nameStart
          ? Character.isJavaIdentifierStart(c) || c == '<'
          : Character.isJavaIdentifierPart(c) || c == '>') {
        nameStart = false;
      } else if (c == '.' && !nameStart) {
        nameStart = true;
      } else {
        break;
      }
    }
    if (i == from || nameStart) {
      return -1;
    }
    boolean ends = i == line.length() || TraceText.isBlank(line, i);
    boolean colon =
        i < line.length()
            && line.charAt(i) == ':'
            && (i + 1 == line.length() || TraceText.isSpace(line.charAt(i + 1)));
    return ends || colon ? i : -1;
  }

  private static boolean namesError(String line, int from, int end) {
    for (String ending : ERROR_ENDINGS) {
      if (end - from >= ending.length() && line.startsWith(ending, end - ending.length())) {
        return true;
      }
    }
    return false;
  }

  private static final class Group {
    private Part own;
    private final List<StackTrace> members = new ArrayList<>();
  }

  /** One exception of a chain, as it is being read. */
  private static final class Part {
    private boolean header;
    private boolean traced;
    private String type;
    private final StringBuilder message = new StringBuilder();
    private Deque<String> undecided;
    private final List<Frame> frames = new ArrayList<>();
    private List<StackTrace> members = List.of();
    private String raised;
    private boolean logging;
    private Part calls;

    private void error(String line) {
      int end = typeEnd(line, 0);
      message.setLength(0);
      if (end < 0) {
        type = UNNAMED;
        message.append(line);
        return;
      }
      type = line.substring(0, end);
      int from = end < line.length() && line.charAt(end) == ':' ? end + 1 : end;
      from = from < line.length() && line.charAt(from) == ' ' ? from + 1 : from;
      message.append(line, from, line.length());
      if (TraceText.isBlank(line, from)) {
        message.setLength(0);
      }
    }

    /**
     * A line behind the message. Notes (PEP 678) look the same as a message's own further lines, so
     * only what is followed by an indented line, or announced by a colon, counts as message.
     */
    private void more(String line) {
      if (undecided == null) {
        undecided = new ArrayDeque<>();
      }
      undecided.add(line);
      boolean announced = message.length() == 0 || message.charAt(message.length() - 1) == ':';
      if (announced || indent(line) > 0) {
        while (!undecided.isEmpty()) {
          message.append('\n').append(undecided.poll());
        }
      }
    }

    private void frameLine(String line, LibraryFrames library) {
      int indent = indent(line);
      if (line.startsWith("File \"", indent)) {
        Frame frame = frame(line, indent + 6, library);
        if (frame != null) {
          frames.add(frame);
        }
        return;
      }
      if (line.startsWith("raise ", indent)) {
        String source = line.substring(indent);
        int end = raisedTypeEnd(source);
        raised = end > 0 ? source.substring(6, end) : raised;
      }
      if (frames.isEmpty() || indent == line.length()) {
        return;
      }
      Frame last = frames.get(frames.size() - 1);
      if (last.source() == null
          && !line.startsWith("[Previous line repeated", indent)
          && !isMarks(line, indent)) {
        Frame withSource =
            new Frame(
                last.file(),
                last.line(),
                last.function(),
                null,
                last.inApp(),
                line.substring(indent).stripTrailing());
        frames.set(frames.size() - 1, withSource);
      }
    }

    private static Frame frame(String line, int from, LibraryFrames library) {
      int at = line.lastIndexOf("\", line ");
      if (at < from) {
        return lambdaFrame(line, from, library);
      }
      int number = number(line, at + 8);
      if (number < 0) {
        return null;
      }
      int after = afterNumber(line, at + 8);
      // A crashed interpreter leaves out the comma.
      int in = line.startsWith(", in ", after) ? 5 : line.startsWith(" in ", after) ? 4 : 0;
      String function = in > 0 ? line.substring(after + in).stripTrailing() : null;
      String file = line.substring(from, at);
      boolean inApp = !library.contains(file.indexOf('\\') < 0 ? file : file.replace('\\', '/'));
      return new Frame(file, number, function, null, inApp, null);
    }

    /** AWS Lambda's runtime has a way of its own for syntax errors: {@code File "a.py" Line 3}. */
    private static Frame lambdaFrame(String line, int from, LibraryFrames library) {
      int at = line.lastIndexOf("\" Line ");
      int number = at < from ? -1 : number(line, at + 7);
      String file = number < 0 ? "" : line.substring(from, at);
      return number < 0 ? null : new Frame(file, number, null, null, !library.contains(file), null);
    }

    /** The carets and tildes of 3.11 and later, or the caret under a syntax error. */
    private static boolean isMarks(String line, int from) {
      for (int i = from; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c != '^' && c != '~' && !TraceText.isSpace(c)) {
          return false;
        }
      }
      return true;
    }

    /** Whether the line is of what Python's logging prints where a record could not be logged. */
    private boolean isOfLogging(String line) {
      return logging || line.equals(CALL_STACK) || line.startsWith("Logged from file ");
    }

    /** The calls that led to the record are the outer ones of the error within the logging. */
    private void loggingLine(String line, LibraryFrames library) {
      int indent = indent(line);
      if (line.equals(CALL_STACK)) {
        logging = true;
        calls = new Part();
      } else if (line.startsWith("Logged from file ")) {
        // Python 2: "Logged from file app.py, line 5"
        logging = true;
        int comma = line.lastIndexOf(", line ");
        int number = comma < 0 ? -1 : number(line, comma + 7);
        if (number >= 0) {
          String file = line.substring("Logged from file ".length(), comma);
          frames.add(0, new Frame(file, number, null, null, !library.contains(file), null));
        }
      } else if (calls != null && indent > 0) {
        calls.frameLine(line, library);
      } else if (calls != null) {
        frames.addAll(0, calls.frames);
        calls = null;
      }
    }

    private StackTrace toTrace(List<StackTrace> causes) {
      if (calls != null) {
        frames.addAll(0, calls.frames);
        calls = null;
      }
      if (type == null) {
        return unnamed(causes);
      }
      return new StackTrace("python", type, message.toString(), frames, causes, true);
    }

    /** A traceback whose last line is missing: what its last frame tells. */
    private StackTrace unnamed(List<StackTrace> causes) {
      String message = "The log ends before the traceback names its exception";
      return new StackTrace(
          "python", raised == null ? UNNAMED : raised, message, frames, causes, false);
    }

    /** Where the type ends in {@code raise shop.OrderError(...)}; 0 if a value is raised. */
    private static int raisedTypeEnd(String source) {
      int end = 6;
      int name = end;
      while (end < source.length()
          && (Character.isJavaIdentifierPart(source.charAt(end)) || source.charAt(end) == '.')) {
        if (source.charAt(end++) == '.') {
          name = end;
        }
      }
      return name < end && Character.isUpperCase(source.charAt(name)) ? end : 0;
    }
  }
}
