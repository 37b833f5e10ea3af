package io.selfheal.stacktrace;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** The languages whose errors are understood, in the order in which they are asked. */
public final class StackTraces {
  private final List<TraceParser> parsers;
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
