package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.commit.guard.DiffGuard;
import io.selfheal.commit.guard.GuardSettings;
import io.selfheal.commit.guard.ReportRejected;
import io.selfheal.commit.syntax.CheckSyntax;
import io.selfheal.issue.Issues;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.model.AskAgain;
import io.selfheal.model.Edit;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ProposalException;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.queue.RetrySoon;
import io.selfheal.settings.Application;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import io.selfheal.workspace.WorkspaceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.TransportException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots the route as it is in the jar, with real repositories on disk. */
class CommitFixTest {
  private static final String SOURCE = "def total(order):\r\n    return order['items']\r\n";
  private static final Edit GOOD =
      new Edit("src/orders.py", "order['items']", "order.get('items', [])");
  private static final Edit BAD = new Edit("src/orders.py", "nowhere", "x");

  private static final Edit SWALLOWING =
      new Edit(
          "src/orders.py",
          "    return order['items']\n",
          "    try:\n        return order['items']\n    except KeyError:\n        return ()\n");

  @TempDir Path temp;
  private GitRepo repo;
  private Path origin;
  private Workspace workspace;
  private DefaultCamelContext camel;
  private final List<RepairPrompt> asked = new ArrayList<>();
  private Function<RepairPrompt, FixProposal> secondAnswer =
      prompt -> TestProposals.fix(prompt, GOOD);

  @BeforeEach
  void setUp() throws Exception {
    repo = GitRepo.in(temp.resolve("source"));
    repo.commit(Map.of("src/orders.py", SOURCE, "README.md", "Shop\n", "run.sh", "true\n"));
    // A bare repository takes pushes to any branch, like a forge.
    origin = temp.resolve("a shop +1 (100%).git");
    Git.cloneRepository()
        .setBare(true)
        .setURI(repo.directory().toString())
        .setDirectory(origin.toFile())
        .call()
        .close();
    start("false");
  }

