package io.selfheal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.selfheal.dedup.ErrorEvent;
import io.selfheal.dedup.Occurrences;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Spent;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.model.FixProposal;
import io.selfheal.pullrequest.PullRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCompletedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;

/**
 * Counts and times what passes between the steps, from the events of Camel: no step knows of it.
 *
 * <p>A step's time includes what it waits for: step 1 waits for step 2. Step 4, which the whole
 * repair runs in, ends here where the model is asked. A model that is asked twice in a try, as its
 * first change did not hold, is asked within step 6.
 */
public final class StepMeters extends EventNotifierSupport {
  private static final Map<String, String> STEPS =
      Map.of(
          "direct://receive-logs", "receive-logs",
          "direct://deduplicate-errors", "deduplicate-errors",
          "direct://send-repair", "queue-repairs",
          "direct://call-model", "call-model",
          "direct://commit-fix", "commit-fix",
          "direct://open-pull-request", "open-pull-request");

  private static final String FOURTH = "enrich-prompt";

  /** Exchange property: when step 4 began, until it ended. */
  private static final String BEGUN = "selfhealStepBegun";

  /** Exchange property: what this try is known to have cost so far. */
  private static final String COUNTED = "selfhealCountedCost";

  private static final String SOURCE = "receive-logs-";

  private final MeterRegistry registry;
  private final Clock clock;
  private final Instant since;
  private final Map<String, Step> steps = new LinkedHashMap<>();
  private final Map<String, AtomicLong> lags = new ConcurrentHashMap<>();
  private final Map<IssueStatus, AtomicLong> statuses = new EnumMap<>(IssueStatus.class);
  private final Counter events;
  private final Counter distinct;
  private final Counter queued;
  private final Counter inputTokens;
  private final Counter outputTokens;
  private final Counter cost;

  /** The meters of one step. */
  private static final class Step {
    private final Counter in;
    private final Counter out;
    private final Counter failed;
    private final Timer time;

    Step(MeterRegistry registry, String name) {
      in = counter(registry, "selfheal.step.in", "What a step was given", "step", name);
      out = counter(registry, "selfheal.step.out", "What a step has handed on", "step", name);
      failed = counter(registry, "selfheal.step.failed", "What a step failed at", "step", name);
      time =
          Timer.builder("selfheal.step.duration")
              .description("How long a step took")
              .tag("step", name)
              .register(registry);
    }

