package io.selfheal.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Notes when one error, the only one under way, passes from step to step. */
final class StepTimes extends EventNotifierSupport {
  /** The ends of the steps, in order. */
  enum Moment {
    RECEIVED("1 receive: request to events"),
    STORED("2 deduplicate: wait for the trace's end, store"),
    QUEUED("3 queue: the table's stream to the queue"),
    TAKEN("  queue to worker"),
    ENRICHED("4 enrich: claim, fetch, build the prompt"),
    ANSWERED("5 call model: replayed"),
    COMMITTED("6 commit: edit, commit, push"),
    OPENED("7 open, write the issue down");

    final String step;

    Moment(String step) {
      this.step = step;
    }
  }

  private final Map<Moment, Long> times = new EnumMap<>(Moment.class);
  private CountDownLatch opened = new CountDownLatch(1);

  /** Forgets the last error. */
  synchronized void restart() {
    times.clear();
    opened = new CountDownLatch(1);
  }

  /** Waits for the pull request and returns the moments, in nanoseconds. */
  Map<Moment, Long> await() throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = opened;
    }
    boolean done = latch.await(60, TimeUnit.SECONDS);
    synchronized (this) {
      if (!done || times.size() != Moment.values().length) {
        throw new IllegalStateException("no pull request; the error came as far as " + times);
      }
      return new EnumMap<>(times);
    }
  }

  @Override
  public void notify(CamelEvent event) {
    long now = System.nanoTime();
    if (event instanceof ExchangeCreatedEvent created) {
      if ("enrich-prompt".equals(created.getExchange().getFromRouteId())) {
        note(Moment.TAKEN, now);
      }
    } else if (event instanceof ExchangeSendingEvent sending) {
      switch (sending.getEndpoint().getEndpointUri()) {
        case "direct://deduplicate-errors" -> note(Moment.RECEIVED, now);
        case "direct://call-model" -> note(Moment.ENRICHED, now);
        default -> {}
      }
    } else if (event instanceof ExchangeSentEvent sent && !sent.getExchange().isFailed()) {
      sent(sent.getEndpoint().getEndpointUri(), now);
    }
  }

  private void sent(String endpoint, long now) {
    if (endpoint.startsWith("aws2-ddb://") && endpoint.contains("PutItem")) {
      note(Moment.STORED, now);
    } else if (endpoint.startsWith("aws2-sqs://")) {
      note(Moment.QUEUED, now);
    } else if (endpoint.equals("direct://call-model")) {
      note(Moment.ANSWERED, now);
    } else if (endpoint.equals("direct://commit-fix")) {
      note(Moment.COMMITTED, now);
    } else if (endpoint.equals("direct://open-pull-request")) {
      note(Moment.OPENED, now);
    }
  }

  private synchronized void note(Moment moment, long now) {
    times.putIfAbsent(moment, now);
    if (moment == Moment.OPENED) {
      opened.countDown();
    }
  }
}
