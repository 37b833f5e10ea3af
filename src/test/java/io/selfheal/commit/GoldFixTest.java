package io.selfheal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.selfheal.bugs.Bug;
import io.selfheal.bugs.GoldEdits;
import io.selfheal.commit.guard.DiffGuard;
import io.selfheal.commit.guard.GuardSettings;
import io.selfheal.commit.guard.ReportRejected;
import io.selfheal.commit.syntax.CheckSyntax;
import io.selfheal.model.AskAgain;
import io.selfheal.model.Edit;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.prompt.TokenEstimate;
import io.selfheal.queue.RetrySoon;
import io.selfheal.settings.Application;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.GitRepo;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.WorkTree;
import io.selfheal.workspace.Workspace;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the right fix of each bug of the set through the route as it is in the jar. */
class GoldFixTest {
  private static final Map<String, List<String>> TOOLS =
      Map.of("python", List.of("python3"), "javascript", List.of("node"), "java", List.of("javac"));

  /** Stands for a formatter that has nothing to change, and would fail on a missing file. */
  private static final String FORMAT = "cat > /dev/null";

  /** Catches an exception because its answer is wanted; what a guard cannot tell from hiding it. */
  private static final String HANDLES_ON_PURPOSE = "tqdm-971";

  private final Map<String, Set<String>> guards = new HashMap<>();

  @TempDir private Path temp;
  private Path origin;
  private Workspace workspace;
  private DefaultCamelContext camel;

  static Stream<Bug> bugs() {
    return Bug.all().stream();
  }

  @BeforeEach
  void setUp() throws Exception {
    origin = temp.resolve("shop.git");
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty());
    camel = new DefaultCamelContext();
    var settings = new Properties();
    settings.setProperty("selfheal.git.author-name", "selfheal");
    settings.setProperty("selfheal.git.author-email", "selfheal@localhost");
    settings.setProperty("selfheal.heal.dry-run", "false");
    camel.getPropertiesComponent().setInitialProperties(settings);
    var records = new RepairRecords(Optional.empty());
    UnaryOperator<String> mask = UnaryOperator.identity();
    Duration timeout = Duration.ofMinutes(2);
    bind("applyEdits", new ApplyEdits(mask));
    bind(
        "diffGuard",
        new DiffGuard(
            new GuardSettings(DiffGuard.RULES, guards, 8, 300), text -> Optional.empty(), mask));
    bind("checkSyntax", new CheckSyntax(new RunTool(workspace, Sandboxes.none()), mask));
    bind("reportRejected", new ReportRejected(records));
    bind("formatChange", new FormatChange(workspace, mask, timeout, Sandboxes.none()));
    bind("verifyChange", new VerifyChange(workspace, records, mask, timeout, Sandboxes.none()));
    bind("askAgain", new AskAgain());
    bind("stageChange", new StageChange());
    bind("commitMessage", new CommitMessage());
    bind("readBranch", new ReadBranch(records, mask));
    bind("checkPush", new CheckPush());
    bind("retrySoon", new RetrySoon(Duration.ofMillis(1), 4));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // What the checks find in a right fix, were they to find anything.
            from("direct:call-model")
                .process(
                    exchange ->
                        fail(
                            exchange
                                .getMessage()
                                .getBody(RepairPrompt.class)
                                .rejection()
                                .orElseThrow()
                                .reason()));
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

  private void bind(String name, Object bean) {
    camel.getRegistry().bind(name, bean);
  }

  @AfterEach
  void tearDown() {
    camel.stop();
    workspace.close();
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void goldFixIsAppliedVerifiedAndPushedByteForByte(Bug bug) throws Exception {
    for (String tool : TOOLS.get(bug.language())) {
      assumeTrue(installed(tool), tool + " is not installed");
    }
    GitRepo.in(temp.resolve("source")).commitBytes(bug.before());
    Git.cloneRepository()
        .setBare(true)
        .setURI(temp.resolve("source").toString())
        .setDirectory(origin.toFile())
        .call()
        .close();
    Application app = TestProposals.app(origin.toString(), bug.test(), FORMAT);
    WorkTree tree = workspace.open(app, TestProposals.BRANCH, "r1");
    List<Edit> edits = GoldEdits.of(bug);
    if (bug.name().equals(HANDLES_ON_PURPOSE)) {
      Set<String> others = new HashSet<>(DiffGuard.RULES);
      others.remove("swallowed-exception");
      guards.put(app.name(), others);
    }

    FixBranch branch =
        (FixBranch)
            camel
                .createProducerTemplate()
                .requestBody(
                    "direct:commit-fix", TestProposals.fix(app, tree, edits.toArray(Edit[]::new)));

    assertThat(branch.commit()).isEqualTo(GitRepo.tip(origin, TestProposals.BRANCH));
    bug.after()
        .forEach(
            (path, content) ->
                assertThat(GitRepo.file(origin, branch.commit(), path))
                    .as(path)
                    .isEqualTo(content));
    bug.before()
        .forEach(
            (path, content) -> {
              if (!bug.after().containsKey(path)) {
                assertThat(GitRepo.file(origin, branch.commit(), path)).as(path).isEqualTo(content);
              }
            });
    assertThat(branch.verification().after().orElseThrow().green()).isTrue();
    assertThat(newTestsAlone(bug, tree)).as("the new test on the unfixed source").isNotZero();
  }

  private int newTestsAlone(Bug bug, WorkTree tree) throws Exception {
    Path checkout = workspace.checkOut(tree, bug.newTests(), "tests");
    Process process =
        new ProcessBuilder("sh", "-c", bug.test())
            .directory(checkout.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor();
  }

  @Test
  void aFixThatHandlesTheExceptionOnPurposeNeedsItsGuardOff() throws Exception {
    assumeTrue(installed("python3"), "python3 is not installed");
    Bug bug = bugs().filter(one -> one.name().equals(HANDLES_ON_PURPOSE)).findFirst().orElseThrow();
    GitRepo.in(origin).commitBytes(bug.before());
    Application app = TestProposals.app(origin.toString(), bug.test(), FORMAT);
    WorkTree tree = workspace.open(app, TestProposals.BRANCH, "r1");

    assertThatThrownBy(
            () ->
                camel
                    .createProducerTemplate()
                    .requestBody(
                        "direct:commit-fix",
                        TestProposals.fix(app, tree, GoldEdits.of(bug).toArray(Edit[]::new))))
        .hasStackTraceContaining("swallowed-exception, meter/gui.py");
  }

  private static boolean installed(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  @Test
  void editsAreMuchShorterThanWholeFiles() {
    long edits = 0;
    long files = 0;
    var table = new StringBuilder("Tokens of the answer: as edits, as whole files\n");
    for (Bug bug : Bug.all()) {
      long asEdits =
          GoldEdits.of(bug).stream()
              .mapToLong(edit -> tokens(edit.path(), edit.search(), edit.replace()))
              .sum();
      long asFiles =
          bug.after().entrySet().stream()
              .mapToLong(
                  file ->
                      tokens(file.getKey(), new String(file.getValue(), StandardCharsets.UTF_8)))
              .sum();
      edits += asEdits;
      files += asFiles;
      table.append("%-30s %6d %6d%n".formatted(bug.name(), asEdits, asFiles));
    }
    table.append("%-30s %6d %6d%n".formatted("all", edits, files));
    System.out.println(table);
    assertThat(edits).isLessThan(files / 2);
  }

  private static long tokens(String... texts) {
    return TokenEstimate.of(String.join("\n", texts));
  }
}
