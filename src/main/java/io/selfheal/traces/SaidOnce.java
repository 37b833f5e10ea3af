package io.selfheal.traces;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that the collector does not take spans, and once that it does again. */
final class SaidOnce implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(SaidOnce.class);

  private final SpanExporter exporter;
  private final AtomicBoolean failing = new AtomicBoolean();

  SaidOnce(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> say(result));
  }

  private void say(CompletableResultCode result) {
    boolean failed = !result.isSuccess();
    if (failing.getAndSet(failed) == failed) {
      return;
    }
    if (failed) {
      Throwable failure = result.getFailureThrowable();
      LOG.warn(
          "The collector does not take traces, they are dropped (OTEL_EXPORTER_OTLP_ENDPOINT says"
              + " where it is; selfheal.traces=false turns them off): {}",
          failure == null ? "no reason was given" : failure.toString());
    } else {
      LOG.info("The collector takes traces again");
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  @Override
  public String toString() {
    return exporter.toString();
  }
}
