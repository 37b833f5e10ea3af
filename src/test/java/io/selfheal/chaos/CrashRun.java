package io.selfheal.chaos;

import static org.awaitility.Awaitility.await;

import io.selfheal.SelfhealProcess;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.local.LocalEndpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One error after the other is sent, and at each the process dies at a request of another kind,
 * until one is healed. What a dead process has left is done by those that come after it, while they
 * go on to the next error.
 */
public final class CrashRun {
  private static final Duration LONG = Duration.ofMinutes(3);

  private CrashRun() {}

  /**
   * What came of it.
   *
   * @param points where the process was killed
   * @param wrong what is not as it must be
   */
  public record Outcome(List<String> points, List<String> wrong, List<String> wrongCounts) {}

  /**
   * @param most errors at most; fewer when there are fewer kinds of requests
   * @param sides both, or one
   * @param reads whether requests that write nothing count too
   * @param progress told of each kill
   */
  public static Outcome run(
      Path folder,
      LocalEndpoints aws,
      int most,
      List<CrashPoint.Side> sides,
      boolean reads,
      Consumer<String> progress)
      throws Exception {
    CrashPoint point = new CrashPoint(reads);
    RandomMishaps calm = new RandomMishaps(1, 0, List.of(RandomMishaps.Kind.RESET), Duration.ZERO);
    List<String> killedAt = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    try (OutsideWorld world =
            OutsideWorld.behindProxies(folder, aws, most, 10, point, calm, point);
        SelfhealProcess process = world.process("run")) {
      LogSender sender = new LogSender(List.of(process), most);
      process.start();
      int bug = 0;
      for (CrashPoint.Side side : sides) {
        boolean more = true;
        while (more && bug < most) {
          int current = bug++;
          point.arm(process, current, side);
          CompletableFuture<Void> sent =
              CompletableFuture.runAsync(
                  () -> {
                    try {
                      sender.deliver(List.of(current));
                      // So that there is a count to write
                      sender.deliver(List.of(current));
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
          try {
            await()
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> point.killed() != null || healed(world, sender, point, current));
          } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("stuck %s at %s".formatted(side, point.points()), e);
          }
          more = point.killed() != null;
          if (more) {
            killedAt.add(point.killed());
            progress.accept(point.killed() + " of " + point.points());
            process.start();
            EndState.leftBehind(world).forEach(left -> wrong.add(killedAt + ": " + left));
          }
          sent.join();
        }
      }
      EndState end = new EndState(world, bug);
      try {
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(end::reached);
      } catch (ConditionTimeoutException e) {
        wrong.add("not done after " + LONG);
      }
      wrong.addAll(end.wrong());
      List<String> wrongCounts = end.wrongCounts(sender);
      if (process.stop() != 0) {
        wrong.add("it did not drain");
      }
      wrong.addAll(EndState.leftBehind(world));
      return new Outcome(killedAt, wrong, wrongCounts);
    }
  }

  private static boolean healed(OutsideWorld world, LogSender sender, CrashPoint point, int bug) {
    return point.done()
        && world.issues().all().stream()
            .filter(issue -> issue.message().contains(FaultyShop.message(bug)))
            .anyMatch(
                (Issue issue) ->
                    issue.status() == IssueStatus.PULL_REQUEST_OPEN
                        && sender.acknowledged(bug) == 2
                        && issue.occurrences() >= 2);
  }
}
