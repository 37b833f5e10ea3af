package io.selfheal.stacktrace;

import static io.selfheal.stacktrace.TraceText.indent;
import static io.selfheal.stacktrace.TraceText.isBlank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Rust's panics, with and without a backtrace, before and since 1.73 put the message on a line of
 * its own. Without a backtrace the place of the panic is the only frame.
 */
final class RustParser implements TraceParser {
  private static final String PANICKED = " panicked at ";
  private static final String BACKTRACE = "stack backtrace:";
  private static final String NOTE = "note: ";

  private static final int MESSAGE = 1;
  private static final int OLD = 2;
  private static final int FRAMES = 3;
  private static final int CLOSED = 4;
  private static final int FIRST = 5;
  private static final int MESSAGE_MORE = 6;
  private static final int CAUSES = 7;
  private static final int CAUSES_GAP = 8;
  private static final int OVERFLOWN = 9;

  private static final String OVERFLOW = " has overflowed its stack";
  private static final String ABORTING = "thread caused non-unwinding panic. aborting.";

  /** How {@code anyhow} and {@code eyre} print an error that {@code main} returned. */
  private static final String RETURNED = "Error: ";

  private static final String CAUSED_BY = "Caused by:";
  private static final String RETURNED_BACKTRACE = "Stack backtrace:";

  private static final int MAX_MESSAGE_LINES = 40;

  private final LibraryFrames library = LibraryFrames.of("rust");

  @Override
  public String language() {
    return "rust";
  }

  @Override
  public Start start(String line, List<String> before) {
    int panicked = line.indexOf(PANICKED);
    if (panicked < 0) {
      return otherStart(line, before);
    }
    int thread = line.indexOf("thread '");
    if (thread < 0 || thread > panicked) {
      return null;
    }
    String rest = line.substring(panicked + PANICKED.length());
    if (rest.startsWith("'")) {
      return new Start(OLD, thread);
    }
    return rest.stripTrailing().endsWith(":") ? new Start(FIRST, thread) : null;
  }

