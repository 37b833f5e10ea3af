package io.selfheal.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** Runs checks side by side; each has its time, and their order is that of the list. */
public final class RunChecks {
  private final Duration timeout;
  private final UnaryOperator<String> masked;

  /**
   * @param timeout what one check may take
   * @param masked hides secrets in what is told
   */
  public RunChecks(Duration timeout, UnaryOperator<String> masked) {
    this.timeout = timeout;
    this.masked = masked;
  }

  /** Runs them all; none of them can fail the others. */
  public List<CheckResult> run(List<Check> checks) throws InterruptedException {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "check");
              // One that hangs must not keep the program up
              thread.setDaemon(true);
              return thread;
            });
    try {
      long end = System.nanoTime() + timeout.toNanos();
      List<Future<Finding>> running = new ArrayList<>();
      checks.forEach(check -> running.add(threads.submit(check.look())));
      List<CheckResult> results = new ArrayList<>();
      for (int i = 0; i < checks.size(); i++) {
        Finding found = found(running.get(i), end);
        results.add(
            new CheckResult(
                checks.get(i).name(),
                new Finding(
                    found.level(), masked.apply(found.text()), masked.apply(found.whatToDo()))));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private Finding found(Future<Finding> running, long end) throws InterruptedException {
    try {
      return running.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      return Failures.finding(e.getCause());
    } catch (TimeoutException e) {
      running.cancel(true);
      return Finding.fail(
          "no answer within " + timeout.toSeconds() + " s",
          "check that it can be reached from here: network, proxy, security group");
    }
  }
}