    void ended(boolean failure, long nanos) {
      (failure ? failed : out).increment();
      time.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * @param occurrences counts the errors
   */
  public StepMeters(MeterRegistry registry, Occurrences occurrences, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    this.since = clock.instant();
    for (String step :
        new String[] {
          "receive-logs",
          "deduplicate-errors",
          "queue-repairs",
          FOURTH,
          "call-model",
          "commit-fix",
          "open-pull-request"
        }) {
      steps.put(step, new Step(registry, step));
    }
    events = counter(registry, "selfheal.events", "Log events that were received");
    distinct = counter(registry, "selfheal.distinct", "Errors that were stored as a new issue");
    queued = counter(registry, "selfheal.queued", "Messages that were sent to the work queue");
    inputTokens = counter(registry, "selfheal.tokens", "Tokens", "direction", "input");
    outputTokens = counter(registry, "selfheal.tokens", "Tokens", "direction", "output");
    cost = counter(registry, "selfheal.cost.usd", "Estimated cost of the model, US dollars");
    FunctionCounter.builder("selfheal.errors", occurrences, Occurrences::seen)
        .description("Errors that were found in log events")
        .register(registry);
    FunctionCounter.builder("selfheal.repeats", occurrences, Occurrences::repeats)
        .description("Errors whose issue was known already")
        .register(registry);
    for (IssueStatus status : IssueStatus.values()) {
      AtomicLong count = new AtomicLong();
      statuses.put(status, count);
      Gauge.builder("selfheal.issues", count, AtomicLong::get)
          .description("Issues in the table, as last counted")
          .tag("status", status.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    setIgnoreCamelContextInitEvents(true);
    setIgnoreCamelContextEvents(true);
    setIgnoreRouteEvents(true);
    setIgnoreServiceEvents(true);
    setIgnoreStepEvents(true);
    setIgnoreExchangeRedeliveryEvents(true);
    setIgnoreExchangeAsyncProcessingStartedEvents(true);
  }

  private static Counter counter(
      MeterRegistry registry, String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  /** Begins to count. */
  public void watch(CamelContext context) {
    context.getManagementStrategy().addEventNotifier(this);
  }

  /** Notes how many issues of each status there are. */
  public void counted(Map<IssueStatus, Long> counts) {
    counts.forEach((status, count) -> statuses.get(status).set(count));
  }

  /** What passed since the start, for the picture of the pipeline. */
  public Map<String, Object> numbers() {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("since", since.toString());
    numbers.put("events", Math.round(events.count()));
    numbers.put("errors", Math.round(registry.get("selfheal.errors").functionCounter().count()));
    numbers.put("repeats", Math.round(registry.get("selfheal.repeats").functionCounter().count()));
    numbers.put("new", Math.round(distinct.count()));
    numbers.put("queued", Math.round(queued.count()));
    Map<String, Object> each = new LinkedHashMap<>();
    steps.forEach(
        (name, step) ->
            each.put(
                name,
                Map.of(
                    "in", Math.round(step.in.count()),
                    "out", Math.round(step.out.count()),
                    "failed", Math.round(step.failed.count()),
                    "seconds", step.time.mean(TimeUnit.SECONDS))));
    numbers.put("steps", each);
    return numbers;
  }

  @Override
  public void notify(CamelEvent event) {
    if (event instanceof ExchangeSendingEvent sending) {
      sending(sending.getEndpoint().getEndpointUri(), sending.getExchange());
    } else if (event instanceof ExchangeSentEvent sent) {
      sent(sent.getEndpoint().getEndpointUri(), sent.getExchange(), sent.getTimeTaken());
    } else if (event instanceof ExchangeCreatedEvent created) {
      // What a route is split into is created too, with the route's name
      if (FOURTH.equals(created.getExchange().getFromRouteId())
          && created.getExchange().getProperty(ExchangePropertyKey.SPLIT_INDEX) == null) {
        steps.get(FOURTH).in.increment();
        created.getExchange().setProperty(BEGUN, System.nanoTime());
      }
    } else if (event instanceof ExchangeCompletedEvent completed) {
      fourthEnded(completed.getExchange(), false);
    } else if (event instanceof ExchangeFailedEvent failed) {
      fourthEnded(failed.getExchange(), true);
    }
  }

  private void sending(String endpoint, Exchange exchange) {
    String step = STEPS.get(endpoint);
    if (step == null) {
      return;
    }
    steps.get(step).in.increment();
    if (step.equals("call-model")) {
      fourthEnded(exchange, false);
    } else if (step.equals("deduplicate-errors")
        && exchange.getMessage().getBody() instanceof ReceivedLogs logs) {
      received(exchange.getFromRouteId(), logs);
    }
  }

  private void sent(String endpoint, Exchange exchange, long millis) {
    Object body = exchange.getMessage().getBody();
    if (endpoint.equals("direct://store-error")) {
      // Its item was there already where the condition has failed, which the route deals with
      boolean stored =
          !exchange.isFailed() && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) == null;
      if (stored && body instanceof ErrorEvent) {
        distinct.increment();
      }
      return;
    }
    if (endpoint.startsWith("aws2-sqs://") && !exchange.isFailed()) {
      queued.increment();
      return;
    }
    String step = STEPS.get(endpoint);
    if (step == null) {
      return;
    }
    steps.get(step).ended(exchange.isFailed(), TimeUnit.MILLISECONDS.toNanos(millis));
    if (body instanceof FixProposal proposal) {
      spent(exchange, proposal.spent());
    }
    if (body instanceof PullRequest opened && !exchange.isFailed()) {
      counter(
              registry,
              "selfheal.pull.requests",
              "Pull requests that were opened or found",
              "state",
              opened.state().name().toLowerCase(Locale.ROOT))
          .increment();
    }
  }

  private void received(String route, ReceivedLogs logs) {
    Instant newest = Instant.MIN;
    long count = 0;
    for (LogBatch batch : logs.batches()) {
      count += batch.events().size();
      for (LogEvent event : batch.events()) {
        newest = event.timestamp().isAfter(newest) ? event.timestamp() : newest;
      }
    }
    events.increment(count);
    if (count > 0 && route != null) {
      lag(route.startsWith(SOURCE) ? route.substring(SOURCE.length()) : route)
          .set(Math.max(0, Duration.between(newest, clock.instant()).toMillis()));
    }
  }

  private AtomicLong lag(String source) {
    return lags.computeIfAbsent(
        source,
        name -> {
          AtomicLong millis = new AtomicLong();
          TimeGauge.builder("selfheal.source.lag", millis::get, TimeUnit.MILLISECONDS)
              .description("How old the newest event of the latest delivery was")
              .tag("source", name)
              .register(registry);
          return millis;
        });
  }

  /** The proposal says what the whole try has cost, earlier questions included. */
  private void spent(Exchange exchange, Spent spent) {
    Spent before = exchange.getProperty(COUNTED, Spent.NOTHING, Spent.class);
    inputTokens.increment(Math.max(0, spent.inputTokens() - before.inputTokens()));
    outputTokens.increment(Math.max(0, spent.outputTokens() - before.outputTokens()));
    double usd = spent.costUsd() == null ? 0 : spent.costUsd().doubleValue();
    double known = before.costUsd() == null ? 0 : before.costUsd().doubleValue();
    cost.increment(Math.max(0, usd - known));
    exchange.setProperty(COUNTED, spent);
  }

  private void fourthEnded(Exchange exchange, boolean failure) {
    if (exchange.removeProperty(BEGUN) instanceof Long begun) {
      steps.get(FOURTH).ended(failure, System.nanoTime() - begun);
    }
  }
}
