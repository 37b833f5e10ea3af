package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.commit.FixBranch;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.PullRequest.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenPullRequestLocalRouteTest {
  @TempDir Path dir;
  private Path folder;
  private LocalForge forge;

  @BeforeEach
  void forge() {
    folder = dir.resolve("forge/shop/pull-requests");
    forge =
        new LocalForge(
            dir.resolve("forge"),
            new DescribePullRequest(new ModelPrices(null, null), text -> text),
            Clock.fixed(Instant.parse("2026-01-06T12:00:00Z"), ZoneOffset.UTC));
  }

  private PullRequest open(FixBranch branch) throws Exception {
    try (var route =
        new RouteContext()
            .bind("localIssues", new LocalIssues(dir, null))
            .bind("localForge", forge)
            .start(Map.of(), "routes/07-open-pull-request/local.camel.yaml")) {
      return route.ask("direct:open-pull-request-local", branch, PullRequest.class);
    }
  }

  private static FixBranch named(String name, String commit) {
    FixBranch branch = SampleBranches.branch();
    return new FixBranch(
        branch.proposal(), name, branch.base(), commit, branch.diff(), branch.verification());
  }

  private void set(int number, String state) throws IOException {
    Path file = folder.resolve(number + ".json");
    Files.writeString(file, Files.readString(file).replace("\"open\"", "\"" + state + "\""));
  }

  @Test
  void pullRequestIsThreeFiles() throws Exception {
    PullRequest opened = open(SampleBranches.branch());

    assertThat(opened.number()).isEqualTo(1);
    assertThat(opened.state()).isEqualTo(State.OPEN);
    assertThat(opened.url()).isEqualTo(folder.resolve("1.md").toUri().toString());
    assertThat(folder.resolve("1.md"))
        .content()
        .startsWith("# Answer 400 to orders without items\n\nAn error");
    assertThat(folder.resolve("1.diff")).content().isEqualTo(SampleBranches.branch().diff());
    assertThat(JsonMapper.builder().build().readTree(folder.resolve("1.json").toFile()))
        .isEqualTo(
            JsonMapper.builder()
                .build()
                .readTree(
                    """
                    {"number": 1, "state": "open", "title": "Answer 400 to orders without items",
                     "head": "selfheal/3f2a9c0d1e4b", "base": "main",
                     "commit": "1111111111111111111111111111111111111111",
                     "fingerprint": "3f2a9c0d1e4b5a6978c0ffee12345678",
                     "url": "%s", "created": "2026-01-06T12:00:00Z"}
                    """
                        .formatted(opened.url())));
  }

  @Test
  void openOneIsFoundAgainAndFollowsItsBranch() throws Exception {
    open(SampleBranches.branch());
    PullRequest again = open(named("selfheal/3f2a9c0d1e4b", "2222"));
    assertThat(again.number()).isEqualTo(1);
    assertThat(folder.resolve("1.json")).content().contains("\"2222\"");
    assertThat(folder.resolve("2.json")).doesNotExist();
  }

  @Test
  void otherBranchGetsTheNextNumber() throws Exception {
    open(SampleBranches.branch());
    assertThat(open(named("selfheal/aaaaaaaaaaaa", "2")).number()).isEqualTo(2);
  }

  @Test
  void rejectedOneIsReturnedAsClosed() throws Exception {
    open(SampleBranches.branch());
    set(1, "closed");
    assertThat(open(named("selfheal/3f2a9c0d1e4b", "2")).state()).isEqualTo(State.CLOSED);
  }

  @Test
  void rejectedOneThatTheOwnerRetriesIsFollowedByANewOne() throws Exception {
    String url = open(SampleBranches.branch()).url();
    set(1, "closed");
    var retried =
        SampleBranches.branch(SamplePrompts.issue(1, 0, 0, url), SamplePrompts.app(), "2");
    assertThat(open(retried))
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(2L, State.OPEN);
  }

  @Test
  void regressionAfterAMergeGetsANewOne() throws Exception {
    open(SampleBranches.branch());
    set(1, "merged");
    assertThat(open(SampleBranches.branch()).state()).isEqualTo(State.MERGED);
    assertThat(open(named("selfheal/3f2a9c0d1e4b", "2")))
        .extracting(PullRequest::number, PullRequest::state)
        .containsExactly(2L, State.OPEN);
  }

  @Test
  void unknownStateIsNamed() throws Exception {
    open(SampleBranches.branch());
    set(1, "done");
    assertThatThrownBy(() -> open(SampleBranches.branch()))
        .isInstanceOf(ScmException.class)
        .hasMessageContaining("write open, merged or closed");
  }

  @Test
  void killedWriterLeavesNoPullRequest() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("1.md"), "half");
    Files.writeString(folder.resolve(".1.json.new"), "{\"numb");
    assertThat(open(SampleBranches.branch()).number()).isEqualTo(1);
    assertThat(folder.resolve("1.md")).content().startsWith("# Answer");
  }

  @Test
  void manyAtOnceGetDifferentNumbers() throws Exception {
    var pool = Executors.newFixedThreadPool(8);
    try {
      var opened = new ArrayList<Future<PullRequest>>();
      for (int i = 0; i < 40; i++) {
        FixBranch branch = named("selfheal/%012d".formatted(i / 2), "1");
        opened.add(pool.submit(() -> forge.open(branch)));
      }
      var numbers = new ArrayList<Long>();
      for (var one : opened) {
        numbers.add(one.get().number());
      }
      assertThat(numbers).allSatisfy(n -> assertThat(n).isBetween(1L, 20L));
      assertThat(numbers.stream().distinct()).hasSize(20);
    } finally {
      pool.shutdownNow();
    }
  }
}
