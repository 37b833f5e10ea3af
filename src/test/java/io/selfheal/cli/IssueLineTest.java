package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Issues;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IssueLineTest {
  private static String lineOf(String reason) {
    Instant seen = Instant.parse("2026-01-05T10:00:00Z");
    return IssueLine.of(
        Issues.with(
            Issues.seen("shop", Issues.FINGERPRINT, seen),
            "status",
            IssueStatus.FAILED,
            "title",
            null,
            "attempts",
            3,
            "reason",
            reason));
  }

  @Test
  void holdsTheWholeFirstParagraphOfTheReason() {
    assertThat(lineOf("These do not hold:\nEdit 1 (a.py): no such file\n\ndiff --git a b"))
        .endsWith("  KeyError  These do not hold: Edit 1 (a.py): no such file")
        .startsWith("0123456789ab  FAILED");
  }

  @Test
  void staysOneLineOfAReadableLength() {
    assertThat(lineOf("a\r\n\u001b[31mb" + "c".repeat(10_000)))
        .hasSizeLessThan(500)
        .doesNotContain("\n", "\r", "\u001b")
        .endsWith("c…");
  }
}
