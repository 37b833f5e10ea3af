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
  private static final String HTTP = "http: panic serving ";

  private static final int MESSAGE = 1;
  private static final int GOROUTINE = 2;
  private static final int CALL = 3;
  private static final int PLACE = 4;
  private static final int GAP = 5;
  private static final int CLOSED = 6;

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
    if (line.startsWith("goroutine ", indent) && line.stripTrailing().endsWith("]:")) {
      return GOROUTINE;
    }
    switch (state) {
      case MESSAGE:
        boolean other = LinePrefix.startsRecord(line) || line.startsWith("Traceback (");
        return !other || line.startsWith("[signal ") ? MESSAGE : END;
      case GOROUTINE, PLACE:
        if (blank) {
          return state == PLACE ? GAP : END;
        }
        return isCall(line, indent)
            ? CALL
            : line.startsWith("exit status ") && state == PLACE ? CLOSED : END;
      case CALL:
        return isPlace(line, indent) ? PLACE : END;
      case GAP:
        return blank ? GAP : line.startsWith("exit status ") ? CLOSED : END;
      default:
        return END;
    }
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case PLACE, CLOSED -> Holds.WHOLE;
      case GAP -> Holds.TENTATIVE;
      case GOROUTINE, CALL -> Holds.PART;
      default -> Holds.NOTHING;
    };
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
      if (line.startsWith("goroutine ", indent)) {
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

  /**
   * {@code shop/store.(*Store).Load(0xc0000, {0x1, 0x2})}, {@code created by main.main in goroutine
   * 1}.
   */
  private static boolean isCall(String line, int indent) {
    if (indent > 1 || indent == line.length()) {
      return false;
    }
    if (line.startsWith("created by ", indent)) {
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
    int suffix =
        line.indexOf(".go:", indent) >= 0
            ? line.indexOf(".go:", indent) + 3
            : line.indexOf(".s:", indent) + 2;
    String file = line.substring(indent, suffix);
    int number = TraceText.number(line, suffix + 1);
    String function = function(call);
    boolean inApp = !library.contains(file) && !library.contains(function);
    return new Frame(file, number < 0 ? null : number, function, null, inApp, null);
  }

  private static String function(String call) {
    if (call.startsWith("created by ")) {
      String name = call.substring("created by ".length());
      int in = name.indexOf(" in goroutine ");
      return in < 0 ? name : name.substring(0, in);
    }
    if (!call.endsWith(")")) {
      return call;
    }
    int depth = 0;
    for (int i = call.length() - 1; i > 0; i--) {
      if (call.charAt(i) == ')') {
        depth++;
      } else if (call.charAt(i) == '(' && --depth == 0) {
        return call.substring(0, i);
      }
    }
    return call;
  }
}