  private static Start otherStart(String line, List<String> before) {
    int causes = line.length() > 600 ? -1 : line.indexOf(CAUSED_BY);
    if (causes >= 0 && TraceText.isBlank(line, causes + CAUSED_BY.length())) {
      boolean returned = !before.isEmpty() && before.get(0).contains(RETURNED);
      return returned ? new Start(CAUSES, causes, before.size()) : null;
    }
    int overflow = line.indexOf(OVERFLOW);
    int thread = overflow < 0 ? -1 : line.indexOf("thread '");
    return thread >= 0 && thread < overflow ? new Start(OVERFLOWN, thread) : null;
  }

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    if (line.startsWith(ABORTING) && state != CLOSED) {
      return CLOSED;
    }
    if (state == CAUSES || state == CAUSES_GAP) {
      if (indent == line.length()) {
        return CAUSES_GAP;
      }
      if (line.startsWith(RETURNED_BACKTRACE)) {
        return FRAMES;
      }
      return state == CAUSES && indent > 0 ? CAUSES : END;
    }
    if (line.startsWith(BACKTRACE, indent)) {
      return state == CLOSED || state == FRAMES ? END : FRAMES;
    }
    if (line.startsWith(NOTE, indent)) {
      return CLOSED;
    }
    return switch (state) {
      case FIRST -> MESSAGE;
      case MESSAGE, OLD, MESSAGE_MORE ->
          indent == line.length() || LinePrefix.startsRecord(line) || line.startsWith("thread '")
              ? END
              : state != MESSAGE_MORE && (sameEvent || indent > 0) ? state : MESSAGE_MORE;
      case OVERFLOWN -> line.startsWith("fatal runtime error: ") ? CLOSED : END;
      case FRAMES -> isFrame(line, indent) || line.startsWith("at ", indent) ? FRAMES : END;
      default -> END;
    };
  }

  @Override
  public Holds holds(int state) {
    return switch (state) {
      case FIRST -> Holds.PART;
      // A note or a backtrace tells that they are the message's.
      case MESSAGE_MORE, CAUSES_GAP -> Holds.TENTATIVE;
      default -> Holds.WHOLE;
    };
  }

  @Override
  public List<Frame> frames(List<String> lines) {
    List<Frame> frames = new ArrayList<>();
    String function = null;
    for (String line : lines) {
      int indent = indent(line);
      if (isFrame(line, indent)) {
        if (function != null) {
          frames.add(new Frame(null, null, function, null, !isLibrary(function), null));
        }
        function = function(line, indent);
      } else if (function != null && line.startsWith("at ", indent)) {
        Place place = Place.of(line.substring(indent + 3).stripTrailing());
        boolean inApp = !library.contains(place.file) && !isLibrary(function);
        frames.add(new Frame(place.file, place.line, function, null, inApp, null));
        function = null;
      }
    }
    if (function != null) {
      frames.add(new Frame(null, null, function, null, !isLibrary(function), null));
    }
    Collections.reverse(frames);
    return frames;
  }

  @Override
  public StackTrace parse(List<String> lines) {
    String first = lines.get(0);
    if (!first.contains(PANICKED)) {
      int overflow = first.indexOf(OVERFLOW);
      return overflow < 0
          ? parseReturned(lines)
          : new StackTrace(
              language(),
              "stack overflow",
              first.substring(0, overflow + OVERFLOW.length()),
              List.of(),
              List.of(),
              true);
    }
    String rest = first.substring(first.indexOf(PANICKED) + PANICKED.length()).stripTrailing();
    StringBuilder message = new StringBuilder();
    Place place;
    if (rest.startsWith("'")) {
      int close = rest.lastIndexOf("', ");
      place = close < 0 ? null : Place.of(rest.substring(close + 3));
      message.append(rest, 1, close < 0 ? rest.length() : close);
    } else {
      place = Place.of(rest.substring(0, rest.length() - 1));
    }
    List<String> stack = new ArrayList<>();
    boolean inStack = false;
    int messageLines = 0;
    for (String line : lines.subList(1, lines.size())) {
      int indent = indent(line);
      if (line.startsWith(BACKTRACE, indent)) {
        inStack = true;
      } else if (inStack) {
        stack.add(line);
      } else if (!line.startsWith(NOTE, indent)
          && !line.startsWith(ABORTING)
          && messageLines++ < MAX_MESSAGE_LINES
          && !isBlank(line)) {
        message.append(message.isEmpty() ? "" : "\n").append(line);
      }
    }
    List<Frame> frames = frames(stack);
    if (frames.isEmpty() && place != null) {
      frames.add(
          new Frame(place.file, place.line, null, null, !library.contains(place.file), null));
    }
    return new StackTrace(language(), "panic", message.toString(), frames, List.of(), true);
  }

  /** An error that main returned, and what it was caused by, outermost first. */
  private StackTrace parseReturned(List<String> lines) {
    StringBuilder message = new StringBuilder();
    List<StackTrace> causes = new ArrayList<>();
    List<String> stack = new ArrayList<>();
    boolean inCauses = false;
    boolean inStack = false;
    for (String line : lines) {
      int indent = indent(line);
      if (isBlank(line)) {
        continue;
      }
      if (line.startsWith(RETURNED_BACKTRACE)) {
        inStack = true;
      } else if (inStack) {
        stack.add(line);
      } else if (!inCauses && line.startsWith(CAUSED_BY, indent)) {
        inCauses = true;
      } else if (inCauses) {
        int text = isFrame(line, indent) ? TraceText.afterNumber(line, indent) + 2 : indent;
        String cause = line.substring(text);
        causes.add(new StackTrace(language(), "Error", cause, List.of(), List.of(), true));
      } else {
        int error = message.isEmpty() ? line.indexOf(RETURNED) : -1;
        message.append(message.isEmpty() ? "" : "\n");
        message.append(error < 0 ? line : line.substring(error + RETURNED.length()));
      }
    }
    return new StackTrace(language(), "Error", message.toString(), frames(stack), causes, true);
  }

  private boolean isLibrary(String function) {
    return library.contains(function)
        || function.equals("<unknown>")
        || function.equals("main")
        || function.startsWith("core[")
        || function.startsWith("std[")
        || function.startsWith("alloc[");
  }

  /** {@code 5: main::store::find}, {@code 5: 0x5581 - main::store::find}. */
  private static boolean isFrame(String line, int indent) {
    int after = TraceText.afterNumber(line, indent);
    return after > indent && line.startsWith(": ", after);
  }

  private static String function(String line, int indent) {
    String function = line.substring(TraceText.afterNumber(line, indent) + 2).strip();
    int address = function.startsWith("0x") ? function.indexOf(" - ") : -1;
    return address < 0 ? function : function.substring(address + 3);
  }

  /** {@code src/main.rs:3:83}. */
  private record Place(String file, Integer line) {
    static Place of(String text) {
      int column = text.lastIndexOf(':');
      int row = column <= 0 ? -1 : text.lastIndexOf(':', column - 1);
      int line = row < 0 ? -1 : TraceText.number(text, row + 1);
      return line < 0 ? new Place(text, null) : new Place(text.substring(0, row), line);
    }
  }
}
