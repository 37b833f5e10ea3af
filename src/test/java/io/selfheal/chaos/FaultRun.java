package io.selfheal.chaos;

import static org.awaitility.Awaitility.await;

import io.selfheal.SelfhealProcess;
import io.selfheal.chaos.RandomMishaps.Kind;
import io.selfheal.local.LocalEndpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.sshd.git.pack.GitPackConfiguration;
import org.apache.sshd.server.session.ServerSession;
import org.awaitility.core.ConditionTimeoutException;
import org.eclipse.jgit.transport.ReceivePack;

/** A process whose outside services fail again and again heals some errors. */
public final class FaultRun {
  /** All that has a proxy before it. */
  public static final List<String> SERVICES =
      List.of("dynamodb", "stream", "sqs", "ssm", "bedrock", "ssh", "github");

  private FaultRun() {}

  /**
   * What fails how.
   *
   * @param services of {@link #SERVICES}
   * @param share of their requests or connections, 0 to 1
   * @param timeout after which a request without an answer ends in a reset
   * @param attempts of each error, {@code selfheal.heal.max-attempts}
   */
  public record Plan(
      int errors,
      Set<String> services,
      List<Kind> kinds,
      double share,
      Duration timeout,
      int attempts,
      Duration limit) {}

  /**
   * What came of it.
   *
   * @param faults how many requests met what
   * @param tries of all errors together
   */
  public record Outcome(
      String faults, Duration took, int tries, List<String> wrong, List<String> wrongCounts) {}

  public static Outcome run(Path folder, LocalEndpoints aws, Plan plan) throws Exception {
    RandomMishaps http = new RandomMishaps(1, plan.share(), plan.kinds(), plan.timeout());
    boolean overSsh = plan.services().contains("ssh");
    RandomMishaps ssh =
        new RandomMishaps(2, overSsh ? plan.share() : 0, plan.kinds(), plan.timeout());
    Mishap chosen =
        call -> plan.services().contains(call.service()) ? http.meet(call) : call.forward();
    GitPackConfiguration pushes =
        new GitPackConfiguration() {
          @Override
          public void configureReceivePack(ServerSession session, ReceivePack pack) {
            pack.setPostReceiveHook(
                (receive, commands) -> {
                  if (ssh.next() == Kind.ANSWER_LOST) {
                    ssh.count("ssh pushed, ANSWER_LOST");
                    session.close(true);
                  }
                });
          }
        };
    List<String> wrong = new ArrayList<>();
    try (OutsideWorld world =
            OutsideWorld.behindProxies(
                folder, aws, plan.errors(), plan.attempts(), chosen, ssh, pushes);
        SelfhealProcess process = world.process("run")) {
      LogSender sender = new LogSender(List.of(process), plan.errors());
      long begin = System.nanoTime();
      process.launch();
      for (int bug = 0; bug < plan.errors(); bug++) {
        if (!process.isAlive()) {
          process.launch();
        }
        sender.deliver(List.of(bug, bug));
      }
      EndState end = new EndState(world, plan.errors());
      try {
        await().atMost(plan.limit()).pollInterval(Duration.ofMillis(500)).until(end::reached);
      } catch (ConditionTimeoutException e) {
        wrong.add("not done after " + plan.limit());
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      http.end();
      ssh.end();
      if (process.stop() != 0) {
        wrong.add("it did not drain");
      }
      wrong.addAll(end.wrong());
      wrong.addAll(EndState.leftBehind(world));
      int tries = world.issues().all().stream().mapToInt(issue -> issue.attempts()).sum();
      return new Outcome(http + "; " + ssh, took, tries, wrong, end.wrongCounts(sender));
    }
  }
}
