package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.settings.Settings;
import io.selfheal.workspace.GitRepo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens after the pull request, on the embedded default with the local forge. */
class FollowUpRoundTest {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private Path origin;
  private Path forge;
  private Path pulls;
  private Pipeline pipeline;
  private IssueTable issues;
  private int port;

  @BeforeEach
  void start() throws Exception {
    origin = ShopRepository.bareIn(folder, "shop.git");
    forge = folder.resolve("data/forge/shop.git");
    pulls = folder.resolve("data/forge/shop/pull-requests");
    Path replay = Files.createDirectories(folder.resolve("replay"));
    answer(replay, "1", "merged change, and the error came back", newFile("again.py"));
    answer(replay, "2", "what people said when they turned it down", newFile("otherwise.py"));
    answer(replay, "3", "asks for another change: say why", newFile("why.py"));
    answer(replay, "4", "no attribute 'price'", ShopRepository.withdrawnProductProposal());
    port = FreePort.next();
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("selfheal.apps.shop.repository", origin.toString());
    keys.put("selfheal.local", "true");
    keys.put("selfheal.local.dir", folder.resolve("data").toString());
    keys.put("selfheal.work.dir", folder.resolve("work").toString());
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("selfheal.sources", "http");
    keys.put("selfheal.http.port", Integer.toString(port));
    keys.put("selfheal.model", "replay");
    keys.put("selfheal.replay.dir", replay.toString());
    keys.put("selfheal.logs.flush-after", "100ms");
    keys.put("selfheal.issues.count-interval", "200ms");
    keys.put("selfheal.issues.sweep-interval", "1s");
    keys.put("selfheal.follow-up.interval", "500ms");
    keys.put("selfheal.follow-up.deploy-grace", "0s");
    keys.put("selfheal.follow-up.quiet-after", "2s");
    pipeline = new Pipeline(Settings.load(Optional.empty(), Map.of(), keys));
    pipeline.start();
    issues = pipeline.context().getRegistry().lookupByNameAndType("issueTable", IssueTable.class);
  }

  @AfterEach
  void stop() {
    pipeline.close();
  }

  private static void answer(Path replay, String name, String when, String proposal)
      throws Exception {
    Files.writeString(
        replay.resolve(name + ".json"),
        "{\"when\": \"%s\", \"proposal\": %s}".formatted(when, proposal));
  }

  private static String newFile(String name) {
    return """
        {"verdict": "fix", "root_cause": "It came back.", "title": "Add %1$s", "description": "More.",
         "edits": [{"path": "shop/%1$s", "search": "", "replace": "MORE = True\\n"}]}
        """
        .formatted(name);
  }

  private void logAnError(int request) throws Exception {
    HttpRequest request1 =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/logs/shop"))
            .POST(HttpRequest.BodyPublishers.ofString(ShopErrors.withdrawnProduct(request) + "\n"))
            .build();
    assertThat(
            HttpClient.newHttpClient()
                .send(request1, HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(202);
  }

  private Issue reaches(IssueStatus status) {
    Awaited found = new Awaited();
    await()
        .atMost(LONG)
        .until(
            () -> {
              found.issue = issues.all().stream().findFirst().orElse(null);
              return found.issue != null && found.issue.status() == status;
            });
    return found.issue;
  }

  private static final class Awaited {
    private Issue issue;
  }

  private void mergeInTheApplicationsRepository(Issue issue) throws Exception {
    try (Git git = Git.open(origin.toFile())) {
      git.fetch()
          .setRemote(forge.toString())
          .setRefSpecs("refs/heads/" + issue.branch() + ":refs/heads/main")
          .call();
    }
  }

  private void say(String text) throws Exception {
    Files.writeString(
        pulls.resolve("1.comments.jsonl"),
        "{\"author\": \"ada\", \"text\": \"" + text + "\"}\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  @Test
  void mergedAndBackAgainIsARegressionWithAPullRequestOfItsOwn() throws Exception {
    logAnError(1);
    Issue first = reaches(IssueStatus.PULL_REQUEST_OPEN);
    mergeInTheApplicationsRepository(first);
    Issue merged = reaches(IssueStatus.MERGED);
    assertThat(merged.history().mergedAt()).isNotNull();

    logAnError(2);
    Issue second = reaches(IssueStatus.PULL_REQUEST_OPEN);
    assertThat(second.pullRequestUrl()).endsWith("/2.md");
    assertThat(second.branch()).isEqualTo(first.branch());
    assertThat(pulls.resolve("3.md")).doesNotExist();
    assertThat(GitRepo.tip(forge, second.branch() + "^")).isEqualTo(GitRepo.tip(origin, "main"));
    assertThat(pulls.resolve("1.json")).content().contains("\"merged\"");

    mergeInTheApplicationsRepository(second);
    await().atMost(LONG).until(() -> issues.all().get(0).history().confirmedAt() != null);
    assertThat(Files.readAllLines(pulls.resolve("2.comments.jsonl")))
        .singleElement()
        .asString()
        .contains("0 since");
    assertThat(issues.all()).hasSize(1);
  }

  @Test
  void whatReviewersSayIsDoneAndARejectedOneStaysQuiet() throws Exception {
    logAnError(1);
    Issue opened = reaches(IssueStatus.PULL_REQUEST_OPEN);
    String tip = GitRepo.tip(forge, opened.branch());

    say("/selfheal retry say why");
    await().atMost(LONG).until(() -> GitRepo.tip(forge, opened.branch() + "^").equals(tip));
    reaches(IssueStatus.PULL_REQUEST_OPEN);
    assertThat(pulls.resolve("1.diff")).content().contains("shop/orders.py", "shop/why.py");
    assertThat(pulls.resolve("2.md")).doesNotExist();

    say("/selfheal explain");
    await()
        .atMost(LONG)
        .until(() -> Files.readString(pulls.resolve("1.comments.jsonl")).contains("Fingerprint"));

    say("This is the wrong layer");
    Path json = pulls.resolve("1.json");
    Files.writeString(
        json, Files.readString(json).replace("\"state\" : \"open\"", "\"state\" : \"closed\""));
    Issue rejected = reaches(IssueStatus.REJECTED);
    assertThat(rejected.history().review()).isEqualTo("ada: This is the wrong layer");
    assertThat(Files.readAllLines(pulls.resolve("1.comments.jsonl"))).hasSize(4);

    long seen = rejected.occurrences();
    logAnError(2);
    await().atMost(LONG).until(() -> issues.all().get(0).occurrences() == seen + 1);
    assertThat(issues.all().get(0).status()).isEqualTo(IssueStatus.REJECTED);

    issues.retry("shop", rejected.fingerprint(), Optional.empty());
    Issue again = reaches(IssueStatus.PULL_REQUEST_OPEN);
    assertThat(again.pullRequestUrl()).endsWith("/2.md");
    assertThat(pulls.resolve("2.diff")).content().contains("shop/otherwise.py");
  }
}
