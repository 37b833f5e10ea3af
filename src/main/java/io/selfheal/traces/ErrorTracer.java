package io.selfheal.traces;

import io.opentelemetry.api.trace.Span;
import io.selfheal.dedup.ErrorEvent;
import io.selfheal.dedup.StoreErrors;
import io.selfheal.issue.Issue;
import io.selfheal.prompt.ClaimedIssue;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NamedNode;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.telemetry.Op;

/**
 * Camel's tracer for what is done about one error, and nothing else. A trace begins where an error
 * is stored. Sending its message and each try to repair it are children of that span, whichever
 * process does it and whenever: the table keeps the span's name, so the queue's messages need not.
 *
 * <p>Only {@code direct:} endpoints and some beans have a span: addresses and headers of what lies
 * outside may hold secrets. No name of a trace that comes in with a message is believed, and none
 * goes out.
 */
final class ErrorTracer extends OpenTelemetryTracer {
  private static final String STORE = "direct://store-error";
  private static final String SEND = "direct://send-repair";
  private static final String REPAIR = "direct://repair-issue";

  /** Camel's names of processors: id and kind. */
  private static final Set<String> PROCESSORS =
      Set.of(
          "build-prompt-bean",
          "apply-edits-bean",
          "guard-change-bean",
          "check-syntax-bean",
          "format-change-bean",
          "verify-before-setProperty",
          "verify-after-bean",
          "commit-toD",
          "push-toD");

  /** The headers of W3C's Trace Context. */
  private static final String PARENT = "traceparent";

  private static final String STATE = "tracestate";

  /** Exchange property: the {@link Traced} error. */
  private static final String TRACED = "selfhealTraced";

  /**
   * @param begunBy the endpoint whose span is the exchange's first
   * @param parent of that span; null begins a trace
   * @param attempt which try to repair it; 0 where it is none
   */
  private record Traced(
      String begunBy, String app, String fingerprint, String parent, int attempt) {}

  ErrorTracer() {
    setTraceProcessors(true);
  }

  /** No spans for routes: each would repeat the one of whoever calls it. */
  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
    return null;
  }

  @Override
  public boolean exclude(String name, CamelContext context) {
    return !name.startsWith("direct://") && !PROCESSORS.contains(name);
  }

  @Override
  protected void beginEventSpan(Exchange exchange, Endpoint endpoint, Op op) throws Exception {
    Traced traced = traced(exchange);
    boolean first = traced == null;
    Message message = exchange.getMessage();
    if (first) {
      traced = begun(endpoint.getEndpointUri(), message.getBody());
      if (traced == null) {
        return;
      }
      exchange.setProperty(TRACED, traced);
      message.removeHeader(STATE);
      message.setHeader(PARENT, traced.parent());
    }
    super.beginEventSpan(exchange, endpoint, op);
    String named = message.getHeader(PARENT, String.class);
    message.removeHeader(PARENT);
    message.removeHeader(STATE);
    describe(traced);
    if (first) {
      exchange.setProperty(StoreErrors.TRACE_PARENT, named);
      if (traced.attempt() > 0) {
        Span.current().setAttribute("selfheal.attempt", traced.attempt());
      }
    }
  }

  @Override
  protected void endEventSpan(Exchange exchange, Endpoint endpoint) throws Exception {
    Traced traced = traced(exchange);
    if (traced == null) {
      return;
    }
    super.endEventSpan(exchange, endpoint);
    if (traced.begunBy().equals(endpoint.getEndpointUri())) {
      exchange.removeProperty(TRACED);
      exchange.removeProperty(StoreErrors.TRACE_PARENT);
    }
  }

  @Override
  protected void beginProcessorSpan(Exchange exchange, String name) throws Exception {
    Traced traced = traced(exchange);
    if (traced != null) {
      super.beginProcessorSpan(exchange, name);
      Span.current().updateName(name.substring(0, name.lastIndexOf('-')));
      describe(traced);
    }
  }

  @Override
  protected void endProcessorSpan(Exchange exchange, String name) throws Exception {
    if (traced(exchange) != null) {
      super.endProcessorSpan(exchange, name);
    }
  }

  private static Traced traced(Exchange exchange) {
    return exchange.getProperty(TRACED, Traced.class);
  }

  private static Traced begun(String endpoint, Object body) {
    if (endpoint.equals(STORE) && body instanceof ErrorEvent error) {
      return new Traced(endpoint, error.app(), error.fingerprint().value(), null, 0);
    }
    if (endpoint.equals(SEND) && body instanceof Issue issue) {
      return of(endpoint, issue, 0);
    }
    return endpoint.equals(REPAIR) && body instanceof ClaimedIssue claimed
        ? of(endpoint, claimed.issue(), claimed.issue().attempts())
        : null;
  }

  private static Traced of(String endpoint, Issue issue, int attempt) {
    return new Traced(endpoint, issue.app(), issue.fingerprint(), issue.traceParent(), attempt);
  }

  private static void describe(Traced traced) {
    Span.current()
        .setAttribute("selfheal.app", traced.app())
        .setAttribute("selfheal.fingerprint", traced.fingerprint());
  }
}
