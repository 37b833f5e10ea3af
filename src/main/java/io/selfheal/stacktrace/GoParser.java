package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;
import static io.selfheal.stacktrace.TraceText.isBlank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Go's panics and fatal errors with the goroutines printed behind. The first goroutine is the one
 * that failed; the others are part of the text only.
 */
final class GoParser implements TraceParser {
  private static final String PANIC = "panic: ";
  private static final String FATAL = "fatal error: ";
  private static final String CREATED_BY = "created by ";
  private static final String HTTP = "http: panic serving ";

  private static final int MESSAGE = 1;
  private static final int GOROUTINE = 2;
  private static final int CALL = 3;
  private static final int PLACE = 4;
  private static final int GAP = 5;
  private static final int CLOSED = 6;

  /** Of the goroutines that did not fail. */
  private static final int OTHER = 7;

  private static final int OTHER_CALL = 8;
  private static final int OTHER_PLACE = 9;

  private final LibraryFrames library = LibraryFrames.of("go");

  @Override
  public String language() {
    return "go";
  }

  @Override
  public Start start(String line, List<String> before) {
    int at = line.indexOf(PANIC);
    if (at >= 0 && isStart(line, at)) {
      return new Start(MESSAGE, at);
    }
    at = line.indexOf(FATAL);
    if (at >= 0 && isStart(line, at)) {
      return new Start(MESSAGE, at);
    }
    at = line.indexOf(HTTP);
    return at >= 0 && at < 200 ? new Start(MESSAGE, at) : null;
  }

