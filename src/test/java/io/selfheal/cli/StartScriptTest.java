package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code ./selfheal}, with stand-ins for Java and Maven that tell how they were called.
 */
class StartScriptTest {
  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in
        -version)
          echo 'openjdk version "VERSION" 2025-01-01' >&2
          exit ;;
        *ArchiveClassesAtExit=jsa*)
          echo "$* ${SELFHEAL_MODEL:-}" >"$(dirname "$0")/rehearsal"
          # Until the test has seen the end of the demo's output.
          for second in 1 2 3 4 5 6 7 8 9 10; do [ -f "$(dirname "$0")/go" ] || sleep 1; done
          [ ! -f "$(dirname "$0")/go" ] || echo classes >jsa
          exit ${JAVA_EXIT:-0} ;;
      esac
      echo "in $(pwd -P)"
      for argument; do echo "<$argument>"; done
      exit ${JAVA_EXIT:-0}
      """;
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$*" >>"$(dirname "$0")/mvn.calls"
      [ -z "${MAVEN_FAILS:-}" ] || { echo "cannot find symbol"; exit 1; }
      sleep ${MAVEN_SECONDS:-0}
      echo jar >HOME/target/selfheal.jar
      """;

  @TempDir private Path temporary;
  private Path home;
  private Path bin;
  private Path elsewhere;
  private final Map<String, String> environment = new TreeMap<>(Map.of("CI", "true"));

  private record Run(int exitCode, String out, String err) {
    List<String> arguments() {
      return out.lines()
          .filter(line -> line.startsWith("<"))
          .map(line -> line.substring(1, line.length() - 1))
          .toList();
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh: the script is for POSIX");
    temporary = temporary.toRealPath();
    home = Files.createDirectories(temporary.resolve("home of selfheal"));
    elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
    bin = Files.createDirectories(temporary.resolve("bin"));
    Files.createDirectories(home.resolve("src/main"));
    Files.createDirectories(home.resolve("target"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    executable(home.resolve("selfheal"), Files.readString(Path.of("selfheal")));
    executable(bin.resolve("java"), JAVA.replace("VERSION", "17.0.1"));
    executable(bin.resolve("mvn"), MAVEN.replace("HOME", "\"" + home + "\""));
  }

  @Test
  void buildsOnceAndPassesTheArgumentsOn() throws Exception {
    Run first = selfheal("explain", "--event", "a b", "*", "");
    assertThat(first.exitCode()).isZero();
    assertThat(first.err())
        .isEqualTo("selfheal: building (the first time takes a minute or two) ...\n");
    assertThat(first.out()).startsWith("in " + elsewhere + "\n");
    assertThat(first.arguments())
        .endsWith("-jar", home + "/target/selfheal.jar", "explain", "--event", "a b", "*", "");

    Run second = selfheal("explain");
    assertThat(second.err()).isEmpty();
    assertThat(builds())
        .hasSize(1)
        .first()
        .asString()
        .contains("-Dmaven.test.skip=true")
        .endsWith("package");
  }

  @Test
  void buildsAgainWhenASourceIsNewerThanTheJar() throws Exception {
    selfheal("explain");
    Path source = Files.writeString(home.resolve("src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    selfheal("explain");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void buildsOnceWhenCalledTwiceAtATime() throws Exception {
    environment.put("MAVEN_SECONDS", "1");
    Process other = start("explain");
    assertThat(selfheal("explain").exitCode()).isZero();
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(other.exitValue()).isZero();
    assertThat(builds()).hasSize(1);
  }

  @Test
  void takesOverFromABuildThatWasKilled() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = Files.createDirectories(home.resolve("target/selfheal.build"));
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(selfheal("explain").exitCode()).isZero();
  }

  @Test
  void showsTheLogOfAFailedBuild() throws Exception {
    environment.put("MAVEN_FAILS", "yes");
    Run run = selfheal("demo");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot find symbol").contains("the build failed");
    assertThat(run.out()).isEmpty();
    assertThat(home.resolve("target/selfheal.build")).doesNotExist();
  }

  @Test
  void worksThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(bin.resolve("selfheal"), Path.of("../way"));
    Files.createSymbolicLink(temporary.resolve("way"), home.resolve("selfheal"));
    Run run = finish(process(List.of(link.toString(), "demo")).start());
    assertThat(run.arguments()).endsWith("-jar", home + "/target/selfheal.jar", "demo");
  }

  @Test
  void compilesThoroughlyWhatStaysUp() throws Exception {
    String quick = "-XX:TieredStopAtLevel=1";
    assertThat(selfheal().arguments()).doesNotContain(quick);
    assertThat(selfheal("run", "--config", "x").arguments()).doesNotContain(quick);
    assertThat(selfheal("--config=x").arguments()).doesNotContain(quick);
    assertThat(selfheal("demo").arguments()).contains(quick, "-XX:+UseSerialGC");
  }

  @Test
  void passesJavaOptionsOn() throws Exception {
    environment.put("SELFHEAL_JAVA_OPTS", "-Xmx1g -XX:+UseParallelGC");
    assertThat(selfheal("demo").arguments())
        .contains("-Xmx1g", "-XX:+UseParallelGC")
        .doesNotContain("-XX:+UseSerialGC");
  }

  @Test
  void returnsTheExitCode() throws Exception {
    environment.put("JAVA_EXIT", "3");
    assertThat(selfheal("fix").exitCode()).isEqualTo(3);
  }

  @Test
  void saysThatJavaIsTooOld() throws Exception {
    for (String version : List.of("11.0.2", "1.8.0_402")) {
      executable(bin.resolve("java"), JAVA.replace("VERSION", version));
      Run run = selfheal("demo");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("version " + version).contains("JAVA_HOME");
    }
    assertThat(builds()).isEmpty();
  }

  @Test
  void prefersJavaHome() throws Exception {
    environment.put("JAVA_HOME", temporary + "/jdk");
    Run run = selfheal("demo");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("there is no " + temporary + "/jdk/bin/java");
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    Files.delete(bin.resolve("mvn"));
    for (String tool : List.of("sed", "find", "head", "dirname", "mkdir", "cat", "rm")) {
      Path real =
          List.of(Path.of("/bin", tool), Path.of("/usr/bin", tool)).stream()
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow();
      executable(bin.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n");
    }
    environment.put("PATH", bin.toString());
    Run run = selfheal("demo");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("mvn was not found");
  }

  @Test
  void makesAClassDataArchiveAfterTheFirstDemo() throws Exception {
    environment.remove("CI");
    environment.put("SELFHEAL_MODEL", "the model of the user");
    assertThat(selfheal("explain").arguments()).doesNotContain("-Xshare:auto");
    assertThat(selfheal("demo").arguments()).doesNotContain("-Xshare:auto");
    Path archive = archive();
    assertThat(archive).hasContent("classes");
    assertThat(bin.resolve("rehearsal"))
        .content()
        .contains("selfheal.jar run ", "selfheal.http.port=0", "camel.main.duration-max-seconds=")
        .doesNotContain("the model of the user");
    assertThat(selfheal("demo").arguments()).contains("-XX:SharedArchiveFile=" + archive);

    // Of another build: not to be used.
    FileTime later = FileTime.from(Instant.now().plusSeconds(5));
    Files.setLastModifiedTime(home.resolve("target/selfheal.jar"), later);
    assertThat(selfheal("explain").arguments()).doesNotContain("-Xshare:auto");
  }

  @Test
  void doesNotTryAgainWhenTheArchiveCannotBeMade() throws Exception {
    environment.remove("CI");
    environment.put("JAVA_EXIT", "134");
    selfheal("demo");
    assertThat(archive()).isEmptyFile();
    assertThat(selfheal("demo").arguments()).doesNotContain("-Xshare:auto");
  }

  @Test
  void takesOverFromAnArchiveRehearsalThatWasKilled() throws Exception {
    environment.remove("CI");
    Path claim = Files.createDirectories(home.resolve("target/selfheal.archive"));
    Files.setLastModifiedTime(claim, FileTime.from(Instant.now().minusSeconds(1200)));
    selfheal("demo");
    assertThat(archive()).hasContent("classes");
  }

  /** Lets the rehearsal go on, and waits for its end. */
  private Path archive() throws IOException {
    Path archive = home.resolve("target/selfheal-17.0.1.jsa");
    Path claim = home.resolve("target/selfheal.archive");
    Files.writeString(bin.resolve("go"), "");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(archive) && Files.notExists(claim));
    return archive;
  }

  private List<String> builds() throws IOException {
    Path calls = bin.resolve("mvn.calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private Run selfheal(String... arguments) throws Exception {
    return finish(start(arguments));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("selfheal").toString()));
    command.addAll(List.of(arguments));
    return process(command).start();
  }

  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(elsewhere.toFile());
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "CI", "SELFHEAL_JAVA_OPTS"));
    builder.environment().put("PATH", bin + ":/usr/bin:/bin");
    builder.environment().putAll(environment);
    return builder;
  }

  private static Run finish(Process process) throws Exception {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes());
    String err = new String(process.getErrorStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, err);
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
