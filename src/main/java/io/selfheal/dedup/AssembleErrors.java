package io.selfheal.dedup;

import io.selfheal.dedup.Occurrences.Count;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.LogEvent;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import io.selfheal.stacktrace.TextHash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Step 2's entry: turns what sources deliver into errors. Traces whose lines come as events of
 * their own are put together per (application, log group, log stream), across deliveries.
 *
 * <p>A delivery is answered once each of its lines is decided, at most {@code flushAfter} after the
 * last of them, so that a source acknowledges only what can be stored. An error whose lines came in
 * two deliveries is part of both answers, as the same instance; it is counted once. Thread-safe.
 */
public final class AssembleErrors implements AutoCloseable {
  /** Streams that hold an unfinished trace or whose latest line is remembered. */
  static final int MAX_STREAMS = 10_000;

  /** Of known errors in unknown records, one in so many has its record remembered. */
  private static final int RECORDS_LEARNED = 16;

  private final StackTraces traces;
  private final Fingerprints fingerprints;
  private final Function<String, ErrorRules> rules;
  private final Occurrences occurrences;
  private final KnownTraces known = new KnownTraces();
  private final Duration flushAfter;
  private final ScheduledThreadPoolExecutor timer;
  private final Map<StreamKey, Stream> streams = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /** For applications without rules of their own. */
  public AssembleErrors(
      StackTraces traces, Fingerprints fingerprints, Occurrences occurrences, Duration flushAfter) {
    this(traces, fingerprints, ofAll(ErrorRules.defaults()), occurrences, flushAfter);
  }

