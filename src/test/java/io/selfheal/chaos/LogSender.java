package io.selfheal.chaos;

import io.selfheal.SelfhealProcess;
import io.selfheal.ShopErrors;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Delivers errors as Data Firehose does: again and again until the answer is a 2xx. So it knows how
 * often each error was acknowledged, and how often it may have been taken.
 */
public final class LogSender {
  private final List<SelfhealProcess> processes;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicIntegerArray acknowledged;
  private final AtomicIntegerArray sent;
  private final LongAdder repeats = new LongAdder();

  public LogSender(List<SelfhealProcess> processes, int bugs) {
    this.processes = List.copyOf(processes);
    this.acknowledged = new AtomicIntegerArray(bugs);
    this.sent = new AtomicIntegerArray(bugs);
  }

  /** Delivers one batch, one event for each bug, to whichever process takes it. */
  public void deliver(List<Integer> bugs) throws InterruptedException {
    byte[] body =
        ShopErrors.lambdaEvent(
            "/aws/lambda/shop", bugs.stream().map(FaultyShop::traceback).toList());
    while (true) {
      SelfhealProcess process =
          processes.get(Math.floorMod(next.getAndIncrement(), processes.size()));
      try {
        bugs.forEach(sent::incrementAndGet);
        if (process.post("/logs/cloudwatch", body).statusCode() / 100 == 2) {
          bugs.forEach(acknowledged::incrementAndGet);
          return;
        }
      } catch (IOException e) {
        // killed, or not up yet
      }
      repeats.increment();
      Thread.sleep(200);
    }
  }

  /** How often the error was answered with a 2xx. */
  public int acknowledged(int bug) {
    return acknowledged.get(bug);
  }

  /** How often it was sent, answered or not. */
  public int sent(int bug) {
    return sent.get(bug);
  }

  /** Batches that were sent once more. */
  public long repeats() {
    return repeats.sum();
  }
}
