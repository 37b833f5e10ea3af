package io.selfheal.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.local.EmbeddedAws;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program is killed when a service has done what it asked and the answer is still under way, at
 * each of its writes. The other side of each, and the reads, are in the benchmark {@code crash}.
 */
@ExtendWith(EmbeddedAws.class)
@EnabledOnOs(OS.LINUX)
class CrashPointsIT {
  @TempDir private Path folder;

  @Test
  void aCrashAfterAnyWriteLosesNothingAndDoesNothingTwice(EmbeddedAws aws) throws Exception {
    CrashRun.Outcome outcome =
        CrashRun.run(
            folder, aws.endpoints(), 20, List.of(CrashPoint.Side.AFTER), false, killed -> {});

    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.wrongCounts()).isEmpty();
    assertThat(outcome.points())
        .contains(
            "after dynamodb PutItem",
            "after dynamodb UpdateItem QUEUED",
            "after sqs SendMessage",
            "after dynamodb UpdateItem REPAIRING",
            "after dynamodb UpdateItem brake",
            "after git push",
            "after github POST pulls",
            "after dynamodb UpdateItem PULL_REQUEST_OPEN",
            "after sqs DeleteMessage",
            "after dynamodb PutItem counts",
            "after dynamodb TransactWriteItems");
  }
}