  private void start(String dryRun) throws Exception {
    workspace =
        new Workspace(temp.resolve("a work+dir (100%)"), new GitAccess(), app -> Optional.empty());
    camel = new DefaultCamelContext();
    Properties settings = new Properties();
    settings.setProperty("selfheal.git.author-name", "selfheal");
    settings.setProperty("selfheal.git.author-email", "selfheal@localhost");
    settings.setProperty("selfheal.heal.dry-run", dryRun);
    camel.getPropertiesComponent().setInitialProperties(settings);
    RepairRecords records = new RepairRecords(Optional.of(temp.resolve("local")));
    UnaryOperator<String> mask = text -> text.replace("hunter2", "***");
    camel.getRegistry().bind("applyEdits", new ApplyEdits(mask));
    camel
        .getRegistry()
        .bind(
            "diffGuard",
            new DiffGuard(
                new GuardSettings(DiffGuard.RULES, Map.of(), 8, 300),
                text -> Optional.empty(),
                mask));
    camel
        .getRegistry()
        .bind("checkSyntax", new CheckSyntax(new RunTool(workspace, Sandboxes.none()), mask));
    camel.getRegistry().bind("reportRejected", new ReportRejected(records));
    camel
        .getRegistry()
        .bind(
            "formatChange",
            new FormatChange(workspace, mask, Duration.ofSeconds(60), Sandboxes.none()));
    camel
        .getRegistry()
        .bind(
            "verifyChange",
            new VerifyChange(workspace, records, mask, Duration.ofSeconds(60), Sandboxes.none()));
    camel.getRegistry().bind("askAgain", new AskAgain());
    camel.getRegistry().bind("stageChange", new StageChange());
    camel.getRegistry().bind("commitMessage", new CommitMessage());
    camel.getRegistry().bind("readBranch", new ReadBranch(records, mask));
    camel.getRegistry().bind("checkPush", new CheckPush());
    camel.getRegistry().bind("retrySoon", new RetrySoon(Duration.ofMillis(1), 4));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:call-model")
                .process(
                    exchange -> {
                      RepairPrompt prompt = exchange.getMessage().getBody(RepairPrompt.class);
                      asked.add(prompt);
                      exchange.getMessage().setBody(secondAnswer.apply(prompt));
                    });
          }
        });
    for (String file : List.of("00-error-handling", "06-commit-fix")) {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(
              PluginHelper.getResourceLoader(camel)
                  .resolveResource("classpath:routes/" + file + ".camel.yaml"));
    }
    camel.start();
  }

  @AfterEach
  void tearDown() {
    camel.stop();
    workspace.close();
  }

  @Test
  void pushesABranchThatHoldsTheFixAndNothingElse() {
    Application app = app(null);
    WorkTree tree = open(app, "r1");

    FixBranch branch =
        commit(
            TestProposals.fix(
                app, tree, GOOD, new Edit("tests/test_orders.py", "", "def test(): pass\n")));

    assertThat(branch.name()).isEqualTo(TestProposals.BRANCH);
    assertThat(branch.base()).isEqualTo("main");
    assertThat(branch.commit()).isEqualTo(GitRepo.tip(origin, TestProposals.BRANCH));
    assertThat(branch.verification()).isEqualTo(Verification.NONE);
    assertThat(GitRepo.file(origin, branch.commit(), "src/orders.py"))
        .asString(UTF_8)
        .isEqualTo("def total(order):\r\n    return order.get('items', [])\r\n");
    assertThat(GitRepo.tip(origin, branch.commit() + "^")).isEqualTo(GitRepo.tip(origin, "main"));
    assertThat(branch.diff())
        .contains(
            "diff --git a/src/orders.py b/src/orders.py", "+    return order.get('items', [])")
        .contains("new file mode 100644", "+def test(): pass")
        .doesNotContain("README.md");
    assertThat(GitRepo.message(origin, branch.commit()))
        .startsWith("Check the input\n\nThe handler trusts its input.\n\n")
        .endsWith("Selfheal-Fingerprint: " + TestProposals.FINGERPRINT + "\n");
    assertThat(temp.resolve("local/repairs/0123456789ab/1/change.diff")).hasContent(branch.diff());
    assertThat(asked).isEmpty();
  }

  @Test
  void pushesAgainWhenTheHostDidNotAnswer() throws Exception {
    Application app = app(null);
    WorkTree tree = open(app, "r1");
    AtomicInteger pushes = new AtomicInteger();
    AdviceWith.adviceWith(
        camel,
        "commit-fix",
        route ->
            route
                .weaveById("push")
                .before()
                .process(
                    exchange -> {
                      if (pushes.incrementAndGet() < 3) {
                        throw new TransportException(
                            "Connection reset",
                            new org.eclipse.jgit.errors.TransportException("Connection reset"));
                      }
                    }));

    FixBranch branch = commit(TestProposals.fix(app, tree, GOOD));

    assertThat(pushes).hasValue(3);
    assertThat(branch.commit()).isEqualTo(GitRepo.tip(origin, TestProposals.BRANCH));
  }

  @Test
  void commitsInTheConfiguredName() throws Exception {
    Application app = app(null);
    FixBranch branch = commit(TestProposals.fix(app, open(app, "r1"), GOOD));

    try (Git git = Git.open(origin.toFile());
        var walk = new org.eclipse.jgit.revwalk.RevWalk(git.getRepository())) {
      var commit = walk.parseCommit(git.getRepository().resolve(branch.commit()));
      assertThat(commit.getAuthorIdent().getName()).isEqualTo("selfheal");
      assertThat(commit.getAuthorIdent().getEmailAddress()).isEqualTo("selfheal@localhost");
      assertThat(commit.getCommitterIdent().getEmailAddress()).isEqualTo("selfheal@localhost");
    }
  }

  @Test
  void asksTheModelAgainOnceWithTheReason() {
    Application app = app(null);

    FixBranch branch = commit(TestProposals.fix(app, open(app, "r1"), BAD));

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).rejection().orElseThrow().reason())
        .contains("the search text is nowhere in the file");
    assertThat(branch.commit()).isEqualTo(GitRepo.tip(origin, TestProposals.BRANCH));
  }

  @Test
  void givesUpWhenTheSecondAnswerDoesNotHoldEither() {
    Application app = app(null);
    WorkTree tree = open(app, "r1");
    secondAnswer = prompt -> TestProposals.fix(prompt, new Edit("../../etc/passwd", "", "owned"));

    assertThatThrownBy(() -> commit(TestProposals.fix(app, tree, BAD)))
        .isInstanceOf(ProposalException.class)
        .hasMessageContaining("../../etc/passwd");
    assertThat(asked).hasSize(1);
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isNull();
  }

  @Test
  void tellsTheModelOnceWhichRuleItBreaks() {
    Application app = app(null);

    FixBranch branch = commit(TestProposals.fix(app, open(app, "r1"), SWALLOWING));

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).rejection().orElseThrow().reason())
        .contains("swallowed-exception, src/orders.py line 4: ");
    assertThat(branch.diff()).contains("+    return order.get('items', [])");
  }

  @Test
  void reportsAChangeThatBreaksARuleTwice() {
    Application app = app(null);
    secondAnswer = prompt -> TestProposals.fix(prompt, SWALLOWING);

    Object body = request(TestProposals.fix(app, open(app, "r1"), SWALLOWING));

    assertThat(body).isInstanceOf(FixProposal.class);
    FixProposal report = (FixProposal) body;
    assertThat(report.verdict()).isEqualTo(FixProposal.Verdict.REPORT);
    assertThat(report.rootCause())
        .startsWith("The handler trusts its input.\n\n")
        .contains("swallowed-exception, src/orders.py line 4: ")
        .contains("+    except KeyError:");
    assertThat(temp.resolve("local/repairs/0123456789ab/1/change.diff"))
        .content()
        .contains("--- a/src/orders.py", "+    except KeyError:");
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isNull();
  }

  @Test
  void reportsAChangeThatBreaksARuleWhenTheModelWasToldBefore() {
    Application app = app(null);
    RepairPrompt told =
        TestProposals.prompt(app, open(app, "r1"))
            .rejected(new RepairPrompt.Rejection("prose", "no tool call", 1, 1));

    Object body = request(TestProposals.fix(told, SWALLOWING));

    assertThat(((FixProposal) body).verdict()).isEqualTo(FixProposal.Verdict.REPORT);
    assertThat(asked).isEmpty();
  }

  @Test
  void asksNoThirdTime() {
    Application app = app(null);
    RepairPrompt told =
        TestProposals.prompt(app, open(app, "r1"))
            .rejected(new RepairPrompt.Rejection("prose", "no tool call", 1, 1));

    assertThatThrownBy(() -> commit(TestProposals.fix(told, BAD)))
        .isInstanceOf(ProposalException.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void handsBackASecondAnswerThatOnlyReports() {
    Application app = app(null);
    secondAnswer = TestProposals::report;

    Object body = request(TestProposals.fix(app, open(app, "r1"), BAD));

    assertThat(body).isInstanceOf(FixProposal.class);
    assertThat(((FixProposal) body).verdict()).isEqualTo(FixProposal.Verdict.REPORT);
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isNull();
  }

  @Test
  void verifiesTheBaseOnceAndEachAnswer() throws Exception {
    Application app = app("echo x >> ../../../runs; grep -q get src/orders.py");
    Edit useless = new Edit("src/orders.py", "'items'", "\"items\"");

    FixBranch branch = commit(TestProposals.fix(app, open(app, "r1"), useless));

    assertThat(asked.get(0).rejection().orElseThrow().reason()).contains("failed before as well");
    assertThat(branch.verification().before().orElseThrow().green()).isFalse();
    assertThat(branch.verification().after().orElseThrow().green()).isTrue();
    assertThat(Files.readString(temp.resolve("a work+dir (100%)/runs"))).isEqualTo("x\nx\nx\n");
    assertThat(GitRepo.file(origin, branch.commit(), "src/orders.py"))
        .asString(UTF_8)
        .doesNotContain("\"items\"");
  }

  @Test
  void pushesNothingInADryRun() throws Exception {
    tearDown();
    start("true");
    Application app = app(null);

    FixBranch branch = commit(TestProposals.fix(app, open(app, "r1"), GOOD));

    assertThat(branch.diff()).contains("+    return order.get('items', [])");
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isNull();
  }

  @Test
  void adoptsTheSameChangeOfATryThatDied() {
    Application app = app(null);
    FixBranch first = commit(TestProposals.fix(app, open(app, "r1"), GOOD));

    FixBranch second = commit(TestProposals.fix(app, open(app, "r2"), GOOD));

    assertThat(second.commit())
        .isEqualTo(GitRepo.tip(origin, TestProposals.BRANCH))
        .isEqualTo(first.commit());
    assertThat(second.diff()).isEqualTo(first.diff());
  }

  @Test
  void replacesAnotherChangeOfATryThatDied() {
    Application app = app(null);
    FixBranch first = commit(TestProposals.fix(app, open(app, "r1"), GOOD));
    repo.commit(Map.of("README.md", "Shop 2\n"));
    push(repo.directory(), "main");

    FixBranch second =
        commit(
            TestProposals.fix(
                app, open(app, "r2"), new Edit("src/orders.py", "'items'", "'order_items'")));

    assertThat(second.commit())
        .isEqualTo(GitRepo.tip(origin, TestProposals.BRANCH))
        .isNotEqualTo(first.commit());
    assertThat(GitRepo.tip(origin, second.commit() + "^")).isEqualTo(GitRepo.tip(origin, "main"));
    assertThat(second.diff()).contains("order_items").doesNotContain("README");
  }

  @Test
  void leavesABranchOfOthersAlone() {
    repo.checkOut(TestProposals.BRANCH, true);
    String theirs = repo.commit(Map.of("README.md", "by hand\n"));
    push(repo.directory(), TestProposals.BRANCH);
    Application app = app(null);

    assertThatThrownBy(() -> commit(TestProposals.fix(app, open(app, "r1"), GOOD)))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("application shop")
        .hasMessageContaining(TestProposals.BRANCH)
        .hasMessageContaining("selfheal did not make");
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isEqualTo(theirs);
  }

  @Test
  void leavesABranchAloneThatSomebodyWentOnWith() {
    Application app = app(null);
    FixBranch first = commit(TestProposals.fix(app, open(app, "r1"), GOOD));
    Path clone = temp.resolve("clone");
    try (Git git =
        Git.cloneRepository()
            .setURI(origin.toString())
            .setDirectory(clone.toFile())
            .setBranch(TestProposals.BRANCH)
            .call()) {
      Files.writeString(clone.resolve("README.md"), "by hand\n");
      git.add().addFilepattern("README.md").call();
      git.commit()
          .setMessage("By hand")
          .setAuthor("a", "a@b")
          .setCommitter("a", "a@b")
          .setSign(false)
          .call();
      git.push().call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    String theirs = GitRepo.tip(origin, TestProposals.BRANCH);

    assertThatThrownBy(
            () ->
                commit(
                    TestProposals.fix(
                        app, open(app, "r2"), new Edit("src/orders.py", "'items'", "'x'"))))
        .isInstanceOf(WorkspaceException.class);
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH))
        .isEqualTo(theirs)
        .isNotEqualTo(first.commit());
  }

  @Test
  void keepsFourRepairsOfOneRepositoryApart() throws Exception {
    Application app = app("grep -q get src/orders.py");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<FixBranch>> repairs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int n = i;
        repairs.add(
            () -> {
              WorkTree tree = workspace.open(app, "selfheal/00000000000" + n, "r" + n);
              Edit edit =
                  new Edit("src/orders.py", "order['items']", "order.get('items', " + n + ")");
              return commit(TestProposals.fix(app, tree, edit));
            });
      }
      List<FixBranch> branches = new ArrayList<>();
      for (Future<FixBranch> branch : threads.invokeAll(repairs)) {
        branches.add(branch.get());
      }
      for (int i = 0; i < 4; i++) {
        assertThat(GitRepo.tip(origin, "selfheal/00000000000" + i))
            .isEqualTo(branches.get(i).commit());
        assertThat(branches.get(i).diff()).contains("+    return order.get('items', " + i + ")");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void leavesNoEndpointsBehind() {
    Application app = app(null);
    commit(TestProposals.fix(app, open(app, "r1"), GOOD));

    assertThat(camel.getEndpoints())
        .noneMatch(endpoint -> endpoint.getEndpointUri().startsWith("git:"));
  }

  @Test
  void addsACommitToAnOpenPullRequestsBranchOnce() {
    Application app = app(null);
    String first = commit(TestProposals.fix(app, open(app, "r1"), GOOD)).commit();
    Edit further = new Edit("src/orders.py", "order.get('items', [])", "order.get('items', ())");

    FixBranch second = commit(goOn(app, first, "r2", further));
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isEqualTo(second.commit());
    assertThat(GitRepo.tip(origin, second.commit() + "^")).isEqualTo(first);

    // The process died after that push, and the model words it otherwise.
    Edit other = new Edit("src/orders.py", "order.get('items', [])", "order.get('items') or []");
    assertThat(commit(goOn(app, first, "r3", other)).commit()).isEqualTo(second.commit());
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isEqualTo(second.commit());
  }

  @Test
  void addsToWhatPeopleHaveAdded() throws Exception {
    Application app = app(null);
    String first = commit(TestProposals.fix(app, open(app, "r1"), GOOD)).commit();
    try (Git git = Git.open(repo.directory().toFile())) {
      git.fetch().setRemote(origin.toString()).setRefSpecs("refs/heads/*:refs/heads/*").call();
    }
    repo.checkOut(TestProposals.BRANCH, false);
    String theirs = repo.commit(Map.of("README.md", "Shop, reviewed\n"));
    push(repo.directory(), TestProposals.BRANCH);

    Edit further = new Edit("src/orders.py", "order.get('items', [])", "order.get('items', ())");
    FixBranch second = commit(goOn(app, first, "r2", further));

    assertThat(GitRepo.tip(origin, second.commit() + "^")).isEqualTo(theirs);
    assertThat(second.diff()).doesNotContain("README.md");
  }

  @Test
  void putsItsCommitOnTopOfWhatAReviewerPushesMeanwhile() throws Exception {
    Application app = app("true");
    String first = commit(TestProposals.fix(app, open(app, "r1"), GOOD)).commit();
    Edit further = new Edit("src/orders.py", "order.get('items', [])", "order.get('items', ())");
    FixProposal proposal = goOn(app, first, "r2", further);
    String theirs = pushAsReviewer(Map.of("README.md", "Shop, reviewed\n"));

    FixBranch second = commit(proposal);

    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isEqualTo(second.commit());
    assertThat(GitRepo.tip(origin, second.commit() + "^")).isEqualTo(theirs);
    assertThat(GitRepo.file(origin, second.commit(), "src/orders.py"))
        .asString(UTF_8)
        .contains("order.get('items', ())");
    assertThat(GitRepo.file(origin, second.commit(), "README.md"))
        .asString(UTF_8)
        .isEqualTo("Shop, reviewed\n");
    assertThat(second.verification()).isEqualTo(Verification.NONE);
  }

  @Test
  void leavesItToTheNextTryWhenAReviewerChangesTheSameLinesMeanwhile() throws Exception {
    Application app = app(null);
    String first = commit(TestProposals.fix(app, open(app, "r1"), GOOD)).commit();
    Edit further = new Edit("src/orders.py", "order.get('items', [])", "order.get('items', ())");
    FixProposal proposal = goOn(app, first, "r2", further);
    String theirs = pushAsReviewer(Map.of("src/orders.py", "def total(order):\n    return 0\n"));

    assertThatThrownBy(() -> commit(proposal)).hasMessageContaining("change the same lines");
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isEqualTo(theirs);
  }

  private String pushAsReviewer(Map<String, String> files) throws Exception {
    try (Git git = Git.open(repo.directory().toFile())) {
      git.fetch().setRemote(origin.toString()).setRefSpecs("refs/heads/*:refs/heads/*").call();
    }
    repo.checkOut(TestProposals.BRANCH, false);
    String commit = repo.commit(files);
    push(repo.directory(), TestProposals.BRANCH);
    return commit;
  }

  @Test
  void replacesABranchThatPeopleHaveAddedToOnceItIsMerged() throws Exception {
    Application app = app(null);
    commit(TestProposals.fix(app, open(app, "r1"), GOOD));
    try (Git git = Git.open(repo.directory().toFile())) {
      git.fetch().setRemote(origin.toString()).setRefSpecs("refs/heads/*:refs/heads/*").call();
    }
    repo.checkOut(TestProposals.BRANCH, false);
    String merged = repo.commit(Map.of("README.md", "Shop, reviewed\n"));
    push(repo.directory(), TestProposals.BRANCH);
    FixProposal regression = TestProposals.fix(app, open(app, "r2"), GOOD);

    assertThatThrownBy(() -> commit(regression)).hasMessageContaining("did not make");
    FixProposal known =
        TestProposals.fix(
            with(TestProposals.prompt(app, open(app, "r3")), history(null, merged)), GOOD);
    FixBranch branch = commit(known);
    assertThat(GitRepo.tip(origin, TestProposals.BRANCH)).isEqualTo(branch.commit());
    assertThat(GitRepo.tip(origin, branch.commit() + "^")).isEqualTo(GitRepo.tip(origin, "main"));
  }

  private FixProposal goOn(Application app, String from, String repairId, Edit edit) {
    WorkTree tree =
        workspace.open(
            app,
            TestProposals.BRANCH,
            repairId,
            Optional.of(new Workspace.GoOn(from, TestProposals.FINGERPRINT)));
    return TestProposals.fix(with(TestProposals.prompt(app, tree), history(from, null)), edit);
  }

  private static PullRequestHistory history(String goOnFrom, String mergedHead) {
    return new PullRequestHistory(
        null, null, null, mergedHead, null, null, null, goOnFrom, 0, null, 0, null, null);
  }

  private static RepairPrompt with(RepairPrompt prompt, PullRequestHistory history) {
    return new RepairPrompt(
        Issues.like(prompt.issue(), prompt.issue().status(), null, history),
        prompt.app(),
        prompt.workTree(),
        prompt.system(),
        prompt.user(),
        Optional.empty());
  }

  private Application app(String verify) {
    return TestProposals.app(origin.toString(), verify, null);
  }

  private WorkTree open(Application app, String repairId) {
    return workspace.open(app, TestProposals.BRANCH, repairId);
  }

  private FixBranch commit(FixProposal proposal) {
    return (FixBranch) request(proposal);
  }

  private Object request(FixProposal proposal) {
    try {
      return camel.createProducerTemplate().requestBody("direct:commit-fix", proposal);
    } catch (CamelExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void push(Path from, String branch) {
    try (Git git = Git.open(from.toFile())) {
      git.push().setRemote(origin.toString()).add(branch).call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