  /**
   * @param rules those of an application, by its name
   * @param flushAfter how long an unfinished trace waits for its next line ({@code
   *     selfheal.logs.flush-after})
   */
  public AssembleErrors(
      StackTraces traces,
      Fingerprints fingerprints,
      Function<String, ErrorRules> rules,
      Occurrences occurrences,
      Duration flushAfter) {
    this.traces = traces;
    this.fingerprints = fingerprints;
    this.rules = rules;
    this.occurrences = occurrences;
    this.flushAfter = flushAfter;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "flush-traces");
              thread.setDaemon(true);
              return thread;
            });
    this.timer.setRemoveOnCancelPolicy(true);
    this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static Function<String, ErrorRules> ofAll(ErrorRules rules) {
    return app -> rules;
  }

  /**
   * Takes a delivery.
   *
   * @return the errors that took lines from it, in the order in which they ended, without repeats
   *     of issues that are known to be stored: those are only counted; fails with {@link
   *     IllegalStateException} after {@link #close}
   */
  public CompletionStage<List<ErrorEvent>> assemble(ReceivedLogs logs) {
    Delivery delivery = new Delivery();
    for (LogBatch batch : logs.batches()) {
      if (!batch.events().isEmpty() && !take(batch, delivery)) {
        return CompletableFuture.failedFuture(
            new IllegalStateException("The log intake is shut down"));
      }
    }
    delivery.release();
    return delivery.result;
  }

  /** Ends every unfinished trace, so that all open deliveries are answered. */
  @Override
  public void close() {
    List<Stream> open;
    synchronized (streams) {
      closed = true;
      open = new ArrayList<>(streams.values());
      streams.clear();
    }
    timer.shutdown();
    open.forEach(Stream::flush);
  }

  private boolean take(LogBatch batch, Delivery delivery) {
    StreamKey key = new StreamKey(batch.app(), batch.logGroup(), batch.logStream());
    while (true) {
      Stream stream;
      Stream eldest = null;
      synchronized (streams) {
        if (closed) {
          return false;
        }
        stream = streams.computeIfAbsent(key, Stream::new);
        if (streams.size() > MAX_STREAMS) {
          var first = streams.entrySet().iterator();
          eldest = first.next().getValue();
          first.remove();
        }
      }
      if (eldest != null) {
        eldest.flush();
      }
      if (stream.take(batch, delivery)) {
        return true;
      }
    }
  }

  /** Counts the error unread, if its issue is known to be stored; null if it is not. */
  private Count counted(TextHash identity, Instant timestamp) {
    Count issue = known.get(identity);
    return issue != null && occurrences.addTo(issue, timestamp) ? issue : null;
  }

  /**
   * @param event null for a repeat of what is stored
   */
  private record Ended(ErrorEvent event, boolean ofLatest, boolean ofEarlier) {}

  private record StreamKey(String app, String logGroup, String logStream) {}

  /** One log stream. Its monitor is never held while a delivery is answered. */
  private final class Stream {
    private final StreamKey key;
    private final ErrorRules appRules;
    private final TraceAssembler assembler =
        new TraceAssembler(traces, this::isRepeatedRecord, this::ended);
    private final Set<Delivery> waiting = new LinkedHashSet<>();
    private final List<Ended> ended = new ArrayList<>();
    private boolean gone;
    private boolean timed;
    private long lastLine;

    Stream(StreamKey key) {
      this.key = key;
      this.appRules = rules.apply(key.app());
    }

    /** Returns false if the stream was just dropped; a new one takes the batch then. */
    boolean take(LogBatch batch, Delivery delivery) {
      List<Delivery> decided = new ArrayList<>();
      synchronized (this) {
        if (gone) {
          return false;
        }
        for (LogEvent event : batch.events()) {
          boolean wasOpen = assembler.isOpen();
          assembler.add(event);
          if (wasOpen || !ended.isEmpty()) {
            settle(delivery, wasOpen, decided);
          }
          if (assembler.isOpen() && waiting.add(delivery)) {
            delivery.hold();
          }
        }
        if (assembler.isOpen()) {
          lastLine = System.nanoTime();
          if (!timed) {
            timed = true;
            schedule(flushAfter.toNanos());
          }
        }
      }
      decided.forEach(Delivery::release);
      return true;
    }

    /** Gives the errors that just ended to whom their lines came from. */
    private void settle(Delivery current, boolean wasOpen, List<Delivery> decided) {
      if (wasOpen && assembler.isOpen() && ended.isEmpty() && !assembler.hasJustOpened()) {
        return;
      }
      for (Ended error : ended) {
        if (error.ofEarlier) {
          waiting.forEach(delivery -> delivery.add(error.event));
        }
        if (error.ofLatest && !(error.ofEarlier && waiting.contains(current))) {
          current.add(error.event);
        }
      }
      ended.clear();
      decided.addAll(waiting);
      waiting.clear();
    }

    private boolean isRepeatedRecord(TextHash record, Instant timestamp) {
      record.add(key.app);
      if (!appRules.goByTraceOnly() || counted(record, timestamp) == null) {
        return false;
      }
      ended.add(new Ended(null, true, false));
      return true;
    }

    private void ended(TraceAssembler.Assembled assembled) {
      Optional<TextHash> identity =
          appRules.goByTraceOnly() ? assembled.lines().identity() : Optional.empty();
      identity.ifPresent(
          hash -> {
            hash.add(key.app);
            hash.add(PanicReason.of(assembled.lines().outline()));
          });
      Count repeated = identity.map(hash -> counted(hash, assembled.timestamp())).orElse(null);
      if (repeated != null) {
        if (ThreadLocalRandom.current().nextInt(RECORDS_LEARNED) == 0
            && !PanicReason.isGivenFor(assembled.lines().outline().language())) {
          // Seldom, as a record that is another one each time must not push others out.
          assembled.lines().record().ifPresent(record -> known.put(record, repeated));
        }
        ended.add(new Ended(null, assembled.ofLatest(), assembled.ofEarlier()));
        return;
      }
      FoundTrace found = assembled.found();
      StackTrace trace = appRules.marked(found.trace());
      if (appRules.ignores(trace, found::context)) {
        return;
      }
      ErrorEvent error =
          new ErrorEvent(
              key.app(),
              key.logGroup(),
              key.logStream(),
              assembled.timestamp(),
              found.text(),
              trace,
              appRules.fingerprint(fingerprints, trace, found::context),
              found.structured());
      occurrences.add(error);
      boolean anyMessage = !Fingerprints.dependsOnMessages(trace);
      if (identity.isPresent() && (anyMessage || Fingerprints.isToldByReason(trace))) {
        Count issue = occurrences.find(key.app, error.fingerprint().value());
        if (issue != null) {
          known.put(identity.get(), issue);
          if (anyMessage) {
            assembled.lines().record().ifPresent(record -> known.put(record, issue));
          }
        }
      }
      ended.add(new Ended(error, assembled.ofLatest(), assembled.ofEarlier()));
    }

    private void schedule(long nanos) {
      try {
        timer.schedule(this::flushIfQuiet, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // Shutting down: close() ends this stream's trace.
        timed = false;
      }
    }

    private void flushIfQuiet() {
      List<Delivery> decided = new ArrayList<>();
      synchronized (this) {
        timed = false;
        if (!assembler.isOpen()) {
          return;
        }
        long left = flushAfter.toNanos() - (System.nanoTime() - lastLine);
        if (left > 0) {
          timed = true;
          schedule(left);
          return;
        }
        finish(decided);
      }
      decided.forEach(Delivery::release);
    }

    /** Ends what is open; the stream takes no more. */
    void flush() {
      List<Delivery> decided = new ArrayList<>();
      synchronized (this) {
        gone = true;
        finish(decided);
      }
      decided.forEach(Delivery::release);
    }

    private void finish(List<Delivery> decided) {
      assembler.finish();
      for (Ended error : ended) {
        waiting.forEach(delivery -> delivery.add(error.event));
      }
      ended.clear();
      decided.addAll(waiting);
      waiting.clear();
    }
  }

  /** One call of {@link #assemble}, until every line of it is decided. */
  private static final class Delivery {
    private final CompletableFuture<List<ErrorEvent>> result = new CompletableFuture<>();
    private final List<ErrorEvent> errors = new ArrayList<>();
    private int holds = 1;

    synchronized void add(ErrorEvent error) {
      if (error != null) {
        errors.add(error);
      }
    }

    synchronized void hold() {
      holds++;
    }

    void release() {
      List<ErrorEvent> all;
      synchronized (this) {
        if (--holds > 0) {
          return;
        }
        all = List.copyOf(errors);
      }
      result.complete(all);
    }
  }
}
