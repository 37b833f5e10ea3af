package io.selfheal.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.SelfhealProcess;
import io.selfheal.ShopErrors;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.local.EmbeddedAws;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.git.pack.GitPackConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Services that are away for longer than all tries would last, and come back. */
@ExtendWith(EmbeddedAws.class)
class OutagesIT {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String READY = "/observe/health/ready";

  @TempDir private Path folder;

  @Test
  void whatIsAwayIsWaitedForAndReadinessSaysSo(EmbeddedAws aws) throws Exception {
    Set<String> down = ConcurrentHashMap.newKeySet();
    Mishap away = call -> down.contains(call.service()) ? HttpProxy.reset() : call.forward();
    RandomMishaps gitAway =
        new RandomMishaps(1, 1, List.of(RandomMishaps.Kind.RESET), Duration.ZERO);
    try (OutsideWorld world =
            OutsideWorld.behindProxies(
                folder, aws.endpoints(), 2, 1, away, gitAway, new GitPackConfiguration() {});
        SelfhealProcess process = world.process("run").set("selfheal.health.interval", "500ms")) {
      process.launch();
      LogSender sender = new LogSender(List.of(process), 2);

      // The one try that there is would be gone at once
      sender.deliver(List.of(0));
      await().atMost(LONG).until(() -> issue(world, 0).outages() >= 2);
      assertThat(issue(world, 0).reason()).contains("Cannot fetch");
      assertThat(process.get(READY).statusCode()).isEqualTo(503);
      assertThat(process.get(READY).body()).contains("git unreachable");

      down.add("bedrock");
      gitAway.end();
      await()
          .atMost(LONG)
          .until(() -> String.valueOf(issue(world, 0).reason()).contains("Bedrock"));
      assertThat(issue(world, 0).attempts()).isLessThan(2);

      down.clear();
      await().atMost(LONG).until(() -> issue(world, 0).status() == IssueStatus.PULL_REQUEST_OPEN);
      assertThat(issue(world, 0).attempts()).isEqualTo(1);
      await().atMost(LONG).until(process::ready);

      down.addAll(Set.of("dynamodb", "stream", "sqs"));
      await()
          .atMost(LONG)
          .until(() -> process.get(READY).body().contains("AWS: table unreachable"));
      byte[] body = ShopErrors.lambdaEvent("/aws/lambda/shop", List.of(FaultyShop.traceback(1)));
      assertThat(process.post("/logs/cloudwatch", body).statusCode()).isEqualTo(503);

      down.clear();
      sender.deliver(List.of(1));
      EndState end = new EndState(world, 2);
      await().atMost(LONG).until(end::reached);
      await().atMost(LONG).until(process::ready);
      assertThat(end.wrong()).isEmpty();
      assertThat(world.deadLetters()).isZero();
      assertThat(process.stop()).isZero();
    }
  }

  private static Issue issue(OutsideWorld world, int bug) {
    return world.issues().all().stream()
        .filter(issue -> issue.message().contains(FaultyShop.message(bug)))
        .findFirst()
        .orElseThrow();
  }
}
