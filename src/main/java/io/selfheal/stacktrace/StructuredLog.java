package io.selfheal.stacktrace;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the error in a log record that is one JSON object: in fields known by name (AWS Lambda's
 * JSON format first), or in any text field that holds a whole trace.
 */
final class StructuredLog {
  /** Fields that hold a trace, as text or as an array of lines. */
  private static final List<String> STACK_FIELDS =
      List.of(
          "stackTrace",
          "stack_trace",
          "error.stack_trace",
          "exception.stacktrace",
          "stacktrace",
          "stack",
          "exc_info",
          "exception",
          "traceback",
          "Exception",
          "@x",
          "errorVerbose",
          "thrown",
          "throwable",
          "err");

  private static final List<String> TYPE_FIELDS =
      List.of(
          "errorType", "error.type", "exception.type", "type", "name", "exc_type", "class", "kind");

  private static final List<String> MESSAGE_FIELDS =
      List.of("errorMessage", "error.message", "exception.message", "message", "msg", "exc_value");

  private static final Set<String> STACK_NAMES = Set.copyOf(STACK_FIELDS);
  private static final Set<String> TYPE_NAMES = Set.copyOf(TYPE_FIELDS);

  /** All of these, and what else a field is asked for by its name. */
  private static final Set<String> TELLING_FIELDS =
      Stream.of(STACK_FIELDS, TYPE_FIELDS, MESSAGE_FIELDS, List.of("error"))
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MAX_DEPTH = 6;
  private static final int MAX_PREFIX = 512;
  private static final int MAX_RECORD = 4 * 1024 * 1024;

  private final StackTraces traces;
  private final ObjectReader json = new ObjectMapper().readerFor(JsonNode.class);

  StructuredLog(StackTraces traces) {
    this.traces = traces;
  }

  /** Quick and rough: whether parsing is worth its price. */
  boolean mayHold(String line) {
    if (line.length() > MAX_RECORD
        || line.charAt(line.length() - 1) != '}'
            && !TraceText.isSpace(line.charAt(line.length() - 1))) {
      return false;
    }
    int start = start(line);
    if (start < 0) {
      return false;
    }
    return line.contains("rror")
        || line.contains("xc")
        || line.contains("tack")
        || line.contains("raceback");
  }

  private static int start(String line) {
    int first = TraceText.indent(line);
    if (first < line.length() && line.charAt(first) == '{') {
      return first;
    }
    // Lambda's Node.js runtime puts time, request and level before it, other loggers the like.
    int object = line.indexOf("{\"");
    return object <= MAX_PREFIX ? object : -1;
  }

  /**
   * The line that Docker or a collector wrapped into an object: {@code
   * {"log":"...\n","stream":"stderr"}}; the line itself where it is none.
   */
  String unwrapped(String line) {
    if (!line.startsWith("{\"log\":\"")
        && !(line.startsWith("{") && line.contains(",\"log\":\""))) {
      return line;
    }
    try {
      JsonNode log = json.readTree(line).path("log");
      String text = log.isTextual() ? log.textValue() : line;
      int end = text.endsWith("\n") ? text.length() - 1 : text.length();
      return text.lastIndexOf('\n', end - 1) < 0 ? text.substring(0, end) : line;
    } catch (JsonProcessingException e) {
      return line;
    }
  }

  /** Whether the text that Docker wrapped ends with a line end, and so is no piece of a line. */
  boolean endsLine(String docker) {
    try {
      return json.readTree(docker).path("log").asText().endsWith("\n");
    } catch (JsonProcessingException e) {
      return true;
    }
  }

  static boolean isStack(String name) {
    return STACK_NAMES.contains(name);
  }

  static boolean isType(String name) {
    return TYPE_NAMES.contains(name);
  }

  /** Of records that may hold one: equal ones hold the same error. Null if there is none. */
  TextHash hash(String line) {
    return RecordHash.of(line, start(line), traces.newHash());
  }

