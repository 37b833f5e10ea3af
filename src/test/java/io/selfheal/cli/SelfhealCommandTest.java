package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SelfhealCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theDemoEndsWithAPullRequestAndItsIssueCanBeLookedAt() throws Exception {
    Path kept = folder.resolve("demo");

    assertThat(execute("demo", "--keep", kept.toString())).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains(
            "1 receive",
            "2 deduplicate",
            "3 queue",
            "4 enrich",
            "5 call model",
            "6 commit",
            "7 open")
        .contains("replayed")
        .contains("diff --git a/shop/orders.py b/shop/orders.py")
        .contains("./selfheal fix --repo");
    JsonNode pull =
        new ObjectMapper().readTree(kept.resolve("forge/shop/pull-requests/1.json").toFile());
    assertThat(pull.get("state").asText()).isEqualTo("open");
    assertThat(kept.resolve("forge/shop/pull-requests/1.md")).isNotEmptyFile();
    assertThat(kept.resolve("forge/shop/pull-requests/1.diff")).isNotEmptyFile();
    String repair = "repairs/" + pull.get("fingerprint").asText().substring(0, 12) + "/1/";
    assertThat(kept.resolve(repair + "prompt.txt")).isNotEmptyFile();
    assertThat(kept.resolve(repair + "answer.json")).isNotEmptyFile();
    assertThat(kept.resolve(repair + "change.diff")).isNotEmptyFile();

    // a second demo may replace the first, but nothing else
    assertThat(execute("demo", "--keep", kept.toString())).isZero();
    Files.writeString(Files.createDirectories(folder.resolve("mine")).resolve("a.txt"), "mine");
    assertThat(execute("demo", "--keep", folder.resolve("mine").toString())).isEqualTo(2);
    assertThat(folder.resolve("mine/a.txt")).hasContent("mine");
  }

  @Test
  void fixHealsEveryErrorOfALogAndLeavesTheRepositoryAlone() throws Exception {
    Path repository = shop("trunk");
    Path answers = Files.createDirectories(folder.resolve("answers"));
    DemoApplication.writeReplay(answers);
    Path log = Files.writeString(folder.resolve("shop.log"), DemoApplication.recordedLog().text());
    String[] arguments = {
      "fix",
      "--repo",
      repository.toString(),
      "--log",
      log.toString(),
      "--dir",
      folder.resolve("data").toString(),
      "--model",
      "replay",
      "--set",
      "selfheal.replay.dir=" + answers,
      "--set",
      "selfheal.work.dir=" + folder.resolve("work")
    };

    assertThat(execute(arguments)).as(err.toString()).isZero();

    assertThat(out.toString()).contains("PULL_REQUEST_OPEN", "3x", "+++ b/shop/orders.py");
    try (Git git = Git.open(repository.toFile())) {
      assertThat(git.branchList().call())
          .extracting(ref -> ref.getName())
          .containsExactly("refs/heads/trunk");
      assertThat(git.status().call().isClean()).isTrue();
    }
    assertThat(folder.resolve("data/forge/shop/pull-requests/1.md")).isNotEmptyFile();
  }

  @Test
  void fixSaysThatAnErrorCouldNotBeHealed() throws Exception {
    Path repository = shop("main");
    Path answers = Files.createDirectories(folder.resolve("answers"));
    Path log = Files.writeString(folder.resolve("shop.log"), DemoApplication.recordedLog().text());

    int exitCode = fix(repository, log, answers);

    assertThat(exitCode).isEqualTo(3);
    assertThat(out.toString()).contains("FAILED", answers.toString());
  }

  @Test
  void fixSaysWhyARepositoryCannotBeFetched() throws Exception {
    Path noRepository = Files.createDirectories(folder.resolve("shop"));
    Path answers = Files.createDirectories(folder.resolve("answers"));
    Path log = Files.writeString(folder.resolve("shop.log"), DemoApplication.recordedLog().text());

    int exitCode = fix(noRepository, log, answers);

    assertThat(exitCode).isEqualTo(3);
    assertThat(out.toString()).contains("FAILED", "Cannot fetch " + noRepository);
  }

  @Test
  void fixSaysThatALogHoldsNoError() throws Exception {
    Path log = Files.writeString(folder.resolve("quiet.log"), "all is well\n");
    Path repository = Files.createDirectories(folder.resolve("shop"));
    Path answers = Files.createDirectories(folder.resolve("answers"));

    int exitCode = fix(repository, log, answers);

    assertThat(exitCode).isZero();
    assertThat(out.toString()).contains("no error found in " + log);
  }

  @Test
  void issuesAreListedShownSentAgainAndCleared() {
    String dir = folder.resolve("data").toString();
    try (io.selfheal.IssueAccess access =
        new io.selfheal.IssueAccess(
            io.selfheal.settings.Settings.load(
                java.util.Optional.empty(),
                java.util.Map.of(),
                java.util.Map.of("selfheal.local", "true", "selfheal.local.dir", dir)))) {
      assertThat(access.table().all()).isEmpty();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    assertThat(execute("issues", "--dir", dir)).isZero();
    assertThat(out.toString()).contains("no issues");
    assertThat(execute("issues", "--dir", dir, "--json")).isZero();
    assertThat(out.toString()).contains("[ ]");
    assertThat(execute("issues", "show", "abc", "--dir", dir)).isEqualTo(2);
    assertThat(err.toString()).contains("no issue has this fingerprint");
    assertThat(execute("issues", "--dir", dir, "--status", "OPEN")).isEqualTo(2);
    assertThat(err.toString()).contains("PULL_REQUEST_OPEN");
    assertThat(execute("issues", "clear", "--yes", "--dir", dir)).isZero();
    assertThat(execute("issues", "clear", "--dir", dir)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "selfheal.local=true | No application is configured | selfheal.apps.<app>.repository",
        "selfheal.apps.shop.branch=main | selfheal.apps.shop.repository is not set | git URL",
        FINE_IN_ONE
            + "selfheal.sources=syslog | selfheal.sources = syslog | cloudwatch, file, http",
        FINE_IN_ONE
            + "selfheal.apps.shop.scm=perforce | selfheal.apps.shop.scm = perforce | gitlab, local",
        FINE_IN_ONE + "selfheal.model=gpt | selfheal.model = gpt | bedrock, openai, replay",
        FINE_IN_ONE + "selfheal.issue.table=x | selfheal.issue.table = x | selfheal.issues.table",
        FINE_IN_ONE
            + "selfheal.heal.concurrency=many | selfheal.heal.concurrency = many | whole number from 1",
        FINE_IN_ONE
            + "selfheal.heal.max-attempts=0 | selfheal.heal.max-attempts = 0 | from 1 to 20",
        FINE_IN_ONE + "selfheal.sources=file | selfheal.file.path is not set | log file",
        FINE_IN_ONE
            + "selfheal.sources=http;selfheal.http.host=0.0.0.0 | selfheal.http.access-key is not set | without it",
        FINE_IN_ONE + "selfheal.model=replay | selfheal.replay.dir is not set | folder",
        FINE_IN_ONE
            + "selfheal.model=openai | selfheal.openai.base-url is not set | http://localhost:11434/v1",
        FINE_IN_ONE
            + "selfheal.routes=/no/such/folder | selfheal.routes = /no/such/folder | no such file",
        FINE_IN_ONE + "selfheal.logs.flush-after=soon | selfheal.logs.flush-after = soon | 500ms",
      })
  void aWrongSettingEndsWithOneMessageBeforeAnythingStarts(
      String properties, String keyAndValue, String whatToDo) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("selfheal.properties"),
            properties.replace(';', '\n')
                + "\nselfheal.local.dir="
                + folder.resolve("data")
                + "\n");

    assertThat(execute("run", "--config", config.toString())).isEqualTo(2);

    assertThat(err.toString()).contains(keyAndValue).contains(whatToDo);
    assertThat(err.toString().strip().lines()).hasSize(1);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void anAddressInUseIsNamedBeforeAnythingStarts() throws Exception {
    Path config = folder.resolve("used.properties");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Files.writeString(
          config,
          (FINE_IN_ONE + "selfheal.sources=http;selfheal.http.port=").replace(';', '\n')
              + other.getLocalPort());

      int exit =
          assertTimeoutPreemptively(
              Duration.ofSeconds(60), () -> execute("run", "--config", config.toString()));

      assertThat(exit).isEqualTo(2);
      assertThat(err.toString())
          .contains("selfheal.http.port = " + other.getLocalPort(), "127.0.0.1");
    }
  }

  @Test
  void anUnreadableConfigurationIsNamed() {
    assertThat(execute("--config", folder.resolve("none.properties").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.properties", "does not exist");
  }

  @Test
  void aWrongCommandLineIsTold() {
    assertThat(execute("repair")).isEqualTo(2);
    assertThat(execute("fix", "--repo", ".")).isEqualTo(2);
    assertThat(err.toString()).contains("--log");
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("demo", "explain", "fix", "issues", "run");
  }

  private static final String FINE_IN_ONE = "selfheal.apps.shop.repository=/;selfheal.local=true;";

  /** One try for each error, with recorded answers. */
  private int fix(Path repository, Path log, Path answers) {
    return execute(
        "fix",
        "--repo=" + repository,
        "--log=" + log,
        "--dir=" + folder.resolve("data"),
        "--model=replay",
        "--set=selfheal.replay.dir=" + answers,
        "--set=selfheal.heal.max-attempts=1",
        "--set=selfheal.work.dir=" + folder.resolve("work"));
  }

  private Path shop(String branch) throws Exception {
    Path repository = Files.createDirectories(folder.resolve("shop"));
    DemoApplication.writeRepository(repository);
    try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch(branch).call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("Take orders")
          .setAuthor("Dev", "dev@example.com")
          .setSign(false)
          .call();
    }
    return repository;
  }

  private int execute(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    CommandLine commandLine = new CommandLine(new SelfhealCommand());
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return SelfhealCommand.execute(commandLine, all.toArray(String[]::new));
  }
}
