package io.selfheal.docs;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.selfheal.Pipeline;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's example, from its own text: a source and a host in two YAML files and a properties
 * file. Only what is on other machines there is replaced: the model by recorded answers, the forge
 * by a stand-in.
 */
class ReadmeExamplesIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String API = "/rest/api/1.0/projects/ACME/repos/shop";
  private static final String PULLS = API + "/pull-requests";
  private static final String TRACE =
      """
      2026-03-01 10:00:00 ERROR order could not be handled
      Traceback (most recent call last):
        File "/srv/shop/service.py", line 19, in handle
          order = place_order(json.loads(body))
        File "/srv/shop/orders.py", line 31, in place_order
          return Order(customer, lines, pricing.quote(lines, body.get("voucher")))
        File "/srv/shop/pricing.py", line 46, in line_total
          price = line.product.price * line.quantity
      AttributeError: 'NoneType' object has no attribute 'price'
      """;

  private static final String PULL_REQUEST =
      """
      {"id": 7, "state": "OPEN", "links": {"self": [{"href": "https://git.example.com/pull-requests/7"}]}}""";

  @TempDir private Path folder;
  private final WireMockServer forge = new WireMockServer(wireMockConfig().dynamicPort());
  private Path crashes;
  private Path repository;

  @BeforeEach
  void setUp() throws Exception {
    forge.start();
    crashes = Files.createDirectories(folder.resolve("crashes"));
    repository = shop();
  }

  @AfterEach
  void tearDown() {
    forge.stop();
  }

  @Test
  void aCrashReportBecomesAPullRequestAtDataCenter() throws Exception {
    forge.stubFor(get(urlPathEqualTo(PULLS)).willReturn(okJson("{\"values\": []}")));
    forge.stubFor(
        post(urlPathEqualTo(PULLS)).willReturn(aResponse().withStatus(201).withBody(PULL_REQUEST)));

    try (Pipeline selfheal = start()) {
      Files.writeString(crashes.resolve("crash-1.txt"), TRACE);
      Issue issue = healed(selfheal);

      assertThat(issue.app()).isEqualTo("shop");
      assertThat(issue.logGroup()).isEqualTo("inbox");
      assertThat(issue.logStream()).isEqualTo("crash-1.txt");
      assertThat(issue.pullRequestUrl()).isEqualTo("https://git.example.com/pull-requests/7");
      assertThat(branches()).containsExactlyInAnyOrder("main", issue.branch());
      forge.verify(
          1,
          postRequestedFor(urlPathEqualTo(PULLS))
              .withHeader("Authorization", equalTo("Bearer dc-secret"))
              .withRequestBody(
                  matchingJsonPath("$.fromRef.id", equalTo("refs/heads/" + issue.branch())))
              .withRequestBody(matchingJsonPath("$.toRef.id", equalTo("refs/heads/main")))
              .withRequestBody(matchingJsonPath("$.title", equalTo(issue.title()))));
      await().atMost(LONG).until(() -> Files.exists(crashes.resolve(".done/crash-1.txt")));
      assertThat(crashes.resolve("crash-1.txt")).doesNotExist();

      Files.writeString(crashes.resolve("crash-2.txt"), TRACE);
      await().atMost(LONG).until(() -> issues(selfheal).all().get(0).occurrences() == 2);
      assertThat(issues(selfheal).all()).hasSize(1);
      forge.verify(1, postRequestedFor(urlPathEqualTo(PULLS)));
    }
  }

  private Pipeline start() throws Exception {
    Readme readme = new Readme();
    for (Readme.Block block : readme.blocks()) {
      if (block.caption().startsWith("routes/")) {
        Path file = folder.resolve(block.caption());
        Files.createDirectories(file.getParent());
        Files.writeString(file, block.text());
      }
    }
    assertThat(folder.resolve("routes")).isDirectory();
    Path answers = Files.createDirectories(folder.resolve("answers"));
    Files.writeString(
        answers.resolve("withdrawn-product.json"), resource("replay/withdrawn-product.json"));

    Map<String, String> here = new HashMap<>();
    here.put("selfheal.routes", folder.resolve("routes").toString());
    here.put("selfheal.inbox.folder", crashes.toString());
    here.put("selfheal.local.dir", folder.resolve("data").toString());
    here.put("selfheal.work.dir", folder.resolve("work").toString());
    here.put("selfheal.issues.count-interval", "500ms");
    here.put("selfheal.heal.retry-delay", "1s");
    here.put("selfheal.model", "replay");
    here.put("selfheal.replay.dir", answers.toString());
    here.put("selfheal.apps.shop.repository", repository.toUri().toString());
    here.put("selfheal.apps.shop.scm-api-url", forge.baseUrl() + API);
    here.put("selfheal.apps.shop.scm-token", "dc-secret");
    here.put("camel.management.enabled", "false");
    Path properties =
        Files.writeString(
            folder.resolve("datacenter.properties"), readme.file("datacenter.properties"));
    Pipeline pipeline = new Pipeline(Settings.load(Optional.of(properties), Map.of(), here));
    pipeline.start();
    return pipeline;
  }

  private static IssueTable issues(Pipeline selfheal) {
    return selfheal.context().getRegistry().lookupByNameAndType("issueTable", IssueTable.class);
  }

  private static Issue healed(Pipeline selfheal) {
    await()
        .atMost(LONG)
        .until(
            () -> issues(selfheal).all(),
            found -> found.size() == 1 && found.get(0).status() == IssueStatus.PULL_REQUEST_OPEN);
    return issues(selfheal).all().get(0);
  }

  private List<String> branches() throws Exception {
    try (Git git = Git.open(repository.toFile())) {
      return git.branchList().call().stream()
          .map(ref -> ref.getName().replace("refs/heads/", ""))
          .toList();
    }
  }

  /** The demo's shop as a bare repository. */
  private Path shop() throws Exception {
    Path tree = folder.resolve("tree");
    for (String file : resource("files.txt").lines().toList()) {
      Path target = tree.resolve(file);
      Files.createDirectories(target.getParent());
      Files.writeString(target, resource("repository/" + file));
    }
    PersonIdent author = new PersonIdent("Dev", "dev@example.com");
    try (Git git = Git.init().setDirectory(tree.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("Take orders")
          .setAuthor(author)
          .setCommitter(author)
          .setSign(false)
          .call();
    }
    Path bare = folder.resolve("shop.git");
    Git.cloneRepository()
        .setBare(true)
        .setURI(tree.toUri().toString())
        .setDirectory(bare.toFile())
        .call()
        .close();
    return bare;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ReadmeExamplesIT.class.getResourceAsStream("/demo/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
