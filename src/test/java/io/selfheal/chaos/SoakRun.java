package io.selfheal.chaos;

import io.selfheal.SelfhealProcess;
import io.selfheal.local.LocalEndpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Several processes share one table and one queue. Each of many errors is sent many times, while
 * one process after the other is killed with SIGKILL and started again.
 */
public final class SoakRun {
  private static final int SENDERS = 8;
  private static final int BATCH = 50;
  private static final Duration JOURNALS_TAKEN_OVER = Duration.ofMinutes(2);

  private SoakRun() {}

  /**
   * What to do.
   *
   * @param processes that run at the same time
   * @param distinct errors
   * @param repeats of all errors together, after the first time of each
   * @param betweenKills from one kill to the next
   * @param kills at most
   * @param limit after which it counts as failed
   */
  public record Plan(
      int processes, int distinct, int repeats, Duration betweenKills, int kills, Duration limit) {}

  /**
   * What came of it.
   *
   * @param wrong what is not as it must be, counts left out
   */
  public record Outcome(
      int kills,
      long deliveries,
      long deliveriesRepeated,
      long counted,
      long acknowledged,
      long sent,
      Duration took,
      List<String> wrong,
      List<String> wrongCounts) {}

  /**
   * @param progress told how far it is, now and then
   */
  public static Outcome run(Path folder, LocalEndpoints aws, Plan plan, Consumer<String> progress)
      throws Exception {
    List<SelfhealProcess> processes = new ArrayList<>();
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    // Kills use up tries, so there are more than usual
    try (OutsideWorld world = OutsideWorld.simple(folder, aws, plan.distinct(), 10)) {
      for (int n = 0; n < plan.processes(); n++) {
        processes.add(world.process("run-" + n));
      }
      for (SelfhealProcess process : processes) {
        process.start();
      }
      long begin = System.nanoTime();
      LogSender sender = new LogSender(processes, plan.distinct());
      List<Future<?>> batches = new ArrayList<>();
      for (List<Integer> batch : batches(plan)) {
        batches.add(
            senders.submit(
                () -> {
                  sender.deliver(batch);
                  return null;
                }));
      }
      EndState end = new EndState(world, plan.distinct());
      List<String> wrong = new ArrayList<>();
      int kills = 0;
      long nextKill = begin + plan.betweenKills().toNanos();
      long nextWord = begin;
      while (true) {
        long now = System.nanoTime();
        long delivered = batches.stream().filter(Future::isDone).count();
        if (now > nextWord) {
          progress.accept(
              "%4d s: %d of %d deliveries, %d kills, %s, %d in the queue"
                  .formatted(
                      Duration.ofNanos(now - begin).toSeconds(),
                      delivered,
                      batches.size(),
                      kills,
                      end.statuses(),
                      world.queued()));
          nextWord = now + Duration.ofSeconds(15).toNanos();
        }
        boolean complete = delivered == batches.size();
        if (complete && end.reached()) {
          break;
        }
        if (now - begin > plan.limit().toNanos()) {
          wrong.add("not done after " + plan.limit());
          break;
        }
        if (now > nextKill && kills < plan.kills() && !(complete && end.healed())) {
          SelfhealProcess victim = processes.get(kills % processes.size());
          victim.kill();
          victim.launch();
          kills++;
          nextKill = now + plan.betweenKills().toNanos();
        }
        Thread.sleep(200);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      // What a killed process had only counted, another adds after half a minute.
      long countsBy = System.nanoTime() + JOURNALS_TAKEN_OVER.toNanos();
      while (wrong.isEmpty()
          && System.nanoTime() < countsBy
          && !end.wrongCounts(sender).isEmpty()) {
        Thread.sleep(1_000);
      }
      // A stop writes what is still only counted
      for (SelfhealProcess process : processes) {
        if (process.stop() != 0) {
          wrong.add("a process did not drain");
        }
      }
      wrong.addAll(end.wrong());
      wrong.addAll(EndState.leftBehind(world));
      long counted = world.issues().all().stream().mapToLong(issue -> issue.occurrences()).sum();
      long acknowledged = 0;
      long sent = 0;
      for (int bug = 0; bug < plan.distinct(); bug++) {
        acknowledged += sender.acknowledged(bug);
        sent += sender.sent(bug);
      }
      return new Outcome(
          kills,
          batches.size(),
          sender.repeats(),
          counted,
          acknowledged,
          sent,
          took,
          wrong,
          end.wrongCounts(sender));
    } finally {
      senders.shutdownNow();
      for (SelfhealProcess process : processes) {
        process.close();
      }
    }
  }

  private static List<List<Integer>> batches(Plan plan) {
    Random random = new Random(1);
    List<Integer> bugs = new ArrayList<>();
    for (int n = 0; n < plan.distinct() + plan.repeats(); n++) {
      bugs.add(n < plan.distinct() ? n : random.nextInt(plan.distinct()));
    }
    Collections.shuffle(bugs, random);
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < bugs.size(); from += BATCH) {
      batches.add(List.copyOf(bugs.subList(from, Math.min(bugs.size(), from + BATCH))));
    }
    return batches;
  }
}
