package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IssueLineTest {
  private static String lineOf(String reason) {
    Instant seen = Instant.parse("2026-01-05T10:00:00Z");
    return IssueLine.of(
        new Issue(
            "shop",
            "0123456789abcdef0123456789abcdef",
            IssueStatus.FAILED,
            "KeyError: 'x'",
            "KeyError",
            null,
            "python",
            1,
            seen,
            seen,
            "shop.log",
            "",
            3,
            null,
            null,
            reason,
            0,
            0,
            1,
            seen));
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
