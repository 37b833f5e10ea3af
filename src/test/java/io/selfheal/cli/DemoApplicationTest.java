package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.model.Edit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoApplicationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;
  private Path repository;
  private JsonNode answer;

  @BeforeEach
  void write() throws IOException {
    repository = temporary.resolve("repository");
    DemoApplication.writeRepository(repository);
    Path replay = temporary.resolve("replay");
    DemoApplication.writeReplay(replay);
    try (Stream<Path> answers = Files.list(replay)) {
      answer = JSON.readTree(answers.toList().get(0).toFile());
    }
  }

  @Test
  void listsEveryFileOfTheRepository() throws IOException {
    Path sources = Path.of("src/main/resources/demo/repository");
    try (Stream<Path> files = Files.walk(sources)) {
      assertThat(DemoApplication.files())
          .containsExactlyInAnyOrderElementsOf(
              files
                  .filter(Files::isRegularFile)
                  .filter(file -> !file.toString().contains("__pycache__"))
                  .map(file -> sources.relativize(file).toString().replace('\\', '/'))
                  .toList());
    }
  }

  @Test
  void replaysTheAnswerToTheErrorInTheLog() throws IOException {
    assertThat(DemoApplication.recordedLog().text()).contains(answer.path("when").asText());
  }

  @Test
  void searchesForWhatStandsExactlyOnceInTheFile() throws IOException {
    assertThat(edits()).hasSize(2);
    for (Edit edit : edits()) {
      assertThat(Files.readString(repository.resolve(edit.path())))
          .containsOnlyOnce(edit.search())
          .doesNotContain(edit.replace());
    }
  }

  @Test
  void mendsAFileThatTheTraceNames() throws IOException {
    String log = DemoApplication.recordedLog().text();
    assertThat(edits().get(0).path()).isEqualTo("shop/orders.py");
    assertThat(log).contains("File \"/app/shop/orders.py\"");
  }

  @Test
  void recordedTheLogOfThisVersionOfTheApplication() throws Exception {
    DemoApplication.Log log = runIt();
    assertThat(comparable(log.text(), repository.toRealPath().toString()))
        .isEqualTo(comparable(DemoApplication.recordedLog().text(), "/app"))
        .contains("AttributeError: 'NoneType' object has no attribute 'price'");
  }

  @Test
  void isRedBeforeTheFixAndGreenAfterIt() throws Exception {
    assumePython();
    assertThat(verify()).as("exit code before").isNotZero();
    apply();
    assertThat(verify()).as("exit code after").isZero();
    assertThat(runIt().text())
        .doesNotContain("Traceback")
        .contains("400 refused: TEA-DARJEELING-100 is not sold any more");
  }

  @Test
  void addsATestThatIsRedWithoutTheFix() throws Exception {
    assumePython();
    Edit fix = edits().get(0);
    String before = Files.readString(repository.resolve(fix.path()));
    apply();
    Files.writeString(repository.resolve(fix.path()), before);
    assertThat(run("python3", "-B", "-m", "unittest", "tests.test_orders")).isNotZero();
  }

  @Test
  void leavesNoFilesBehindWhenItRuns() throws Exception {
    assumePython();
    runIt();
    verify();
    try (Stream<Path> files = Files.walk(repository)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(DemoApplication.files().size());
    }
  }

  @Test
  void fallsBackToTheRecordedLogWhereTheApplicationCannotRun() throws Exception {
    Files.delete(repository.resolve("run.py"));
    assertThat(DemoApplication.run(repository)).isEqualTo(DemoApplication.recordedLog());
    assertThat(DemoApplication.recordedLog().recorded()).isTrue();
  }

  private DemoApplication.Log runIt() throws Exception {
    DemoApplication.Log log = DemoApplication.run(repository);
    assumeTrue(!log.recorded(), "python3 is missing or too old to run the application");
    return log;
  }

  private void assumePython() throws Exception {
    runIt();
  }

  private List<Edit> edits() {
    List<Edit> edits = new ArrayList<>();
    answer
        .at("/proposal/edits")
        .forEach(
            edit ->
                edits.add(
                    new Edit(
                        edit.path("path").asText(),
                        edit.path("search").asText(),
                        edit.path("replace").asText())));
    return edits;
  }

  private void apply() throws IOException {
    for (Edit edit : edits()) {
      Path file = repository.resolve(edit.path());
      Files.writeString(file, Files.readString(file).replace(edit.search(), edit.replace()));
    }
  }

  private int verify() throws Exception {
    return run(DemoApplication.VERIFY.split(" "));
  }

  private int run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(repository.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("output.txt").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
    return process.exitValue();
  }

  /** Without what differs from run to run, and the marks below source lines of Python 3.11 on. */
  private static String comparable(String log, String home) {
    return log.replace(home + "/", "")
        .replaceAll("(?m)^\\S+Z ", "")
        .replaceAll("(?m)^ +[~^]+\\R", "");
  }
}
