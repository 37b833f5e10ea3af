package io.selfheal.logs;

import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * What all deliveries over HTTP together may hold in memory until they are answered, as they came
 * and inflated. When the table is slow, deliveries wait; those for which there is no room any more
 * are sent back with 503, as whoever sends them still has them.
 */
public final class IntakeMemory {
  private static final String HELD = "SelfhealIntakeMemory";
  private static final int KIB = 1024;

  private final int mostKib;
  private final Semaphore free;

  /**
   * @param mostMib in MiB
   */
  public IntakeMemory(int mostMib) {
    this.mostKib = mostMib * KIB;
    this.free = new Semaphore(mostKib);
  }

  /** What one delivery holds. It ends with its answer, or else with its exchange. */
  final class Held extends SynchronizationAdapter {
    private long bytes;
    private int kib;

    /**
     * @throws IntakeException 503 when there is no room
     */
    void grow(long more) {
      bytes += more;
      // One that needs more than there is has its own limits, and is taken when it is alone
      int wanted = (int) Math.min(mostKib, (bytes + KIB - 1) / KIB) - kib;
      if (wanted > 0 && !free.tryAcquire(wanted)) {
        throw new IntakeException(
            503,
            "other deliveries take up the "
                + mostKib / KIB
                + " MiB of selfheal.http.max-memory: send it again");
      }
      kib += Math.max(0, wanted);
    }

    @Override
    public void onDone(Exchange exchange) {
      free.release(kib);
      kib = 0;
    }
  }

  /** Begins to count for a delivery. */
  Held hold(Exchange exchange) {
    Held held = new Held();
    exchange.setProperty(HELD, held);
    exchange.getExchangeExtension().addOnCompletion(held);
    return held;
  }

  /** Counts what is made of a delivery; nothing where it did not come over HTTP. */
  static void grow(Exchange exchange, long more) {
    Held held = exchange.getProperty(HELD, Held.class);
    if (held != null) {
      held.grow(more);
    }
  }

  /** Frees what a delivery holds, which is done with: before its sender is told, and sends more. */
  static void release(Exchange exchange) {
    Held held = exchange.getProperty(HELD, Held.class);
    if (held != null) {
      held.onDone(exchange);
    }
  }

  int freeKib() {
    return free.availablePermits();
  }
}
