package io.selfheal.stacktrace;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The languages whose errors are understood, in the order in which they are asked. */
public final class StackTraces {
  private static final Logger LOG = LoggerFactory.getLogger(StackTraces.class);

  private final List<TraceParser> parsers;

  /** Where parsers have failed, so that each place is told of once. */
  private final Set<String> failures = ConcurrentHashMap.newKeySet();

  private final StructuredLog structured = new StructuredLog(this);
  private final FrameLines frameLines = new FrameLines();
  private final long hashKey1;
  private final long hashKey2;

  /** All languages; another one is one class and one line here. */
  public StackTraces() {
    this(
        List.of(
            new PythonParser(),
            new JavaParser(),
            new JavaScriptParser(),
            new DotNetParser(),
            new GoParser(),
            new RubyParser(),
            new PhpParser(),
            new RustParser()));
  }

  StackTraces(List<TraceParser> parsers) {
    this.parsers = List.copyOf(parsers);
    SecureRandom random = new SecureRandom();
    this.hashKey1 = random.nextLong();
    this.hashKey2 = random.nextLong();
  }

  List<TraceParser> parsers() {
    return parsers;
  }

  TraceParser parser(String language) {
    return parsers.stream()
        .filter(parser -> parser.language().equals(language))
        .findFirst()
        .orElseThrow();
  }

  StructuredLog structured() {
    return structured;
  }

  FrameLines frameLines() {
    return frameLines;
  }

  /**
   * Reads the lines of one trace; null if they are none. A parser that fails must not refuse the
   * delivery, which would come again and again: the error is kept by its first line.
   */
  StackTrace read(TraceParser parser, List<String> lines) {
    try {
      return parser.parse(lines);
    } catch (RuntimeException e) {
      // Without its message, which may quote the log
      String failure =
          Arrays.stream(e.getStackTrace())
              .filter(call -> call.getClassName().startsWith("io.selfheal."))
              .findFirst()
              .map(call -> e.getClass().getName() + " at " + call)
              .orElse(e.getClass().getName());
      if (failures.add(failure)) {
        LOG.warn(
            "A {} trace of {} lines cannot be read and is kept without its calls; please report"
                + " this (it is told once): {}",
            parser.language(),
            lines.size(),
            failure);
      }
      return new StackTrace(
          parser.language(), "Error", lines.get(0).strip(), List.of(), List.of(), false);
    }
  }

  /** An empty hash; all of one instance have the same key. */
  TextHash newHash() {
    return new TextHash(hashKey1, hashKey2);
  }

  /** All errors in a text, in order; lines are counted from 1. */
  public List<FoundTrace> find(List<String> lines) {
    return outlines(lines).stream().map(TraceLines::read).toList();
  }

  /** The same, not yet read. */
  List<TraceLines> outlines(List<String> lines) {
    List<TraceLines> found = new ArrayList<>();
    TraceScanner scanner = new TraceScanner(this, record -> false, found::add);
    boolean first = true;
    for (String line : lines) {
      scanner.line(line, !first);
      first = false;
    }
    scanner.finish();
    return found;
  }
}
