package io.selfheal.logs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;

/**
 * The one way in for every source: turns what a source delivers into {@link ReceivedLogs}.
 *
 * <p>A source hands over {@link ReceivedLogs}, a list of lines, or anything that Camel converts to
 * bytes: text, one event per line, or NDJSON. Headers of the source (not of its senders):
 *
 * <ul>
 *   <li>{@value #APP}: the application; may be left out if there is only one, or if the log group
 *       tells
 *   <li>{@value #LOG_GROUP}, {@value #LOG_STREAM}: where the lines come from; traces are assembled
 *       per stream; lines of log shippers that name their pod are streams of their own
 *   <li>{@code Content-Type}: character set and NDJSON, as in HTTP
 * </ul>
 */
public final class ReceiveLogs {
  public static final String APP = "SelfhealApp";
  public static final String LOG_GROUP = "SelfhealLogGroup";
  public static final String LOG_STREAM = "SelfhealLogStream";

  private final ApplicationRouter router;
  private final DecodeText decodeText;

  public ReceiveLogs(ApplicationRouter router, DecodeText decodeText) {
    this.router = router;
    this.decodeText = decodeText;
  }

  /**
   * Replaces the body by {@link ReceivedLogs} and drops all headers.
   *
   * @throws IntakeException 400 if the body is no text, 404 for an unknown application
   */
  public void receive(Exchange exchange) throws InvalidPayloadException {
    Message message = exchange.getMessage();
    ReceivedLogs received = message.getBody() instanceof ReceivedLogs logs ? logs : decode(message);
    message.removeHeaders("*");
    message.setBody(received);
  }

  private ReceivedLogs decode(Message message) throws InvalidPayloadException {
    String app = message.getHeader(APP, String.class);
    String logGroup = message.getHeader(LOG_GROUP, String.class);
    String logStream = message.getHeader(LOG_STREAM, String.class);
    String contentType = message.getHeader(Exchange.CONTENT_TYPE, String.class);
    // The application comes first: nobody decodes 16 MiB for a name that does not exist.
    String owner = owner(app, logGroup);
    List<DecodedLine> lines;
    if (message.getBody() instanceof Iterable<?> elements) {
      lines = decodeText.decodeLines(elements);
    } else if (message.getBody() instanceof String text) {
      lines = decodeText.decode(text, contentType);
    } else {
      lines = decodeText.decode(message.getMandatoryBody(byte[].class), contentType);
    }
    if (lines.isEmpty()) {
      throw new IntakeException(400, "the body is empty: send one event per line");
    }
    return byStream(
        owner,
        logGroup == null ? message.getExchange().getFromRouteId() : logGroup,
        logStream == null ? "" : logStream,
        lines);
  }

  /** What lines say of their own origin goes before what the source says of them all. */
  private ReceivedLogs byStream(
      String app, String logGroup, String logStream, List<DecodedLine> lines) {
    Map<LogBatch, List<LogEvent>> streams = new LinkedHashMap<>();
    for (DecodedLine line : lines) {
      if (line.logGroup() != null && router.leavesOut(line.logGroup())) {
        continue;
      }
      String group = line.logGroup() == null ? logGroup : line.logGroup();
      String stream = logStream;
      if (line.logStream() != null) {
        stream =
            line.logGroup() == null && !logStream.isEmpty()
                ? logStream + "/" + line.logStream()
                : line.logStream();
      }
      streams
          .computeIfAbsent(new LogBatch(app, group, stream, List.of()), added -> new ArrayList<>())
          .add(line.event());
    }
    List<LogBatch> batches = new ArrayList<>();
    streams.forEach(
        (stream, events) ->
            batches.add(new LogBatch(stream.app(), stream.logGroup(), stream.logStream(), events)));
    return new ReceivedLogs(batches);
  }

  private String owner(String app, String logGroup) {
    if (app != null && !app.isBlank()) {
      return router.byName(app.strip());
    }
    return router.isSingle() || logGroup == null ? router.only() : router.byLogGroup(logGroup);
  }
}
