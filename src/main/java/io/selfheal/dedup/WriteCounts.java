package io.selfheal.dedup;

import io.selfheal.issue.CountJournals;
import io.selfheal.issue.CountJournals.Counted;
import io.selfheal.issue.CountJournals.Journal;
import io.selfheal.issue.CountJournals.Outcome;
import io.selfheal.issue.IssueTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes counts outlive the process: what was counted is written to this process's journal, at most
 * once in {@link #EVERY}, and a delivery is acknowledged after the write that covers it. From the
 * journal the counts move to their issues when it is their turn. While the table cannot be written,
 * deliveries wait and so hold back their sources, for {@link #LONGEST_WAIT} at most.
 */
public final class WriteCounts implements AutoCloseable {
  /** What a delivery of repeats may wait for. */
  static final Duration EVERY = Duration.ofMillis(1_500);

  /** After it a delivery fails, and its source delivers it again. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Keeps a journal below DynamoDB's 400 KB: an issue takes about 25 bytes. */
  static final int MOST_JOURNALED = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(WriteCounts.class);
  private static final int ANSWERING_THREADS = 4;

  private final Occurrences occurrences;
  private final CountJournals journals;
  private final IssueTable issues;
  private final Duration abandonedAfter;
  private final Duration deployGrace;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(daemon("selfheal-counts"));
  private final ExecutorService answers =
      Executors.newFixedThreadPool(ANSWERING_THREADS, daemon("selfheal-counted"));

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean scheduled;
  private long lastWrite = System.nanoTime() - EVERY.toNanos();

  private final String process = UUID.randomUUID().toString();

  // Guarded by this, as every write is.
  private String id = process;
  private long sequence;
  private List<Occurrences.Seen> journaled = List.of();
  private volatile long covered;
  private Attempt inDoubt;

  /** A delivery that is not acknowledged yet. */
  private record Waiting(CompletableFuture<Void> written, long since) {}

  /** A write whose end is not known. */
  private record Attempt(
      List<Occurrences.Seen> added, List<Occurrences.Seen> left, long changes, boolean whole) {}

  /**
   * @param countInterval how often {@link #writeDue} is called
   * @param deployGrace how long after a merge an error may be that of the version before it
   */
  public WriteCounts(
      Occurrences occurrences,
      CountJournals journals,
      IssueTable issues,
      Duration countInterval,
      Duration deployGrace) {
    this.occurrences = occurrences;
    this.journals = journals;
    this.issues = issues;
    // A process writes its journal in each interval as long as it holds counts.
    this.abandonedAfter = countInterval.multipliedBy(3).plusSeconds(30);
    this.deployGrace = deployGrace;
  }

  /**
   * Comes back with the body once all that was counted so far is written; at once where nothing
   * was, as in a delivery without repeats.
   */
  public CompletionStage<Object> covered(@Body Object body) {
    if (occurrences.changes() == covered) {
      return CompletableFuture.completedFuture(body);
    }
    CompletableFuture<Void> written = new CompletableFuture<>();
    synchronized (waiting) {
      waiting.add(new Waiting(written, System.nanoTime()));
      schedule();
    }
    // The thread that writes must not do what follows.
    return written.thenApplyAsync(nothing -> body, answers);
  }

  /** Must hold the monitor of {@code waiting}. */
  private void schedule() {
    if (!scheduled) {
      long delay = Math.max(0, EVERY.toNanos() - (System.nanoTime() - lastWrite));
      try {
        timer.schedule(this::answer, delay, TimeUnit.NANOSECONDS);
        scheduled = true;
      } catch (RejectedExecutionException e) {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(delivery -> delivery.written.completeExceptionally(e));
      }
    }
  }

  private void answer() {
    List<Waiting> deliveries;
    synchronized (waiting) {
      scheduled = false;
      lastWrite = System.nanoTime();
      deliveries = List.copyOf(waiting);
      waiting.clear();
    }
    try {
      journal();
      deliveries.forEach(delivery -> delivery.written.complete(null));
    } catch (RuntimeException e) {
      LOG.warn("Occurrences could not be written, their deliveries wait: {}", e.getMessage());
      synchronized (waiting) {
        for (Waiting delivery : deliveries) {
          if (System.nanoTime() - delivery.since < LONGEST_WAIT.toNanos()) {
            waiting.add(delivery);
          } else {
            delivery.written.completeExceptionally(e);
          }
        }
        if (!waiting.isEmpty()) {
          schedule();
        }
      }
    }
  }

  /** Writes what was counted since the last time, if anything was. */
  synchronized void journal() {
    settle();
    if (occurrences.changes() == covered) {
      return;
    }
    if (occurrences.pending() > MOST_JOURNALED) {
      write(occurrences.drainDue());
    } else {
      write(List.of(), List.of());
    }
  }

  /** Adds the counts whose turn it is to their issues; what cannot be added waits. */
  public void writeDue() {
    try {
      synchronized (this) {
        settle();
        List<Occurrences.Seen> due = occurrences.drainDue();
        if (!due.isEmpty()) {
          write(due);
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("Occurrences could not be added and wait for the next time: {}", e.getMessage());
    }
  }

  /** Adds all counts to their issues. */
  public synchronized void writeAll() {
    settle();
    List<Occurrences.Seen> all = occurrences.drainAll();
    if (!all.isEmpty()) {
      write(all);
    }
  }

  /** Adds the counts that killed processes have left to their issues, each once. */
  public void takeOver() {
    String own;
    synchronized (this) {
      own = id;
    }
    for (Journal journal : journals.abandoned(abandonedAfter)) {
      if (journal.id().equals(own)) {
        continue;
      }
      List<Counted> left = journal.counts();
      long next = journal.sequence();
      while (!left.isEmpty()) {
        int some = Math.min(CountJournals.MOST_ADDED, left.size());
        List<Counted> rest = left.subList(some, left.size());
        next++;
        if (!add(left.subList(0, some), new Journal(journal.id(), next, process, rest))) {
          break;
        }
        left = rest;
      }
      if (left.isEmpty()) {
        LOG.info("Added what a process had counted that has not written for long");
      }
    }
  }

  /** Adds what is left to its issues, when the routes have stopped. */
  @Override
  public void close() {
    timer.shutdownNow();
    answers.shutdown();
    writeAll();
  }

  private void write(List<Occurrences.Seen> added) {
    for (int from = 0; from < added.size(); from += CountJournals.MOST_ADDED) {
      int to = Math.min(from + CountJournals.MOST_ADDED, added.size());
      List<Occurrences.Seen> rest = added.subList(to, added.size());
      try {
        write(added.subList(from, to), rest);
      } catch (RuntimeException e) {
        rest.forEach(occurrences::giveBack);
        throw e;
      }
    }
  }

  /**
   * One write.
   *
   * @param rest what was drained too and is added by later writes
   */
  private void write(List<Occurrences.Seen> added, List<Occurrences.Seen> rest) {
    long changes = occurrences.changes();
    List<Occurrences.Seen> left =
        Stream.concat(occurrences.stored().stream(), rest.stream()).toList();
    boolean whole = left.size() <= MOST_JOURNALED;
    if (!whole) {
      left = left.subList(0, MOST_JOURNALED);
    }
    inDoubt = new Attempt(added, left, changes, whole);
    Journal journal = new Journal(id, sequence + 1, process, counted(left));
    boolean written =
        added.isEmpty() ? journals.write(journal) : add(new ArrayList<>(counted(added)), journal);
    if (written) {
      succeeded();
    } else {
      // Of a write that was repeated behind our back, the first one may have succeeded.
      settle();
    }
  }

  private void succeeded() {
    sequence++;
    journaled = inDoubt.left;
    if (inDoubt.whole) {
      covered = inDoubt.changes;
    }
    inDoubt = null;
  }

  /** Finds out how a write ended that was not answered. */
  private void settle() {
    if (inDoubt == null) {
      return;
    }
    Journal there = journals.find(id).orElse(null);
    if (there != null && there.sequence() == sequence + 1 && there.writer().equals(process)) {
      succeeded();
      return;
    }
    inDoubt.added.forEach(occurrences::giveBack);
    inDoubt = null;
    boolean unchanged = there == null ? sequence == 0 : there.sequence() == sequence;
    if (!unchanged) {
      LOG.warn("This process did not write its counts for long, and another one has added them");
      occurrences.takeOff(journaled);
      journaled = List.of();
      id = UUID.randomUUID().toString();
      sequence = 0;
    }
  }

  /** Returns false when the journal is not as it was. */
  private boolean add(Collection<Counted> counts, Journal left) {
    List<Counted> added = new ArrayList<>(counts);
    Set<Counted> merged = new HashSet<>();
    while (!added.isEmpty()) {
      Outcome outcome = journals.add(added, merged, left);
      if (outcome.written()) {
        merged.forEach(this::lookForRegression);
        return true;
      }
      if (outcome.lost()) {
        return false;
      }
      outcome.gone().forEach(gone -> occurrences.forget(gone.app(), gone.fingerprint()));
      added.removeAll(outcome.gone());
      merged.addAll(outcome.merged());
    }
    return journals.write(left);
  }

  private void lookForRegression(Counted seen) {
    if (issues.regressed(seen.app(), seen.fingerprint(), seen.lastSeen(), deployGrace)) {
      LOG.info("Issue {} of {} was seen again after its merge", seen.fingerprint(), seen.app());
    }
  }

  private static List<Counted> counted(List<Occurrences.Seen> seen) {
    return seen.stream()
        .map(one -> new Counted(one.app(), one.fingerprint(), one.count(), one.lastSeen()))
        .toList();
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