  /** At the line's start or behind a prefix, not within prose. */
  private static boolean isStart(String line, int at) {
    if (at < 2) {
      return at == 0;
    }
    char last = line.charAt(at - 1);
    boolean punctuated = last == '=' || last == ' ' && "|:])-".indexOf(line.charAt(at - 2)) >= 0;
    return at < 200 && (punctuated || TraceText.isSpace(last) && LinePrefix.startsRecord(line));
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    boolean blank = indent == line.length();
    if (isGoroutine(line, indent)) {
      return state == MESSAGE ? GOROUTINE : OTHER;
    }
    switch (state) {
      case MESSAGE:
        boolean other = LinePrefix.startsRecord(line) || line.startsWith("Traceback (");
        return !other || line.startsWith("[signal ") ? MESSAGE : END;
      case GOROUTINE, PLACE, OTHER, OTHER_PLACE:
        boolean place = state == PLACE || state == OTHER_PLACE;
        if (blank) {
          return place ? GAP : END;
        }
        if (isCall(line, indent)) {
          return state == GOROUTINE || state == PLACE ? CALL : OTHER_CALL;
        }
        return line.startsWith("exit status ") && place ? CLOSED : END;
      case CALL:
        return isPlace(line, indent) ? PLACE : END;
      case OTHER_CALL:
        return isPlace(line, indent) ? OTHER_PLACE : END;
      case GAP:
        return blank ? GAP : line.startsWith("exit status ") ? CLOSED : END;
      default:
        return END;
    }
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case PLACE, OTHER_PLACE, CLOSED -> Holds.WHOLE;
      case GAP -> Holds.TENTATIVE;
      case GOROUTINE, CALL, OTHER, OTHER_CALL -> Holds.PART;
      default -> Holds.NOTHING;
    };
  }

  /**
   * The function, or the file and the line: arguments and offsets are others each time. In these
   * states calls and places take turns, so that what {@link #frames} finds follows from them.
   */
  @Override
  public boolean hashFrame(int state, String line, TextHash hash) {
    int indent = indent(line);
    if (state == CALL) {
      hash.add(CALL, indent);
      String call = line.strip();
      hash.add(call, functionStart(call), functionEnd(call));
      return true;
    }
    if (state == PLACE) {
      int end = fileEnd(line, indent);
      hash.add(PLACE, TraceText.number(line, end + 1));
      hash.add(line, indent, end);
      return true;
    }
    return false;
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    List<Frame> frames = new ArrayList<>();
    String call = null;
    for (String line : lines) {
      int indent = indent(line);
      if (call != null && isPlace(line, indent)) {
        frames.add(frame(call, line, indent));
        call = null;
      } else {
        // zap prints functions without arguments.
        call = indent == 0 && !line.isEmpty() ? line.strip() : null;
      }
    }
    Collections.reverse(frames);
    return frames;
  }

  @Override
  public StackTrace parse(List<String> lines) {
    String first = lines.get(0);
    String type = first.startsWith(FATAL) ? "fatal error" : "panic";
    int from = first.startsWith(HTTP) ? first.indexOf(": ", HTTP.length()) + 2 : type.length() + 2;
    StringBuilder message = new StringBuilder(first.substring(Math.min(from, first.length())));
    List<String> stack = new ArrayList<>();
    int goroutines = 0;
    boolean runtime = false;
    for (String line : lines.subList(1, lines.size())) {
      int indent = indent(line);
      if (isGoroutine(line, indent)) {
        goroutines++;
      } else if (goroutines == 1) {
        stack.add(line);
      } else if (line.startsWith("runtime stack:", indent)) {
        runtime = true;
      } else if (goroutines == 0
          && !runtime
          && !isBlank(line)
          && !line.startsWith("[signal ", indent)
          && !line.startsWith(PANIC, indent)) {
        message.append('\n').append(line);
      }
    }
    List<Frame> frames = frames(stack);
    return new StackTrace(
        language(), type, message.toString(), frames, List.of(), !frames.isEmpty());
  }

  /** {@code goroutine 34 [running]:}. */
  private static boolean isGoroutine(String line, int indent) {
    return line.startsWith("goroutine ", indent) && line.stripTrailing().endsWith("]:");
  }

  /**
   * {@code shop/store.(*Store).Load(0xc0000, {0x1, 0x2})}, {@code created by main.main in goroutine
   * 1}.
   */
  private static boolean isCall(String line, int indent) {
    if (indent > 1 || indent == line.length()) {
      return false;
    }
    if (line.startsWith(CREATED_BY, indent)) {
      return true;
    }
    if (line.startsWith("...", indent)) {
      return false;
    }
    int end = line.stripTrailing().length();
    return line.charAt(end - 1) == ')' && line.indexOf('(') > indent && line.indexOf(' ') != indent;
  }

  /** {@code /src/shop/main.go:33 +0x39}. */
  private static boolean isPlace(String line, int indent) {
    int go = line.indexOf(".go:", indent);
    if (go < 0) {
      go = line.indexOf(".s:", indent);
    }
    return indent > 0 && go > 0;
  }

  private Frame frame(String call, String line, int indent) {
    int end = fileEnd(line, indent);
    String file = line.substring(indent, end);
    int number = TraceText.number(line, end + 1);
    String function = call.substring(functionStart(call), functionEnd(call));
    boolean inApp = !library.contains(file) && !library.contains(function);
    return new Frame(file, number < 0 ? null : number, function, null, inApp, null);
  }

  private static int fileEnd(String line, int indent) {
    int go = line.indexOf(".go:", indent);
    return go >= 0 ? go + 3 : line.indexOf(".s:", indent) + 2;
  }

  private static int functionStart(String call) {
    return call.startsWith(CREATED_BY) ? CREATED_BY.length() : 0;
  }

  private static int functionEnd(String call) {
    if (call.startsWith(CREATED_BY)) {
      int in = call.indexOf(" in goroutine ", CREATED_BY.length());
      return in < 0 ? call.length() : in;
    }
    if (!call.endsWith(")")) {
      return call.length();
    }
    int depth = 0;
    for (int i = call.length() - 1; i > 0; i--) {
      if (call.charAt(i) == ')') {
        depth++;
      } else if (call.charAt(i) == '(' && --depth == 0) {
        return i;
      }
    }
    return call.length();
  }
}
