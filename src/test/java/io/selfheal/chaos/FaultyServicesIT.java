package io.selfheal.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.chaos.RandomMishaps.Kind;
import io.selfheal.local.EmbeddedAws;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fifth of all requests to every outside service fails, in every way at once. Each service and
 * each way alone are in the benchmark {@code faults}.
 */
@ExtendWith(EmbeddedAws.class)
class FaultyServicesIT {
  @TempDir private Path folder;

  @Test
  void theSameEndIsReachedOnlyLater(EmbeddedAws aws) throws Exception {
    FaultRun.Plan plan =
        new FaultRun.Plan(
            4,
            Set.copyOf(FaultRun.SERVICES),
            List.of(Kind.values()),
            0.2,
            Duration.ofSeconds(3),
            10,
            Duration.ofMinutes(4));

    FaultRun.Outcome outcome = FaultRun.run(folder, aws.endpoints(), plan);

    assertThat(outcome.wrong()).as(outcome.faults()).isEmpty();
  }
}
