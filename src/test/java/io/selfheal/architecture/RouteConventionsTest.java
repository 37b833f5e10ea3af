package io.selfheal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What every route file holds to. There is no list of exemptions. */
class RouteConventionsTest {
  private static final Path ROUTES = Path.of("src/main/resources/routes");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

  /** Made by Wiring from other keys when the program starts. */
  private static final Pattern DERIVED =
      Pattern.compile("addOverrideProperty\\(\\s*\"(selfheal\\.[a-z.-]+)\"");

  private static final Set<String> SCRIPTS =
      Set.of("groovy", "js", "javaScript", "python", "mvel", "ognl", "java", "joor", "script");

  private static final List<RouteFile> FILES = new ArrayList<>();

  private record RouteFile(String name, String text, List<Map<String, Object>> entries) {
    List<Map<String, Object>> routes() {
      return bodies("route");
    }

    List<Map<String, Object>> configurations() {
      return bodies("routeConfiguration");
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> bodies(String kind) {
      return entries.stream()
          .filter(entry -> entry.containsKey(kind))
          .map(entry -> (Map<String, Object>) entry.get(kind))
          .toList();
    }
  }

  @BeforeAll
  @SuppressWarnings("unchecked")
  static void read() throws IOException {
    try (Stream<Path> files = Files.walk(ROUTES)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String text = Files.readString(file);
        FILES.add(
            new RouteFile(
                ROUTES.relativize(file).toString().replace('\\', '/'),
                text,
                (List<Map<String, Object>>)
                    new Load(LoadSettings.builder().build()).loadFromString(text)));
      }
    }
    assertThat(FILES).hasSizeGreaterThan(10);
  }

  @Test
  void fileNamesEndInCamelYaml() {
    assertThat(FILES).allSatisfy(file -> assertThat(file.name()).endsWith(".camel.yaml"));
  }

  @Test
  void everyRouteHasAnIdAndADescription() {
    for (RouteFile file : FILES) {
      for (Map<String, Object> route : file.routes()) {
        assertThat(route).as(file.name()).containsKeys("id", "description");
        assertThat((String) route.get("id")).as(file.name()).matches("[a-z]+(-[a-z]+)+");
        assertThat((String) route.get("description")).as(file.name()).hasSizeBetween(15, 110);
      }
    }
  }

  @Test
  void idsAreUnique() {
    assertThat(FILES.stream().flatMap(file -> file.routes().stream()).map(route -> route.get("id")))
        .doesNotHaveDuplicates();
  }

  @Test
  void theFilesNameIsTheIdOfARouteOrTheBeginningOfIt() {
    for (RouteFile file : FILES) {
      if (file.routes().isEmpty()) {
        continue;
      }
      String name = file.name().replace(".camel.yaml", "");
      String folder =
          name.contains("/") ? name.substring(0, name.indexOf('/')).replaceAll("^\\d+-", "") : "";
      String stem = name.substring(name.indexOf('/') + 1).replaceAll("^\\d+-", "");
      String id = folder.isEmpty() || stem.equals(folder) ? stem : folder + "-" + stem;
      // One source, three endpoints
      boolean endpoints = stem.equals("http");
      assertThat(file.routes().stream().map(route -> (String) route.get("id")))
          .as(file.name())
          .anyMatch(route -> endpoints ? route.startsWith(folder + "-") : route.equals(id));
    }
  }

  @Test
  void aDirectRouteIsNamedLikeItsEndpoint() {
    for (RouteFile file : FILES) {
      for (Map<String, Object> route : file.routes()) {
        String uri = (String) map(route.get("from")).get("uri");
        if (uri.startsWith("direct:")) {
          assertThat(uri).as(file.name()).isEqualTo("direct:" + route.get("id"));
        }
      }
    }
  }

  @Test
  void everyRouteHasAHeaderThatSaysInOutAndOnFailure() {
    for (RouteFile file : FILES) {
      String[] parts = file.text().split("(?m)^- route:");
      for (int i = 0; i < parts.length - 1; i++) {
        String comment =
            parts[i].lines().filter(line -> line.startsWith("#")).collect(Collectors.joining("\n"));
        assertThat(comment)
            .as(file.name() + ", route " + (i + 1))
            .contains("# In:", "# Out:", "# On failure:");
      }
    }
  }

  @Test
  void everyRouteConfigurationThatIsNamedExists() {
    Set<Object> known =
        FILES.stream()
            .flatMap(file -> file.configurations().stream())
            .map(configuration -> configuration.get("id"))
            .collect(Collectors.toSet());
    assertThat(known).doesNotContainNull();
    for (RouteFile file : FILES) {
      for (Map<String, Object> route : file.routes()) {
        if (route.containsKey("routeConfigurationId")) {
          assertThat(known).as(file.name()).contains(route.get("routeConfigurationId"));
        }
      }
    }
  }

