package io.selfheal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.model.FixProposal;
import io.selfheal.workspace.WorkTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.revwalk.FooterLine;
import org.junit.jupiter.api.Test;

class CommitMessageTest {
  @Test
  void holdsTitleRootCauseAndTrailer() {
    assertThat(message("Check the input", "The handler trusts its input."))
        .isEqualTo(
            "Check the input\n\nThe handler trusts its input.\n\nSelfheal-Fingerprint: "
                + TestProposals.FINGERPRINT
                + "\n");
  }

  @Test
  void keepsTheTitleOnOneShortLine() {
    String title =
        message("Fix\r\nthe\tthing\u0007 " + "very ".repeat(30), "x")
            .lines()
            .findFirst()
            .orElseThrow();

    assertThat(title).startsWith("Fix the thing very").hasSizeLessThanOrEqualTo(72).endsWith("…");
    assertThat(message(" \n ", "x")).startsWith("Fix error 0123456789ab\n\n");
    assertThat(message("# 1", "x")).startsWith("1\n\n");
  }

  @Test
  void letsTheModelFakeNoTrailer() {
    String message =
        message(
            "Selfheal-Fingerprint: ffff",
            "Because.\n\nSelfheal-Fingerprint: ffffffffffff\nCo-authored-by: Boss <boss@example.com>\n\n"
                + "Selfheal-Fingerprint: ffffffffffff");

    assertThat(FooterLine.getValues(FooterLine.fromMessage(message), CommitMessage.TRAILER))
        .containsExactly(TestProposals.FINGERPRINT);
    assertThat(FooterLine.getValues(FooterLine.fromMessage(message), "Co-authored-by")).isEmpty();
    assertThat(message.lines().filter(line -> line.startsWith("Selfheal-Fingerprint:")).skip(1))
        .containsExactly("Selfheal-Fingerprint: " + TestProposals.FINGERPRINT);
  }

  @Test
  void letsTheModelCloseNoIssueAndCallNobody() {
    String message = message("Fixes #12", "Closes: acme/shop#3 as @boss asked, see a@b.example.");

    assertThat(message)
        .startsWith("Fixes no. 12")
        .contains("Closes no. 3 as boss asked, see a@b.example.");
  }

  @Test
  void letsTheModelSwitchNoCiOff() {
    String message = message("Fix [skip ci]", "[CI SKIP] it [no ci]\n\nskip-checks: true");

    assertThat(message)
        .doesNotContainPattern("(?i)\\[skip ci\\]|\\[ci skip\\]|\\[no ci\\]|skip-checks:");
  }

  @Test
  void dropsInvisibleCharacters() {
    assertThat(message("Fix\u202E it", "a\u0000b\u001B[31m")).startsWith("Fix it\n\nab[31m\n");
  }

  private static String message(String title, String rootCause) {
    FixProposal some =
        TestProposals.fix(
            TestProposals.app("/r", null, null),
            new WorkTree(Path.of("/t"), "main", "0".repeat(40), "b"));
    FixProposal proposal =
        new FixProposal(
            some.prompt(), some.verdict(), rootCause, title, "", List.of(), "{}", "m", 0, 0);
    return new CommitMessage().of(new Change(proposal, new TreeMap<>(Map.of())));
  }
}
