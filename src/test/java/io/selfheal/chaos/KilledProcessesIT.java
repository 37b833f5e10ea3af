package io.selfheal.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.local.EmbeddedAws;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark {@code soak}, short. */
@ExtendWith(EmbeddedAws.class)
class KilledProcessesIT {
  @TempDir private Path folder;

  @Test
  void twoProcessesHealEachErrorOnceAlthoughOneIsKilled(EmbeddedAws aws) throws Exception {
    SoakRun.Outcome outcome =
        SoakRun.run(
            folder,
            aws.endpoints(),
            new SoakRun.Plan(2, 6, 600, Duration.ofMillis(1500), 1, Duration.ofMinutes(3)),
            line -> {});

    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.kills()).isEqualTo(1);
    assertThat(outcome.wrongCounts()).isEmpty();
  }
}
