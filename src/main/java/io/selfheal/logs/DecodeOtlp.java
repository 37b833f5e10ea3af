package io.selfheal.logs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/**
 * Decodes a logs request of the OpenTelemetry protocol over HTTP, in either encoding.
 *
 * <p>Format: <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>. One
 * collector sends the logs of a whole cluster in one request: what belongs to no application is
 * told in the answer and does not hold up the rest, unless there is no rest.
 */
public final class DecodeOtlp {
  private final ApplicationRouter router;
  private final Clock clock;

  public DecodeOtlp(ApplicationRouter router, Clock clock) {
    this.router = router;
    this.clock = clock;
  }

  /**
   * @param body the request, in the encoding of its {@code Content-Type}
   * @param exchange gets what the answer needs: how many records nobody owns
   * @throws IntakeException 400 if it is malformed, 404 if none of it belongs to an application
   */
  public ReceivedLogs decode(@Body byte[] body, Exchange exchange) {
    ExportLogsServiceRequest request =
        AnswerOtlp.isJson(contentType(exchange)) ? OtlpJson.parse(body) : protobuf(body);
    Instant received = clock.instant();
    Map<LogBatch, List<LogEvent>> streams = new LinkedHashMap<>();
    long refused = 0;
    IntakeException refusal = null;
    for (ResourceLogs resourceLogs : request.getResourceLogsList()) {
      OtlpOrigin origin = new OtlpOrigin(resourceLogs.getResource().getAttributesList());
      try {
        OtlpOrigin.Owner owner = origin.owner(router);
        if (owner != null) {
          take(resourceLogs, origin, owner, received, streams);
        }
      } catch (IntakeException e) {
        refused += count(resourceLogs);
        refusal = refusal == null ? e : refusal;
      }
    }
    if (refusal != null && streams.isEmpty()) {
      throw refusal;
    }
    if (refused > 0) {
      exchange.setProperty(AnswerOtlp.REFUSED_RECORDS, refused);
      exchange.setProperty(AnswerOtlp.REFUSAL, refusal.getMessage());
    }
    List<LogBatch> batches = new ArrayList<>();
    streams.forEach(
        (stream, events) ->
            batches.add(new LogBatch(stream.app(), stream.logGroup(), stream.logStream(), events)));
    return new ReceivedLogs(batches);
  }

  private static String contentType(Exchange exchange) {
    String contentType = exchange.getProperty(ReadRequest.CONTENT_TYPE, String.class);
    if (!AnswerOtlp.isJson(contentType) && !AnswerOtlp.isProtobuf(contentType)) {
      throw new IntakeException(
          400,
          "Content-Type is "
              + (contentType == null ? "missing" : contentType)
              + ": send application/x-protobuf or application/json");
    }
    return contentType;
  }

  private static ExportLogsServiceRequest protobuf(byte[] body) {
    try {
      return ExportLogsServiceRequest.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IntakeException(400, "the body is not an ExportLogsServiceRequest in Protobuf");
    }
  }

  private static void take(
      ResourceLogs resourceLogs,
      OtlpOrigin origin,
      OtlpOrigin.Owner owner,
      Instant received,
      Map<LogBatch, List<LogEvent>> streams) {
    for (ScopeLogs scopeLogs : resourceLogs.getScopeLogsList()) {
      for (LogRecord logRecord : scopeLogs.getLogRecordsList()) {
        LogBatch stream =
            new LogBatch(
                owner.app(),
                owner.logGroup(),
                origin.stream(logRecord.getAttributesList()),
                List.of());
        streams
            .computeIfAbsent(stream, key -> new ArrayList<>())
            .add(OtlpRecord.event(logRecord, received));
      }
    }
  }

  private static long count(ResourceLogs resourceLogs) {
    return resourceLogs.getScopeLogsList().stream().mapToLong(ScopeLogs::getLogRecordsCount).sum();
  }
}
