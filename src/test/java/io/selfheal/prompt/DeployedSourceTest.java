package io.selfheal.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.issue.Issue;
import io.selfheal.issue.Issues;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import io.selfheal.workspace.BaseTree;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.TestApplications;
import io.selfheal.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real repositories, whose versions the log fits or does not fit. */
class DeployedSourceTest {
  private static final String FIRST =
      """
      package shop;

      public final class Orders {
        int total(Order order) {
          return order.customer().discount() * order.sum();
        }

        int count(Order order) {
          return order.lines().size();
        }
      }
      """;
  private static final String TRACE =
      """
      Exception in thread "main" java.lang.NullPointerException: customer is null
      \tat shop.Orders.total(Orders.java:5)
      \tat shop.Main.main(Main.java:3)
      """;

  @TempDir private Path folder;
  private GitRepo repo;

  @BeforeEach
  void makeRepository() throws Exception {
    repo = GitRepo.in(Files.createDirectories(folder.resolve("shop")));
  }

  private String commit(String text) {
    return repo.commit(Map.of("src/main/java/shop/Orders.java", text));
  }

  private RepairPrompt prompt(Issue issue) {
    var app = TestApplications.of("shop", repo.directory().toString());
    try (Workspace workspace =
        new Workspace(folder.resolve("work"), new GitAccess(), any -> Optional.empty())) {
      return new EnrichPrompt(
              workspace,
              new BuildPrompt(DeployedSourceTest::trace, text -> text, 12_000),
              text -> text)
          .enrich(
              new ClaimedIssue(
                  issue,
                  app,
                  new io.selfheal.issue.Lease("shop", issue.fingerprint(), "0123456789abcdef")),
              new DefaultExchange(new DefaultCamelContext()));
    }
  }

  private static Optional<StackTrace> trace(String text) {
    return new StackTraces()
        .find(text.lines().toList()).stream().findFirst().map(FoundTrace::trace);
  }

  @Test
  void presentVersionIsTakenForGranted() {
    commit(FIRST);
    RepairPrompt prompt = prompt(SamplePrompts.issue(TRACE));
    assertThat(prompt.deployed()).isEqualTo(RepairPrompt.Deployed.PRESENT);
    assertThat(prompt.probablyFixed()).isFalse();
  }

  @Test
  void versionThatRanIsFoundAndItsLinesWhereTheyStandNow() {
    String ran = commit(FIRST);
    commit(
        FIRST.replace("package shop;\n", "package shop;\n\nimport java.util.List;\nimport a.B;\n"));
    RepairPrompt prompt = prompt(SamplePrompts.issue(TRACE));
    assertThat(prompt.deployed().difference().orElseThrow())
        .contains("Another version was running", "Orders.java", ran.substring(0, 12));
    assertThat(prompt.probablyFixed()).isFalse();
    assertThat(prompt.user())
        .contains("src/main/java/shop/Orders.java line 8 in shop.Orders.total")
        .contains("the log says line 5")
        .contains("as it was in commit " + ran.substring(0, 12));
  }

  @Test
  void lineThatWasChangedSinceIsProbablyFixed() {
    String ran = commit(FIRST);
    String header = "package shop;\n\nimport java.util.List;\nimport a.B;\nimport a.C;\n";
    commit(FIRST.replace("package shop;\n", header));
    String fix =
        commit(
            FIRST
                .replace("package shop;\n", header)
                .replace("order.customer().discount()", "discount(order)"));
    RepairPrompt prompt = prompt(SamplePrompts.issue(TRACE));
    assertThat(prompt.probablyFixed()).isTrue();
    assertThat(prompt.deployed().alreadyFixed().orElseThrow())
        .contains("Probably already fixed", "line 5", ran.substring(0, 12))
        .contains("Commit " + fix.substring(0, 12));
  }

  @Test
  void guardPutBeforeTheLineIsAFixToo() {
    String trace =
        """
        Traceback (most recent call last):
          File "/var/task/src/orders.py", line 2, in total
            return order.customer.discount
        AttributeError: 'NoneType' object has no attribute 'discount'
        """;
    String ran = "def total(order):\n    return order.customer.discount\n";
    repo.commit(Map.of("src/orders.py", ran));
    String guard = "    if order.customer is None:\n        return 0\n";
    repo.commit(Map.of("src/orders.py", ran.replace("    return", guard + "    return")));
    assertThat(prompt(SamplePrompts.issue(trace)).probablyFixed()).isTrue();

    repo.commit(Map.of("src/orders.py", "import json\n\n\n" + ran));
    assertThat(prompt(SamplePrompts.issue(trace)).probablyFixed()).isFalse();
  }

  @Test
  void whoSendsItAgainHasItRepaired() {
    commit(FIRST);
    commit("// moved\n\n\n\n" + FIRST.replace("order.customer().discount()", "discount(order)"));
    Issue issue = SamplePrompts.issue(TRACE);
    Issue again =
        Issues.with(issue, "reason", "A person who sent the issue again says: still there");
    assertThat(prompt(again).probablyFixed()).isFalse();
  }

  @Test
  void versionThatNoCommitHasIsSaid() {
    commit(FIRST);
    RepairPrompt prompt =
        prompt(
            SamplePrompts.issue(
                """
                Traceback (most recent call last):
                  File "/var/task/src/orders.py", line 3, in total
                    return order.customer
                AttributeError: x
                """));
    assertThat(prompt.deployed()).isEqualTo(RepairPrompt.Deployed.PRESENT);

    repo.commit(Map.of("src/orders.py", "def total(order):\n    return order.buyer\n"));
    prompt =
        prompt(
            SamplePrompts.issue(
                """
                Traceback (most recent call last):
                  File "/var/task/src/orders.py", line 3, in total
                    return order.customer
                AttributeError: x
                """));
    assertThat(prompt.deployed().difference().orElseThrow())
        .contains("src/orders.py fits the log in none of the commits looked at");
    assertThat(prompt.probablyFixed()).isFalse();
  }

  @Test
  void commitsThatChangedTheFunctionAreShown() {
    commit(FIRST);
    commit(FIRST.replace("size()", "size() + 1"));
    commit(FIRST.replace("size()", "size() + 1").replace("* order.sum()", "+ order.sum()"));
    String user = prompt(SamplePrompts.issue(TRACE)).user();
    assertThat(user)
        .contains("Commits that changed these functions")
        .contains("+     return order.customer().discount() + order.sum();")
        .doesNotContain("+     return order.lines().size() + 1");
  }

  @Test
  void workTreeGivesTheVersionsOfAFile() {
    commit(FIRST);
    repo.commit(Map.of("README.md", "x\n"));
    String second = commit(FIRST + "// end\n");
    var app = TestApplications.of("shop", repo.directory().toString());
    try (Workspace workspace =
        new Workspace(folder.resolve("work"), new GitAccess(), any -> Optional.empty())) {
      var tree = workspace.open(app, "selfheal/0123456789ab", "r1");
      try (BaseTree files = tree.open();
          var history = tree.history()) {
        String path = "src/main/java/shop/Orders.java";
        var versions = history.versions(java.util.List.of(path), 100, 10).get(path);
        assertThat(versions).hasSize(2);
        assertThat(versions.get(0).commit()).isEqualTo(second);
        assertThat(history.read(versions.get(0))).isEqualTo(files.read(path).orElseThrow());
        assertThat(new String(history.read(versions.get(1)))).isEqualTo(FIRST);
        assertThat(history.versions(java.util.List.of(path), 1, 10).get(path)).hasSize(1);
      }
    }
  }
}
