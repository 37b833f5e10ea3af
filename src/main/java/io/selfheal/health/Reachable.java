package io.selfheal.health;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of readiness: whether something outside can be reached. It is asked in the background, so
 * that a health request costs nothing and never waits. Ready is down until the first answer, and
 * from the second failure in a row until the next answer.
 */
public final class Reachable extends AbstractHealthCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reachable.class);
  private static final int FAILURES = 2;

  private final String what;
  private final String whatToDo;
  private final Probe probe;
  private final ScheduledExecutorService timer;
  private volatile boolean answered;
  private volatile int failures;
  private volatile String why = "";

  /** Asks once, and ends within seconds. */
  public interface Probe {
    /**
     * @throws Exception when it cannot be reached
     */
    void ask() throws Exception;
  }

  /**
   * @param id of the check, such as {@code selfheal-git}
   * @param what is asked, such as {@code git}: the answer says "git unreachable"
   * @param whatToDo when it is not reached, as a half sentence
   * @param interval between two questions
   */
  public Reachable(String id, String what, String whatToDo, Probe probe, Duration interval) {
    super("selfheal", id);
    this.what = what;
    this.whatToDo = whatToDo;
    this.probe = probe;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, id);
              thread.setDaemon(true);
              return thread;
            });
    timer.scheduleWithFixedDelay(this::ask, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask() {
    try {
      probe.ask();
      if (failures >= FAILURES) {
        LOG.info("{} is reached again", what);
      }
      failures = 0;
      answered = true;
    } catch (Exception e) {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      why = message.lines().findFirst().orElse("").strip();
      int now = failures + 1;
      failures = now;
      if (now == FAILURES) {
        LOG.warn("{} unreachable: {}; {}", what, why, whatToDo);
      }
    }
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    int now = failures;
    if (now >= FAILURES) {
      builder.down().message(what + " unreachable: " + why + "; " + whatToDo);
    } else if (answered) {
      builder.up();
    } else {
      builder.down().message("starting: " + what + " has not answered yet");
    }
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
