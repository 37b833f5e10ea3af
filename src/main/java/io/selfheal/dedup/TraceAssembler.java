package io.selfheal.dedup;

import io.selfheal.logs.LogEvent;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTraces;
import io.selfheal.stacktrace.TextHash;
import io.selfheal.stacktrace.TraceLines;
import io.selfheal.stacktrace.TraceScanner;
import java.time.Instant;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Puts the errors of one log stream together from its events, whether each line is an event or a
 * whole trace is one. Not thread-safe; one instance per stream.
 */
public final class TraceAssembler {
  /**
   * An error.
   *
   * @param timestamp when its first line was logged
   * @param ofLatest whether it took lines from the latest event
   * @param ofEarlier whether it took lines from events before that
   */
  public record Assembled(
      TraceLines lines, Instant timestamp, boolean ofLatest, boolean ofEarlier) {
    /** Reads it. */
    public FoundTrace found() {
      return lines.read();
    }
  }

  private final TraceScanner scanner;
  private final Consumer<Assembled> errors;
  private Instant opened;
  private Instant current;
  private boolean openedByLatest;
  private int eventStart;

  public TraceAssembler(StackTraces traces, Consumer<Assembled> errors) {
    this(traces, (record, timestamp) -> false, errors);
  }

  /**
   * @param repeats asked for each structured record that may hold an error, by its hash and when it
   *     was logged: whether it is dealt with, as a repeat
   * @param errors gets all others
   */
  TraceAssembler(
      StackTraces traces, BiPredicate<TextHash, Instant> repeats, Consumer<Assembled> errors) {
    this.scanner = new TraceScanner(traces, record -> repeats.test(record, current), this::found);
    this.errors = errors;
  }

  /** Whether an error is held that later events may complete. */
  public boolean isOpen() {
    return scanner.isOpen();
  }

  /** Whether the latest event opened what is held. */
  public boolean hasJustOpened() {
    return openedByLatest;
  }

  /** Takes the next event; errors that it ends are handed out at once. */
  public void add(LogEvent event) {
    String text = event.message();
    current = event.timestamp();
    openedByLatest = false;
    eventStart = scanner.lines() + 1;
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    int from = 0;
    boolean several = false;
    boolean returns = text.indexOf('\r') >= 0;
    for (int at = lineEnd(text, from, end, returns);
        at < end;
        at = lineEnd(text, from, end, returns)) {
      line(text.substring(from, at), several);
      several = true;
      boolean both = text.charAt(at) == '\r' && at + 1 < end && text.charAt(at + 1) == '\n';
      from = both ? at + 2 : at + 1;
    }
    line(from == 0 && end == text.length() ? text : text.substring(from, end), several);
    if (several && scanner.isWhole()) {
      finish();
    }
  }

  private static int lineEnd(String text, int from, int end, boolean returns) {
    int newline = text.indexOf('\n', from);
    int at = newline < 0 ? end : Math.min(newline, end);
    if (!returns) {
      return at;
    }
    for (int i = from; i < at; i++) {
      if (text.charAt(i) == '\r') {
        return i;
      }
    }
    return at;
  }

  /** No event follows soon: hands out what is held, if it is an error. */
  public void finish() {
    scanner.finish();
    opened = null;
  }

  private void line(String line, boolean sameEvent) {
    Instant before = opened;
    scanner.line(line, sameEvent);
    if (!scanner.isOpen()) {
      opened = null;
    } else if (before == null || scanner.hasJustOpened()) {
      opened = current;
      openedByLatest = true;
    }
  }

  private void found(TraceLines found) {
    boolean ofEarlier = found.firstLine() < eventStart;
    Instant timestamp = ofEarlier && opened != null ? opened : current;
    errors.accept(new Assembled(found, timestamp, found.lastLine() >= eventStart, ofEarlier));
  }
}
