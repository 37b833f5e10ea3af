package io.selfheal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever lies under deploy/ can be read, and names only what exists. */
class DeployedFilesTest {
  private static final Pattern KEY =
      Pattern.compile("(?<![\\w./@:-])selfheal\\.[a-z]+(?:[.-][a-z]+)*(?![\\w/(])");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\w)SELFHEAL(?:_[A-Z]+)+");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Files and addresses, not keys. */
  private static final Set<String> NO_KEYS =
      Set.of(
          "selfheal.selfheal.svc", "selfheal.yaml", "selfheal.db", "selfheal.jar", "selfheal.jsa");

  /** What others than the program read. */
  private static final Set<String> NO_SETTINGS =
      Set.of("SELFHEAL_ACCESS_KEY", "SELFHEAL_REGISTRY_PASSWORD", "SELFHEAL_JAVA_OPTS");

  static Stream<Path> files() {
    return Yaml.files("").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void canBeRead(Path file) throws Exception {
    String name = file.getFileName().toString();
    if (name.endsWith(".sh")) {
      assertThat(Tool.run(Map.of(), "bash", "-n", file.toString()).exitCode()).isZero();
    } else if (file.startsWith(CloudFormationTest.FILE.getParent())) {
      assertThat(CloudFormationTest.template("all", "none").resources()).isNotEmpty();
    } else if (name.endsWith(".json")) {
      assertThat(JSON.readTree(file.toFile())).isNotEmpty();
    } else {
      assertThat(name).as("what is it?").endsWith(".yaml");
      assertThat(Yaml.documents(file)).isNotEmpty().doesNotContainNull();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void namesOnlyKeysThatExist(Path file) throws IOException {
    Set<String> unknown = new TreeSet<>();
    Matcher key = KEY.matcher(Files.readString(file));
    while (key.find()) {
      String named =
          key.group().replaceFirst("^selfheal\\.apps\\.[^.]+\\.", "selfheal.apps.<app>.");
      if (!Settings.declaredKeys().contains(named) && !NO_KEYS.contains(named)) {
        unknown.add(named);
      }
    }
    // The routes in it name what Wiring makes of other keys.
    if (file.endsWith("02.Integration.selfheal.yaml")) {
      unknown.removeIf(named -> named.equals("selfheal.work.queue-url"));
    }
    // Metrics have names of the same form; StepMetersTest knows them.
    if (file.endsWith("cloudwatch.json")) {
      for (JsonNode metrics : JSON.readTree(file.toFile()).findValues("metrics")) {
        metrics.forEach(metric -> unknown.remove(metric.get(1).asText()));
      }
    }
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void namesOnlyVariablesThatAreKeys(Path file) throws IOException {
    Set<Pattern> known =
        Settings.declaredKeys().stream()
            .map(
                name ->
                    Pattern.compile(
                        name.toUpperCase(Locale.ROOT)
                            .replaceAll("[.-]", "_")
                            .replace("<APP>", "[A-Z_]+")))
            .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    Matcher variable = VARIABLE.matcher(Files.readString(file));
    while (variable.find()) {
      String named = variable.group();
      if (!NO_SETTINGS.contains(named)
          && known.stream().noneMatch(pattern -> pattern.matcher(named).matches())) {
        unknown.add(named);
      }
    }
    assertThat(unknown).isEmpty();
  }
}
