package io.selfheal.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.cli.SelfhealCommand;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.settings.Settings;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Whatever the README says about keys, commands and files is so. */
class ReadmeTest {
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
  private static final Path ROUTES = Path.of("src/main/resources/routes");

  private final Readme readme = new Readme();

  @TempDir private Path folder;

  @Test
  void theFirstCommandsStandOnTheFirstScreen() {
    List<String> start = readme.text().lines().limit(26).toList();
    assertThat(start).contains("$ ./selfheal demo", "$ mvn -B verify", "[INFO] BUILD SUCCESS");
  }

  @Test
  void everyKeyIsListedWithItsDefault() throws IOException {
    Properties defaults = new Properties();
    try (Reader reader =
        Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
      defaults.load(reader);
    }
    Map<String, String> declared = new TreeMap<>();
    for (String key : Settings.declaredKeys()) {
      String value = defaults.getProperty(key, "");
      declared.put(key, value.isEmpty() ? "–" : "`" + value + "`");
    }
    Map<String, String> listed = new TreeMap<>();
    for (List<String> row : readme.rows("Keys")) {
      assertThat(row).as("cells of " + row).hasSize(3);
      assertThat(row.get(1)).as("meaning of " + row.get(0)).isNotBlank();
      assertThat(listed.put("selfheal." + unquoted(row.get(0)), row.get(2)))
          .as(row.get(0) + " is listed twice")
          .isNull();
    }
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(declared);
  }

  @Test
  void everyCommandIsListedWithItsOptions() {
    Map<String, Set<String>> listed = new TreeMap<>();
    for (List<String> row : readme.rows("Commands")) {
      String synopsis = unquoted(row.get(0));
      listed.put(name(synopsis.split(" ")), options(synopsis));
    }
    Map<String, Set<String>> known = new TreeMap<>();
    addCommands("", new CommandLine(new SelfhealCommand()), known);
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(known);
  }

