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
      return null;
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

  @Override
  public int next(int state, String line, boolean sameEvent) {
    int indent = indent(line);
    if (line.startsWith(BACKTRACE, indent)) {
      return state == CLOSED || state == FRAMES ? END : FRAMES;
    }
    if (line.startsWith(NOTE, indent)) {
      return CLOSED;
    }
    return switch (state) {
      case FIRST -> MESSAGE;
      case MESSAGE, OLD ->
          indent == line.length() || LinePrefix.startsRecord(line) || line.startsWith("thread '")
              ? END
              : sameEvent || indent > 0 ? state : END;
      case FRAMES -> isFrame(line, indent) || line.startsWith("at ", indent) ? FRAMES : END;
      default -> END;
    };
  }

  @Override
  public Holds holds(int state) {
    return state == FIRST ? Holds.PART : Holds.WHOLE;
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

  private boolean isLibrary(String function) {
    return library.contains(function);
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
