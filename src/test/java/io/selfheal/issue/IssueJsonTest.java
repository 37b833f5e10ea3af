package io.selfheal.issue;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.stacktrace.LogContext;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IssueJsonTest {
  private static final Instant WHEN = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void showsWhatTheLogRecordSaid() {
    Issue issue =
        Issues.with(
            Issues.seen("shop", Issues.FINGERPRINT, WHEN),
            "status",
            IssueStatus.REPORTED,
            "reason",
            "why",
            "context",
            new LogContext("ERROR", "shop.db", "r-17", "4bf92f35"));

    assertThat(IssueJson.of(issue))
        .containsEntry("level", "ERROR")
        .containsEntry("logger", "shop.db")
        .containsEntry("request_id", "r-17")
        .containsEntry("trace_id", "4bf92f35")
        .containsEntry("reason", "why");
  }

  @Test
  void leavesOutWhatTheLogRecordDidNotSay() {
    assertThat(IssueJson.of(Issues.seen("shop", Issues.FINGERPRINT, WHEN)))
        .doesNotContainKeys("level", "logger", "request_id", "trace_id", "reason");
  }
}