  @Test
  void everyCommandThatIsShownExists() {
    List<String> shown =
        readme.commands().stream().filter(line -> line.contains("./selfheal ")).toList();
    assertThat(shown).hasSizeGreaterThan(5);
    for (String line : shown) {
      String arguments = line.substring(line.indexOf("./selfheal ") + "./selfheal ".length());
      assertThatCode(() -> new CommandLine(new SelfhealCommand()).parseArgs(words(arguments)))
          .as(line)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void everyKeyThatIsSetExists() throws IOException {
    Matcher set = Pattern.compile("--set (selfheal\\.[\\w.-]+)=").matcher(readme.text());
    int found = 0;
    for (; set.find(); found++) {
      load(set.group(1) + "=1");
    }
    assertThat(found).isGreaterThan(3);
  }

  @Test
  void everyKeyThatIsNamedExists() {
    Set<String> own =
        readme.blocks("properties").stream()
            .flatMap(block -> block.text().lines())
            .map(line -> line.replaceFirst("=.*", ""))
            .collect(Collectors.toSet());
    Matcher named =
        Pattern.compile("(?<![\\w.])selfheal\\.[a-z]+(?:[.-](?:[a-z]+|<app>))*(?![\\w/.<…])")
            .matcher(readme.text());
    Set<String> unknown = new TreeSet<>();
    int found = 0;
    for (; named.find(); found++) {
      String key =
          named.group().replaceFirst("^selfheal\\.apps\\.[^.]+\\.", "selfheal.apps.<app>.");
      if (!Settings.declaredKeys().contains(key) && !own.contains(named.group())) {
        unknown.add(named.group());
      }
    }
    assertThat(found).isGreaterThan(30);
    // what a sender of OpenTelemetry may set
    unknown.remove("selfheal.app");
    // a file's name, not a key
    readme.blocks().forEach(block -> unknown.remove(block.caption()));
    assertThat(unknown).isEmpty();
  }

  @Test
  void everyPropertiesBlockIsTaken() throws IOException {
    assertThat(readme.blocks("properties")).hasSize(3);
    for (Readme.Block block : readme.blocks("properties")) {
      assertThat(load(block.text()).applications()).containsOnlyKeys("shop");
    }
  }

  @Test
  void everyYamlBlockIsARouteFileOfItsName() {
    assertThat(readme.blocks("yaml")).hasSize(2);
    for (Readme.Block block : readme.blocks("yaml")) {
      Object document = new Load(LoadSettings.builder().build()).loadFromString(block.text());
      assertThat(document)
          .asInstanceOf(LIST)
          .singleElement()
          .extracting("route")
          .extracting("id")
          .isEqualTo(Path.of(block.caption()).getFileName().toString().replace(".camel.yaml", ""));
    }
  }

  /** OpenPullRequestOwnScmTest tries that file with what else the server may answer. */
  @Test
  void theRouteToDataCenterIsTheTestedOne() throws IOException {
    assertThat(readme.file("routes/open-pull-request-datacenter.camel.yaml"))
        .isEqualTo(
            Files.readString(
                Path.of("src/test/resources/scm/open-pull-request-datacenter.camel.yaml")));
  }

  @Test
  void everyJsonBlockIsJson() throws IOException {
    assertThat(readme.blocks("json")).isNotEmpty();
    for (Readme.Block block : readme.blocks("json")) {
      new ObjectMapper().readTree(block.text());
    }
  }

  @Test
  void theDemosFingerprintIsTheOneThatIsShown() throws IOException {
    List<String> log = Files.readAllLines(Path.of("src/main/resources/demo/captured.log"));
    String fingerprint =
        new Fingerprints().of(new StackTraces().find(log).get(0).trace()).value().substring(0, 12);
    for (Path page : List.of(Path.of("README.md"), Path.of("docs/demo.svg"))) {
      assertThat(Files.readString(page))
          .as("the demo has changed, and " + page + " shows it as it was")
          .contains(fingerprint);
    }
  }

  @Test
  void everyFileThatIsNamedExists() {
    Set<String> named = new TreeSet<>();
    Matcher links = Pattern.compile("]\\(([^)#]+)\\)").matcher(readme.text());
    while (links.find()) {
      if (!links.group(1).startsWith("https://")) {
        named.add(links.group(1));
      }
    }
    Matcher paths =
        Pattern.compile("(?m)(?:`|^)((?:src|docs|\\.ci)/[\\w./-]*)").matcher(readme.text());
    while (paths.find()) {
      named.add(paths.group(1));
    }
    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named).allSatisfy(path -> assertThat(Path.of(path)).exists());
  }

  @Test
  void theFlowNamesEveryRouteFile() throws IOException {
    String flow = readme.text().substring(0, readme.text().indexOf("```"));
    Set<String> named = new TreeSet<>();
    Pattern words = Pattern.compile("`([^`]+)`");
    for (String line : flow.lines().filter(row -> row.matches("\\| \\d .*")).toList()) {
      List<String> files =
          words.matcher(line.split("\\|")[2]).results().map(word -> word.group(1)).toList();
      if (files.get(0).endsWith("/")) {
        files.stream().skip(1).forEach(name -> named.add(files.get(0) + name));
      } else {
        named.addAll(files);
      }
    }
    try (Stream<Path> files = Files.walk(ROUTES)) {
      // A step of several files has one of its own name, which only hands on.
      assertThat(named)
          .containsExactlyInAnyOrderElementsOf(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> ROUTES.relativize(file).toString().replace(".camel.yaml", ""))
                  .filter(name -> !name.startsWith("00-"))
                  .filter(name -> !name.matches("\\d+-(.*)/\\1"))
                  .toList());
    }
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Matcher tests = Pattern.compile("-Dtest=(\\w+)").matcher(readme.text());
    assertThat(tests.find()).isTrue();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(tests.group(1) + ".java");
    }
  }

  private Settings load(String properties) throws IOException {
    return Settings.load(
        Optional.of(Files.writeString(folder.resolve("test.properties"), properties)),
        Map.of(),
        Map.of());
  }

  private static void addCommands(
      String prefix, CommandLine parent, Map<String, Set<String>> commands) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              commands.put(
                  prefix + name,
                  command.getCommandSpec().options().stream()
                      .filter(option -> !option.inherited())
                      .map(OptionSpec::longestName)
                      .filter(option -> !option.equals("--help") && !option.equals("--version"))
                      .collect(Collectors.toCollection(TreeSet::new)));
              addCommands(prefix + name + " ", command, commands);
            });
  }

  private static String name(String[] words) {
    CommandLine command = new CommandLine(new SelfhealCommand());
    StringBuilder name = new StringBuilder();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      name.append(name.isEmpty() ? "" : " ").append(word);
      command = next;
    }
    return name.isEmpty() ? words[0] : name.toString();
  }

  private static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(option -> option.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The words of a command line; what stands in quotes is one. */
  private static String[] words(String arguments) {
    return arguments.split(" +(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");
  }

  private static String unquoted(String code) {
    assertThat(code).startsWith("`").endsWith("`");
    return code.substring(1, code.length() - 1);
  }
}