  @Test
  void aDirectRouteFailsToItsCaller() {
    for (RouteFile file : FILES) {
      for (Map<String, Object> route : file.routes()) {
        if (((String) map(route.get("from")).get("uri")).startsWith("direct:")) {
          assertThat(route.get("routeConfigurationId"))
              .as(file.name() + " " + route.get("id"))
              .isEqualTo("fail-to-caller");
        }
      }
    }
  }

  @Test
  void errorPolicyStandsInOneFile() {
    for (RouteFile file : FILES) {
      if (!file.name().startsWith("00-")) {
        assertThat(file.configurations()).as(file.name()).isEmpty();
        assertThat(file.text())
            .as(file.name())
            .doesNotContain("onException", "errorHandler", "deadLetterChannel");
      }
    }
  }

  @Test
  void everyDirectTargetHasAConsumer() {
    Set<String> consumers =
        FILES.stream()
            .flatMap(file -> file.routes().stream())
            .map(route -> (String) map(route.get("from")).get("uri"))
            .collect(Collectors.toSet());
    for (RouteFile file : FILES) {
      for (String target : directTargets(file.entries())) {
        if (target.contains("{{") || target.contains("${")) {
          String beginning =
              target.substring(0, target.indexOf(target.contains("{{") ? "{{" : "${"));
          assertThat(consumers).as(file.name()).anyMatch(uri -> uri.startsWith(beginning));
        } else {
          assertThat(consumers).as(file.name()).contains(target);
        }
      }
    }
  }

  @Test
  void noRouteHoldsAScript() {
    for (RouteFile file : FILES) {
      assertThat(keys(file.entries())).as(file.name()).doesNotContainAnyElementsOf(SCRIPTS);
    }
  }

  @Test
  void everyBeanIsBound() throws IOException {
    String wiring = Files.readString(Path.of("src/main/java/io/selfheal/Wiring.java"));
    for (RouteFile file : FILES) {
      Matcher matcher = Pattern.compile("ref: ?\"?(\\w+)").matcher(file.text());
      while (matcher.find()) {
        assertThat(wiring).as(file.name()).contains("\"" + matcher.group(1) + "\"");
      }
    }
  }

  @Test
  void everyKeyOfARouteIsDeclared() throws IOException {
    Set<String> known = new TreeSet<>(Settings.declaredKeys());
    known.addAll(derivedKeys());
    for (RouteFile file : FILES) {
      for (String key : placeholders(file.text())) {
        assertThat(known).as(file.name()).contains(key);
      }
    }
  }

  @Test
  void everyDeclaredKeyIsUsed() throws IOException {
    StringBuilder all = new StringBuilder();
    FILES.forEach(file -> all.append(file.text()));
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    all.append(
        Files.readAllLines(Path.of("src/main/resources/application.properties")).stream()
            .filter(line -> line.startsWith("camel."))
            .collect(Collectors.joining("\n")));
    for (String key : Settings.declaredKeys()) {
      String suffix =
          key.contains("<app>.") ? "\"" + key.substring(key.indexOf("<app>.") + 6) + "\"" : key;
      String shorter = "\"" + key.substring("selfheal.".length()) + "\"";
      assertThat(all.indexOf(suffix) >= 0 || all.indexOf(shorter) >= 0)
          .as(key + " is read nowhere")
          .isTrue();
    }
  }

  private static Set<String> derivedKeys() throws IOException {
    Set<String> keys = new TreeSet<>();
    Matcher matcher =
        DERIVED.matcher(Files.readString(Path.of("src/main/java/io/selfheal/Wiring.java")));
    while (matcher.find()) {
      keys.add(matcher.group(1));
    }
    return keys;
  }

  private static Set<String> placeholders(String text) {
    Set<String> keys = new LinkedHashSet<>();
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      keys.add(matcher.group(1).split(":", 2)[0].replaceFirst("^\\?", ""));
    }
    return keys;
  }

  private static List<String> directTargets(Object node) {
    List<String> targets = new ArrayList<>();
    walk(
        node,
        (key, value) -> {
          if (key.equals("to") || key.equals("toD") || key.equals("uri")) {
            if (value instanceof String uri && uri.startsWith("direct:")) {
              targets.add(uri);
            }
          }
        });
    return targets;
  }

  private static Set<String> keys(Object node) {
    Set<String> keys = new TreeSet<>();
    walk(node, (key, value) -> keys.add(key));
    return keys;
  }

  private static void walk(Object node, java.util.function.BiConsumer<String, Object> visitor) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            visitor.accept((String) key, value);
            walk(value, visitor);
          });
    } else if (node instanceof List<?> list) {
      list.forEach(item -> walk(item, visitor));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }
}
