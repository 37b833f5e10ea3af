package io.selfheal.stacktrace;

import io.selfheal.stacktrace.TraceParser.Holds;
import io.selfheal.stacktrace.TraceParser.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Finds the errors in the lines of one stream, line by line. A line that is nothing costs a few
 * substring searches. Not thread-safe.
 *
 * <p>A trace holds at most {@value #MAX_LINES} lines and {@value #MAX_BYTES} bytes of UTF-8: of a
 * longer one the middle is left out and it is marked incomplete, so that it stays one error.
 */
public final class TraceScanner {
  static final int MAX_LINES = 2_000;
  static final int MAX_BYTES = 256 * 1024;
  static final int MAX_LINE = 16 * 1024;
  private static final int MAX_BEFORE = 2 * 1024;
  private static final int MAX_HEADER = 40;

  /** How many lines may follow an error's first before it must turn out to be one. */
  private static final int MAX_UNDECIDED = 300;

  /** How many lines are taken for one trace at all, so that a busy stream is not held for ever. */
  private static final int MAX_TAKEN = 20_000;

  private final StackTraces traces;
  private final List<TraceParser> parsers;
  private final StructuredLog structured;
  private final FrameLines frameLines;
  private final Supplier<TextHash> hashes;
  private final TextHash lineHash;
  private final Predicate<TextHash> repeats;
  private final Consumer<TraceLines> found;

  /** Docker cuts lines at 16 KiB, which are at least so many characters. */
  private static final int MIN_DOCKER_PART = 16 * 1024 / 3;

  private int lineNumber;

  /** The first pieces of a line that the container runtime cut; null if there are none. */
  private StringBuilder parts;

  /** How many lines before the current one are pieces of it. */
  private int piecesBefore;

  private String before = "";

  /** Lines that may be an error's first, from one that reads like an error on. */
  private final List<String> header = new ArrayList<>();

  private TraceParser parser;
  private int state;
  private Holds holds;
  private LinePrefix prefix;
  private Kept kept;
  private String textBefore;
  private int firstLine;
  private int lastLine;
  private int openedAt;

  /**
   * @param repeats whether a structured record of this hash needs no more looking at, as it holds
   *     an error that was found in another one of this hash
   * @param found gets each other error when its last line is known
   */
  public TraceScanner(StackTraces traces, Predicate<TextHash> repeats, Consumer<TraceLines> found) {
    this.traces = traces;
    this.repeats = repeats;
    this.parsers = traces.parsers();
    this.frameLines = traces.frameLines();
    this.hashes = traces::newHash;
    this.lineHash = traces.newHash();
    this.structured = traces.structured();
    this.found = found;
  }

  /** How many lines were taken so far. */
  public int lines() {
    return lineNumber;
  }

  /** Whether lines are held that the next line may go on with. */
  public boolean isOpen() {
    return parser != null || !header.isEmpty() || parts != null;
  }

  /** Whether the latest line was the first of what is held. */
  public boolean hasJustOpened() {
    return isOpen() && openedAt == lineNumber;
  }

  /** Whether what is held is an error that nothing is missing from. */
  public boolean isWhole() {
    return parser != null && (holds == Holds.WHOLE || holds == Holds.TENTATIVE);
  }

  /**
   * Takes the next line.
   *
   * @param sameEvent whether it came in the same log event as the line before it
   */
  public void line(String raw, boolean sameEvent) {
    lineNumber++;
    String line = raw.startsWith("{") ? structured.unwrapped(raw) : raw;
    boolean isPart;
    if (!line.equals(raw)) {
      isPart = line.length() >= MIN_DOCKER_PART && !structured.endsLine(raw);
    } else {
      line = LinePrefix.withoutContainer(raw);
      isPart = !line.equals(raw) && LinePrefix.isPart(raw, line);
    }
    if (parts == null && line.equals(raw)) {
      whole(raw, sameEvent);
      return;
    }
    if (parts != null) {
      piecesBefore++;
      if (parts.length() < MAX_BYTES) {
        parts.append(line, 0, Math.min(line.length(), MAX_BYTES));
      }
      if (!isPart) {
        takeParts(sameEvent);
      }
    } else if (isPart) {
      openedAt = isOpen() ? openedAt : lineNumber;
      parts = new StringBuilder(line);
    } else {
      whole(line, sameEvent);
    }
  }

  /** What a container runtime cut into pieces goes on as the one line that it was. */
  private void takeParts(boolean sameEvent) {
    String joined = parts.toString();
    parts = null;
    whole(joined, sameEvent);
    piecesBefore = 0;
  }

  private void whole(String raw, boolean sameEvent) {
    String line = raw;
    if (line.endsWith("\r")) {
      line = line.substring(0, line.length() - 1);
    }
    if (parser != null) {
      boolean full = kept.count >= MAX_TAKEN || kept.count - kept.accepted > MAX_UNDECIDED;
      if (!full && goesOn(line, raw, sameEvent)) {
        return;
      }
      if (!full && belongsToOther(line)) {
        parser = null;
      } else {
        endTrace();
      }
    }
    if (line.isEmpty()) {
      if (!header.isEmpty()) {
        hold(line, raw);
      }
      return;
    }
    if (structured.mayHold(line)) {
      TextHash record = structured.hash(line);
      boolean repeat = record != null && repeats.test(record);
      TraceLines error = repeat ? null : structured.find(line, record, lineNumber);
      if (error != null) {
        found.accept(error);
      }
      if (repeat || error != null) {
        before = "";
        header.clear();
        return;
      }
    }
    if (!open(line, raw)) {
      hold(line, raw);
    }
  }

  /** No line follows: what is held is an error or is nothing. */
  public void finish() {
    if (parts != null) {
      takeParts(false);
    }
    endTrace();
  }

  private void endTrace() {
    header.clear();
    if (parser == null) {
      return;
    }
    TraceParser finished = parser;
    parser = null;
    before = "";
    if (kept.accepted == 0) {
      before = kept.latest();
      return;
    }
    StackTrace outline = traces.read(finished, kept.outline());
    if (outline == null) {
      return;
    }
    Kept lines = kept;
    String lineBefore = textBefore;
    int first = firstLine;
    int last = lastLine;
    found.accept(
        new TraceLines(
            outline,
            kept.wasCut() ? null : kept.hashed,
            first,
            last,
            () -> {
              StackTrace trace =
                  lines.hasUnread() ? traces.read(finished, lines.stripped()) : outline;
              return new FoundTrace(
                  lines.wasCut() ? incomplete(trace) : trace,
                  lineBefore.isBlank()
                      ? lines.raw()
                      : cut(lineBefore, MAX_BEFORE) + "\n" + lines.raw(),
                  first,
                  last);
            }));
  }

  private static StackTrace incomplete(StackTrace trace) {
    return new StackTrace(
        trace.language(),
        trace.exceptionType(),
        trace.message(),
        trace.frames(),
        trace.causedBy(),
        false);
  }

  private boolean open(String line, String raw) {
    List<String> lines =
        !header.isEmpty() ? header : before.isEmpty() ? List.of() : List.of(before);
    for (TraceParser candidate : parsers) {
      Start start = candidate.start(line, lines);
      if (start == null) {
        continue;
      }
      parser = candidate;
      state = start.state();
      prefix = LinePrefix.of(line, start.offset());
      kept = new Kept(hashes.get());
      firstLine = lineNumber - start.before() - piecesBefore;
      if (header.isEmpty() || start.before() == 0) {
        openedAt = lineNumber - piecesBefore;
      }
      textBefore =
          start.before() > 0 && header.isEmpty()
              ? ""
              : start.before() < header.size()
                  ? lines.get(header.size() - start.before() - 1)
                  : before;
      for (String first : lines.subList(lines.size() - start.before(), lines.size())) {
        String stripped = prefix == null ? null : prefix.strip(first);
        keepRead(stripped == null ? first : stripped, first);
      }
      header.clear();
      String first = line.substring(start.offset());
      if (parser.takesFrames(state) && parser.entersWithFrame()) {
        hashLine(first);
        kept.addHashed(first, raw, lineHash, parser.tellsMore(first));
      } else {
        keepRead(first, raw);
      }
      took();
      return true;
    }
    return false;
  }

  /** Keeps the line, as it may be the first of an error or the one before it. */
  private void hold(String line, String raw) {
    String text = raw.length() > MAX_LINE ? raw.substring(0, MAX_LINE) : raw;
    // .NET announces inner exceptions on lines of their own, or behind a message of several lines.
    boolean inner =
        !header.isEmpty()
            && (line.startsWith("---> ", TraceText.indent(line)) || line.contains(" ---> "));
    boolean readsLikeError = !inner && ErrorHeader.find(line) != null;
    boolean twoBlanks =
        text.isBlank() && !header.isEmpty() && header.get(header.size() - 1).isBlank();
    if (!readsLikeError
        && !twoBlanks
        && !header.isEmpty()
        && header.size() < MAX_HEADER
        && !LinePrefix.startsRecord(line)) {
      header.add(text);
      return;
    }
    if (!header.isEmpty()) {
      before = header.get(header.size() - 1);
      header.clear();
    }
    if (readsLikeError) {
      header.add(text);
      openedAt = lineNumber - piecesBefore;
    } else {
      before = text;
    }
  }

  /**
   * Whether what looked like an error of one language turns out to be the first lines of another's:
   * {@code [ERROR] TypeError: x} may be AWS Lambda's Python or any logger's JavaScript.
   */
  private boolean belongsToOther(String line) {
    if (kept.count > MAX_HEADER) {
      return false;
    }
    List<String> lines = kept.rawLines();
    for (TraceParser candidate : parsers) {
      Start start = candidate == parser ? null : candidate.start(line, lines);
      if (start != null && start.before() == lines.size()) {
        header.clear();
        header.addAll(lines);
        before = textBefore;
        return true;
      }
    }
    return false;
  }

  private boolean goesOn(String line, String raw, boolean sameEvent) {
    String stripped = prefix == null ? null : prefix.strip(line);
    return stripped != null && takes(stripped, raw, sameEvent) || takes(line, raw, sameEvent);
  }

  private boolean takes(String line, String raw, boolean sameEvent) {
    boolean framesBefore = parser.takesFrames(state);
    if (framesBefore) {
      hashLine(line);
      lineHash.add(parsers.indexOf(parser));
      lineHash.add(sameEvent ? state : ~state);
      if (frameLines.contains(lineHash)) {
        kept.addHashed(line, raw, lineHash, false);
        took();
        return true;
      }
    }
    int next = parser.next(state, line, sameEvent);
    if (next == TraceParser.END) {
      return false;
    }
    if (next == state && framesBefore) {
      boolean more = parser.tellsMore(line);
      kept.addHashed(line, raw, lineHash, more);
      if (!more) {
        frameLines.add(lineHash);
      }
    } else if (parser.takesFrames(next) && parser.entersWithFrame()) {
      hashLine(line);
      kept.addHashed(line, raw, lineHash, parser.tellsMore(line));
    } else {
      lineHash.reset();
      if (parser.hashFrame(next, line, lineHash)) {
        kept.addHashed(line, raw, lineHash, false);
      } else {
        keepRead(line, raw);
      }
    }
    state = next;
    took();
    return true;
  }

  private void keepRead(String line, String raw) {
    if (parser.ordersCauses(line)) {
      lineHash.reset();
      kept.addHashed(line, raw, lineHash, true);
    } else {
      kept.add(line, raw);
    }
  }

  private void hashLine(String line) {
    lineHash.reset();
    lineHash.add(line);
  }

  private void took() {
    holds = parser.holds(state);
    if (holds == Holds.WHOLE || holds == Holds.PART) {
      kept.accept();
      lastLine = lineNumber;
    }
  }

  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, max - max / 4) + " […] " + text.substring(text.length() - max / 4);
  }

  /** The lines of the open trace: all of them, or its head and its tail. */
  private static final class Kept {
    private static final String GAP = "  [… lines left out …]";

    private record Line(String stripped, String raw, boolean read) {
      int bytes() {
        return utf8Length(raw) + 1;
      }
    }

    private final List<Line> head = new ArrayList<>(32);
    private final List<Line> tail = new ArrayList<>();
    private int headBytes;

    /** What the head may take at most; its bytes are only counted when that is too much. */
    private int headMost;

    private int tailFrom;
    private int tailBytes;
    private int count;
    private int accepted;
    private boolean lineCut;

    /** Hash of the lines about calls, each with its place in the outline. */
    private final TextHash hashed;

    private int unreadCount;

    Kept(TextHash hashed) {
      this.hashed = hashed;
    }

    void addHashed(String stripped, String raw, TextHash hash, boolean read) {
      hashed.add(count - unreadCount);
      hashed.add(hash);
      unreadCount += read ? 0 : 1;
      add(stripped, raw, read);
    }

    void add(String stripped, String raw) {
      add(stripped, raw, true);
    }

    boolean hasUnread() {
      return unreadCount > 0;
    }

    private void add(String stripped, String raw, boolean read) {
      if (raw.length() > MAX_LINE) {
        lineCut = true;
        boolean same = stripped.length() == raw.length();
        raw = cut(raw, MAX_LINE);
        stripped = same ? raw : cut(stripped, MAX_LINE);
      }
      Line line = new Line(stripped, raw, read);
      count++;
      if (tail.isEmpty() && head.size() < MAX_LINES / 2 && fitsHead(line)) {
        head.add(line);
        return;
      }
      tail.add(line);
      tailBytes += line.bytes();
      while (tail.size() - tailFrom > MAX_LINES / 2 || tailBytes > MAX_BYTES / 2 - 1024) {
        tailBytes -= tail.get(tailFrom).bytes();
        tail.set(tailFrom++, null);
      }
      if (tailFrom > MAX_LINES) {
        tail.subList(0, tailFrom).clear();
        tailFrom = 0;
        dropped = true;
      }
    }

    private boolean fitsHead(Line line) {
      if (headMost <= MAX_BYTES / 2) {
        headMost += 3 * line.raw.length() + 1;
        if (headMost <= MAX_BYTES / 2) {
          return true;
        }
        head.forEach(one -> headBytes += one.bytes());
      }
      int bytes = line.bytes();
      if (headBytes + bytes > MAX_BYTES / 2) {
        return false;
      }
      headBytes += bytes;
      return true;
    }

    private boolean dropped;

    List<String> rawLines() {
      List<String> lines = new ArrayList<>();
      head.forEach(line -> lines.add(line.raw));
      return lines;
    }

    String latest() {
      return (tail.isEmpty() ? head.get(head.size() - 1) : tail.get(tail.size() - 1)).raw;
    }

    void accept() {
      accepted = count;
    }

    boolean wasCut() {
      return lineCut || gap();
    }

    private boolean gap() {
      return dropped || tailFrom > 0;
    }

    /** Without the latest lines that turned out not to belong to it. */
    private List<Line> lines() {
      List<Line> lines = head;
      if (!tail.isEmpty()) {
        lines = new ArrayList<>(head);
        lines.addAll(tail.subList(tailFrom, tail.size()));
      }
      return accepted == count
          ? lines
          : lines.subList(0, Math.max(0, lines.size() - (count - accepted)));
    }

    List<String> stripped() {
      List<Line> lines = lines();
      List<String> result = new ArrayList<>(lines.size() + 1);
      for (Line line : lines) {
        if (result.size() == head.size() && gap()) {
          result.add(GAP);
        }
        result.add(line.stripped);
      }
      return result;
    }

    /** The lines that have to be read to tell whether it is an error, and which. */
    List<String> outline() {
      if (wasCut()) {
        return stripped();
      }
      List<Line> lines = lines();
      List<String> result = new ArrayList<>(lines.size() - unreadCount);
      for (Line line : lines) {
        if (line.read) {
          result.add(line.stripped);
        }
      }
      return result;
    }

    String raw() {
      int length = 0;
      for (Line line : lines()) {
        length += line.raw.length() + 1;
      }
      StringBuilder text = new StringBuilder(length + GAP.length());
      int index = 0;
      for (Line line : lines()) {
        if (index > 0) {
          text.append('\n');
        }
        if (index == head.size() && gap()) {
          text.append(GAP).append('\n');
        }
        text.append(line.raw);
        index++;
      }
      return text.toString();
    }

    private static int utf8Length(String text) {
      int bytes = text.length();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        bytes += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
      }
      return bytes;
    }
  }
}
