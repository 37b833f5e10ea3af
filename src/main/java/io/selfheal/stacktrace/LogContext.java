package io.selfheal.stacktrace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a log record says about the error besides the trace, each as it was logged, cut to {@value
 * #LONGEST} characters; null where nothing is said.
 *
 * @param level such as {@code ERROR}; pino's and Bunyan's numbers are translated
 * @param logger the logger's name or category
 * @param requestId the request's id, of AWS Lambda or of whatever framework
 * @param traceId the distributed trace's id, of OpenTelemetry, X-Ray or the like
 */
public record LogContext(String level, String logger, String requestId, String traceId) {
  public static final LogContext NONE = new LogContext(null, null, null, null);

  private static final int LONGEST = 200;
  private static final int MAX_DEPTH = 3;

  /** How much of a plain text is looked at: the line before the trace, and its first lines. */
  private static final int MAX_LINES = 3;

  private static final int MAX_LINE = 512;

  /** Objects whose fields are looked at as if they stood in the record itself. */
  private static final Set<String> BAGS =
      Set.of(
          "mdc",
          "MDC",
          "contextMap",
          "context",
          "attributes",
          "Attributes",
          "extra",
          "fields",
          "properties",
          "Properties",
          "record",
          "Scope",
          "State");

  /** Objects whose fields are known by the name with the object's before it. */
  private static final Set<String> GROUPS =
      Set.of("log", "trace", "http", "http.request", "req", "request", "dd", "scope", "faas");

  /** Known fields, the surest first, as several may stand in one record. */
  private static final Map<String, Known> FIELDS = fields();

  private static final Pattern LEVEL =
      Pattern.compile(
          "(?<![\\w.])(?:(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|ALERT|EMERG|FATAL)(?![\\w.])"
              + "|level=\"?(\\w{1,12}))|^(warn|fail|crit|info)(?=: )");

  /** From the mildest to the worst. */
  private static final List<String> LEVELS =
      List.of(
          "TRACE",
          "DEBUG",
          "INFO",
          "NOTICE",
          "WARN",
          "WARNING",
          "FAIL",
          "ERROR",
          "SEVERE",
          "CRIT",
          "CRITICAL",
          "ALERT",
          "EMERG",
          "FATAL");

  private static final String NAME = "([A-Za-z_][\\w.$/-]{0,199})";

  private static final String WORST = "(?:WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL)";

  private static final List<Pattern> LOGGERS =
      List.of(
          // Python's default: ERROR:shop.orders:text
          Pattern.compile("^" + WORST + ":" + NAME + ":"),
          // Python's usual layout: time - shop.orders - ERROR - text
          Pattern.compile(" - " + NAME + " - " + WORST + " - "),
          // Spring Boot: ERROR 7 --- [thread] c.a.OrderService : text
          Pattern.compile(WORST + " \\d{1,9} --- (?:\\[[^\\]]{0,100}] ){1,3}" + NAME + " {0,40}: "),
          // Logback and Log4j: [thread] ERROR c.a.OrderService - text
          Pattern.compile(WORST + " {1,4}" + NAME + " {0,40}- "),
          // JBoss and Log4j: ERROR [com.acme.OrderService] text
          Pattern.compile(WORST + " {1,4}\\[([A-Za-z_][\\w$]{0,99}\\.[\\w.$]{1,99})]"),
          // .NET's console: fail: Acme.Orders[13]
          Pattern.compile("^(?:fail|crit|warn|info): " + NAME + "\\[\\d{1,9}]"),
          Pattern.compile("(?<!\\w)logger(?:_name|Name)?=\"?" + NAME));

  private static final String UUID =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

  private static final List<Pattern> REQUESTS =
      List.of(
          Pattern.compile(
              "(?i)(?<![a-z])(?:aws_?)?request_?-?id[\"']?[=:] ?[\"']?([\\w.:/+-]{4,100})"),
          // AWS Lambda: time, request id and level between tabs; Rails: [id] before each line
          Pattern.compile("\t(" + UUID + ")(?:\t|$)"),
          Pattern.compile("\\[(" + UUID + ")]"));

  private static final List<Pattern> TRACES =
      List.of(
          Pattern.compile(
              "(?i)(?:trace[_.-]?id|@tr)[\"']?[=:] ?[\"']?(?:Root=)?([\\w:/+-]{8,100})"),
          Pattern.compile("Root=(1-[0-9a-f]{8}-[0-9a-f]{24})"),
          // Spring: [app,trace,span] or [app] [trace-span]
          Pattern.compile("\\[[\\w.-]{0,60}, ?([0-9a-f]{16,32}), ?[0-9a-f]{16}[,\\]]"),
          Pattern.compile("\\[([0-9a-f]{32})-[0-9a-f]{16}]"));

  private record Known(int slot, int rank) {}

  public LogContext {
    level = cut(level);
    logger = cut(logger);
    requestId = cut(requestId);
    traceId = cut(traceId);
  }

  /** With each text changed, such as masked. */
  public LogContext mapped(UnaryOperator<String> change) {
    return new LogContext(
        mapped(level, change),
        mapped(logger, change),
        mapped(requestId, change),
        mapped(traceId, change));
  }

  private static String mapped(String text, UnaryOperator<String> change) {
    return text == null ? null : change.apply(text);
  }

  /** This, and the other's where this says nothing. */
  LogContext orElse(LogContext other) {
    return new LogContext(
        level != null ? level : other.level,
        logger != null ? logger : other.logger,
        requestId != null ? requestId : other.requestId,
        traceId != null ? traceId : other.traceId);
  }

  /** What a structured record says, in fields known by name. One pass over its fields. */
  static LogContext of(ObjectNode record) {
    String[] found = new String[4];
    int[] ranks = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    collect(record, "", 0, found, ranks);
    return new LogContext(level(found[0]), found[1], found[2], found[3]);
  }

  /**
   * What the line before a trace and the trace's first lines say, in the layouts of well-known
   * loggers.
   */
  public static LogContext of(String text) {
    String level = null;
    String logger = null;
    String requestId = null;
    String traceId = null;
    int from = 0;
    for (int i = 0; i < MAX_LINES && from < text.length(); i++) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      String line = text.substring(from, Math.min(end, from + MAX_LINE));
      from = end + 1;
      // Of the line before the trace and the trace's own first line, the worse one is the error's.
      level = worse(level, levelOf(line));
      logger = logger == null ? first(LOGGERS, line) : logger;
      requestId = requestId == null ? first(REQUESTS, line) : requestId;
      traceId = traceId == null ? first(TRACES, line) : traceId;
    }
    return new LogContext(level, logger, requestId, traceId);
  }

  private static Map<String, Known> fields() {
    Map<String, Known> fields = new HashMap<>();
    // Lambda, logback and logstash, ECS, OpenTelemetry, Serilog, structlog, zap, pino, .NET,
    // Python.
    known(
        fields,
        0,
        List.of(
            "level",
            "levelname",
            "log.level",
            "severityText",
            "severity_text",
            "severity",
            "SeverityText",
            "LogLevel",
            "Level",
            "@l",
            "log_level",
            "lvl"));
    known(
        fields,
        1,
        List.of(
            "logger",
            "logger_name",
            "loggerName",
            "log.logger",
            "SourceContext",
            "Category",
            "scope.name",
            "logger.name",
            "channel",
            "name"));
    known(
        fields,
        2,
        List.of(
            "requestId",
            "AWSRequestId",
            "request_id",
            "aws_request_id",
            "awsRequestId",
            "function_request_id",
            "faas.invocation_id",
            "faas.execution",
            "http.request.id",
            "RequestId",
            "x-request-id",
            "reqId",
            "req_id",
            "req.id",
            "request.id",
            "correlation_id",
            "correlationId",
            "CorrelationId"));
    known(
        fields,
        3,
        List.of(
            "traceId",
            "trace_id",
            "trace.id",
            "TraceId",
            "traceid",
            "@tr",
            "xRayTraceId",
            "xray_trace_id",
            "dd.trace_id",
            "logging.googleapis.com/trace",
            "X-Amzn-Trace-Id"));
    return Map.copyOf(fields);
  }

  private static void known(Map<String, Known> fields, int slot, List<String> names) {
    for (int rank = 0; rank < names.size(); rank++) {
      fields.put(names.get(rank), new Known(slot, rank));
    }
  }

  private static void collect(
      JsonNode node, String prefix, int depth, String[] found, int[] ranks) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = prefix.isEmpty() ? field.getKey() : prefix + field.getKey();
      JsonNode value = field.getValue();
      if (value.isObject()) {
        if (depth < MAX_DEPTH && BAGS.contains(name)) {
          collect(value, "", depth + 1, found, ranks);
        } else if (depth < MAX_DEPTH && GROUPS.contains(name)) {
          collect(value, name + ".", depth + 1, found, ranks);
        }
        continue;
      }
      Known known = FIELDS.get(name);
      if (known != null && known.rank < ranks[known.slot] && value.isValueNode()) {
        String text = value.asText();
        if (!text.isBlank() && !value.isNull()) {
          found[known.slot] = text;
          ranks[known.slot] = known.rank;
        }
      }
    }
  }

  private static String level(String level) {
    if (level == null) {
      return null;
    }
    return switch (level) {
      case "10" -> "TRACE";
      case "20" -> "DEBUG";
      case "30" -> "INFO";
      case "40" -> "WARN";
      case "50" -> "ERROR";
      case "60" -> "FATAL";
      default -> level;
    };
  }

  private static String levelOf(String line) {
    Matcher matcher = LEVEL.matcher(line);
    if (!matcher.find()) {
      return null;
    }
    for (int group = 1; group < matcher.groupCount(); group++) {
      if (matcher.group(group) != null) {
        return matcher.group(group);
      }
    }
    return matcher.group(matcher.groupCount());
  }

  private static String worse(String level, String other) {
    return level == null || other != null && rank(other) > rank(level) ? other : level;
  }

  private static int rank(String level) {
    return LEVELS.indexOf(level.toUpperCase(Locale.ROOT));
  }

  private static String first(List<Pattern> patterns, String line) {
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return null;
  }

  private static String cut(String text) {
    return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