  /**
   * The error in the record; null if there is none.
   *
   * @param hash the record's; null if it has none
   * @param number the line's, counted from 1
   */
  TraceLines find(String line, TextHash hash, int number) {
    int start = start(line);
    Error error = null;
    try (JsonParser parser = json.createParser(line.substring(start))) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        error = errorIn(outline(parser), 0);
      }
    } catch (IOException e) {
      return null;
    }
    return error == null ? null : error.lines.within(hash, number, () -> read(line, start, number));
  }

  /**
   * The object without texts that no error depends on, which is most of them: they are read as
   * null. Other values are left as they are, and so are all names and their order.
   */
  private ObjectNode outline(JsonParser parser) throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      object.set(
          name,
          switch (parser.nextToken()) {
            case START_OBJECT -> outline(parser);
            case VALUE_STRING ->
                TELLING_FIELDS.contains(name) || hasLines(parser)
                    ? TextNode.valueOf(parser.getText())
                    : NullNode.instance;
            default -> json.readTree(parser);
          });
    }
    return object;
  }

  private static boolean hasLines(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    for (int i = from; i < from + parser.getTextLength(); i++) {
      if (text[i] == '\n' || text[i] == '\r') {
        return true;
      }
    }
    return false;
  }

  private FoundTrace read(String line, int start, int number) {
    try {
      ObjectNode record = (ObjectNode) json.readTree(line.substring(start));
      Error error = errorIn(record, 0);
      StackTrace trace = error.lines.read().trace();
      String prefix = line.substring(0, start);
      return new FoundTrace(
          trace,
          TraceScanner.cut(introduction(prefix, record) + error.text, TraceScanner.MAX_BYTES / 3),
          number,
          number,
          context(prefix, record, trace));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What could be read once cannot be read again", e);
    }
  }

  /** Of the record, and of what Lambda's Node.js runtime and the like put before it. */
  private static LogContext context(String prefix, ObjectNode record, StackTrace trace) {
    LogContext context = LogContext.of(record);
    if (trace.exceptionType().equals(context.logger())) {
      // The record is the error itself, and "name" is its type.
      context = new LogContext(context.level(), null, context.requestId(), context.traceId());
    }
    return prefix.isBlank() ? context : context.orElse(LogContext.of(prefix));
  }

  /** What else the record says: time, level, request, trace id and the like. */
  private static String introduction(String prefix, ObjectNode record) {
    StringBuilder text = new StringBuilder(prefix.strip());
    for (Map.Entry<String, JsonNode> field : record.properties()) {
      JsonNode value = field.getValue();
      boolean told = field.getKey().equals("errorMessage") || field.getKey().equals("errorType");
      if (told || value.isNull() || value.isContainerNode()) {
        continue;
      }
      text.append(text.isEmpty() ? "" : " ").append(field.getKey()).append('=');
      text.append(value.isTextual() ? value.textValue() : value.asText());
    }
    return text.isEmpty() ? "" : text.append('\n').toString();
  }

  /** An error, and the text to show for it. */
  private record Error(TraceLines lines, String text) {}

  /** An error of which all is read already. */
  private Error whole(StackTrace trace, String text) {
    return new Error(lines(trace, traces.newHash(), () -> trace), text);
  }

  private static TraceLines lines(
      StackTrace outline, TextHash otherLines, Supplier<StackTrace> trace) {
    return new TraceLines(outline, otherLines, 1, 1, () -> new FoundTrace(trace.get(), "", 1, 1));
  }

  private Error errorIn(ObjectNode node, int depth) {
    // Lambda's Node.js runtime wraps what a promise was rejected with.
    if (node.get("reason") instanceof ObjectNode reason && depth < MAX_DEPTH) {
      Error error = errorIn(reason, depth + 1);
      if (error != null) {
        return error;
      }
    }
    for (String field : STACK_FIELDS) {
      String stack = text(node.get(field));
      if (stack == null || stack.isBlank()) {
        continue;
      }
      Error error = fromStack(node, stack);
      if (error != null) {
        node.remove(field);
        return error;
      }
    }
    Error listed = listed(node.get("exception"));
    if (listed != null) {
      node.remove("exception");
      return listed;
    }
    Error inText = wholeTrace(node);
    if (inText != null) {
      return inText;
    }
    if (depth < MAX_DEPTH) {
      for (JsonNode child : node) {
        if (child instanceof ObjectNode object) {
          Error error = errorIn(object, depth + 1);
          if (error != null) {
            return error;
          }
        }
      }
    }
    return withoutFrames(node);
  }

  private Error fromStack(ObjectNode node, String stack) {
    List<String> lines = lines(stack);
    String type = first(node, TYPE_FIELDS);
    String message = first(node, MESSAGE_FIELDS);
    String error = text(node.get("error"));
    if (type == null && error != null) {
      // zap names no type.
      type = "error";
      message = error;
    }
    if (type != null) {
      List<String> first = lines.subList(0, 1);
      TraceParser parser = parserOfFrames(first);
      if (parser != null) {
        return framesOnly(parser, type, message, lines, first, stack, stack);
      }
      if (isPlain(stack, lines.get(0), type)) {
        first = lines.subList(0, Math.min(2, lines.size()));
        parser = parserOfFrames(first);
        if (parser != null) {
          String behind = stack.substring(lines.get(0).length());
          return framesOnly(parser, type, message, lines, first, stack, behind);
        }
      }
    }
    List<TraceLines> found = traces.outlines(lines);
    return found.isEmpty() ? null : new Error(found.get(found.size() - 1), stack);
  }

  /** Whose frames these lines are; null if nobody's. */
  private TraceParser parserOfFrames(List<String> lines) {
    for (TraceParser parser : traces.parsers()) {
      if (!parser.frames(lines).isEmpty()) {
        return parser;
      }
    }
    return null;
  }

  /** Whether the stack is one error's frames, with its first line or without it. */
  private static boolean isPlain(String stack, String firstLine, String type) {
    ErrorHeader header = ErrorHeader.findAny(firstLine);
    return (header == null || header.start() == 0 && header.type().equals(type))
        && !stack.contains("aused by: ")
        && !stack.contains("Suppressed: ")
        && !stack.contains("[cause]")
        && !stack.contains("---> ")
        && !stack.contains("Traceback (");
  }

  /**
   * An error whose frames are read later.
   *
   * @param first lines of which the frames are read, as they may be of the error's message, too
   * @param others what all other frames stand in
   */
  private Error framesOnly(
      TraceParser parser,
      String type,
      String message,
      List<String> lines,
      List<String> first,
      String stack,
      String others) {
    String told = message == null ? "" : message;
    TextHash hash = traces.newHash();
    // No line of a trace in plain text is counted so.
    hash.add(-2);
    hash.add(others);
    TraceLines trace =
        lines(trace(parser, type, told, first), hash, () -> trace(parser, type, told, lines));
    return new Error(
        trace, told.isEmpty() ? type + "\n" + stack : type + ": " + told + "\n" + stack);
  }

  private static StackTrace trace(
      TraceParser parser, String type, String message, List<String> frames) {
    return new StackTrace(parser.language(), type, message, parser.frames(frames), List.of(), true);
  }

  /** structlog's {@code dict_tracebacks}: the error and what caused it, with frames as objects. */
  private Error listed(JsonNode exceptions) {
    if (exceptions == null || !exceptions.isArray() || !exceptions.path(0).has("exc_type")) {
      return null;
    }
    TraceParser python = traces.parser("python");
    StringBuilder text = new StringBuilder();
    List<StackTrace> chain = new ArrayList<>();
    for (JsonNode exception : exceptions) {
      StringBuilder stack = new StringBuilder();
      for (JsonNode frame : exception.path("frames")) {
        stack.append("  File \"").append(frame.path("filename").asText());
        stack.append("\", line ").append(frame.path("lineno").asInt());
        stack.append(", in ").append(frame.path("name").asText()).append('\n');
      }
      String type = exception.path("exc_type").asText();
      String message = exception.path("exc_value").asText();
      List<Frame> frames = python.frames(lines(stack.toString()));
      chain.add(new StackTrace(python.language(), type, message, frames, List.of(), true));
      text.append(type).append(": ").append(message).append('\n').append(stack);
    }
    StackTrace first = chain.get(0);
    StackTrace trace =
        new StackTrace(
            first.language(),
            first.exceptionType(),
            first.message(),
            first.frames(),
            chain.subList(1, chain.size()),
            true);
    return whole(trace, text.toString());
  }

  /** A text field that holds a trace of its own, whatever its name. */
  private Error wholeTrace(ObjectNode node) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String value = field.getValue().isTextual() ? field.getValue().textValue() : null;
      if (value != null && (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0)) {
        List<TraceLines> found = traces.outlines(lines(value));
        if (!found.isEmpty()) {
          node.remove(field.getKey());
          return new Error(found.get(found.size() - 1), value);
        }
      }
    }
    return null;
  }

  /** Lambda reports errors of its own, such as a module that cannot be loaded, without frames. */
  private Error withoutFrames(ObjectNode node) {
    String type = text(node.get("errorType"));
    String message = text(node.get("errorMessage"));
    if (type == null || message == null || type.isBlank()) {
      return null;
    }
    String language = type.startsWith("Function<") ? "ruby" : "python";
    StackTrace trace = new StackTrace(language, type, message, List.of(), List.of(), true);
    return whole(trace, message.isEmpty() ? type : type + ": " + message);
  }

  private static String first(ObjectNode node, List<String> fields) {
    for (String field : fields) {
      JsonNode value = node.get(field);
      if (value != null && value.isTextual() && !value.textValue().isBlank()) {
        return value.textValue();
      }
    }
    return null;
  }

  private static String text(JsonNode value) {
    if (value == null) {
      return null;
    }
    if (value.isTextual()) {
      return value.textValue();
    }
    if (!value.isArray()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode line : value) {
      if (line.isTextual()) {
        text.append(line.textValue());
        if (text.length() > 0 && text.charAt(text.length() - 1) != '\n') {
          text.append('\n');
        }
      }
    }
    return text.isEmpty() ? null : text.toString();
  }

  /** The lines of a text, whichever way they end. */
  static List<String> lines(String text) {
    if (text.indexOf('\r') >= 0) {
      return new ArrayList<>(
          Arrays.asList(text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)));
    }
    return Arrays.asList(text.split("\n", -1));
  }
}
