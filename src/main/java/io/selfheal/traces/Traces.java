package io.selfheal.traces;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.selfheal.settings.ConfigurationException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.camel.CamelContext;

/**
 * Traces of what is done about each error, sent as OTLP over HTTP. The environment variables of
 * OpenTelemetry's SDK ({@code OTEL_EXPORTER_OTLP_ENDPOINT}, {@code OTEL_SERVICE_NAME} and the rest)
 * say where and how; what cannot be sent is dropped.
 */
public final class Traces implements AutoCloseable {
  private static final long MOST_SECONDS_TO_SEND_THE_REST = 3;

  /** It would say the same of every batch; {@link SaidOnce} does so once. */
  private final Logger exporters = Logger.getLogger("io.opentelemetry.exporter");

  private final OpenTelemetrySdk sdk;

  /**
   * @throws ConfigurationException when the environment's variables cannot be used
   */
  public Traces() {
    exporters.setLevel(Level.OFF);
    try {
      sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(
                  () ->
                      Map.of(
                          "otel.service.name",
                          "selfheal",
                          "otel.exporter.otlp.protocol",
                          "http/protobuf"))
              .addPropertiesCustomizer(
                  known -> Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
              // Camel's events hold the messages of exceptions and of the log
              .addTracerProviderCustomizer(
                  (provider, known) ->
                      provider.setSpanLimits(SpanLimits.builder().setMaxNumberOfEvents(0).build()))
              .addSpanExporterCustomizer((exporter, known) -> new SaidOnce(exporter))
              .build()
              .getOpenTelemetrySdk();
    } catch (RuntimeException e) {
      throw new ConfigurationException(
          "selfheal.traces",
          "true",
          "correct OpenTelemetry's environment variables (OTEL_…; traces go over HTTP, not gRPC): "
              + e.getMessage());
    }
  }

  /** Begins to trace the routes that are added from now on. */
  public void watch(CamelContext context) {
    context.getRegistry().bind("tracer", Tracer.class, sdk.getTracer("selfheal"));
    context
        .getRegistry()
        .bind(
            "propagators",
            ContextPropagators.class,
            ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
    new ErrorTracer().init(context);
  }

  /** Sends what is left, if that takes no longer than three seconds. */
  @Override
  public void close() {
    sdk.shutdown().join(MOST_SECONDS_TO_SEND_THE_REST, TimeUnit.SECONDS);
  }
}
