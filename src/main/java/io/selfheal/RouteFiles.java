package io.selfheal;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Which route files run: of ours those that the settings ask for, and all of the user's. A user's
 * route with the id of one of ours replaces it.
 */
final class RouteFiles {
  /** The sources, models and source-control systems that come with the program. */
  static final Set<String> SOURCES = Set.of("cloudwatch", "file", "http", "kinesis");

  static final Set<String> MODELS = Set.of("bedrock", "openai", "replay");
  static final Set<String> SCMS =
      Set.of("bitbucket", "codecommit", "gitea", "github", "gitlab", "local");

  /** Those that are asked below {@code scm-api-url}. */
  static final Set<String> WITH_API_URL = Set.of("bitbucket", "gitea", "github", "gitlab");

  private final Settings settings;
  private final Set<Roles> roles;
  private final Map<Path, List<Object>> userFiles = new TreeMap<>();
  private final Set<String> userRoutes = new TreeSet<>();

  RouteFiles(Settings settings) {
    this.settings = settings;
    this.roles = Roles.of(settings);
    for (Path file : userPaths(settings)) {
      List<Object> entries = parse(file.toString(), read(file));
      userRoutes.addAll(ids(entries));
      // Processes may share the folder; who does not receive must not start its sources.
      if (roles.contains(Roles.RECEIVE)
          || ids(entries).stream().noneMatch(id -> id.startsWith("receive-logs-"))) {
        userFiles.put(file, entries);
      }
    }
  }

  /** Which groups of routes run. */
  Set<Roles> roles() {
    return roles;
  }

  /** Ids of the user's own routes. */
  Set<String> userRoutes() {
    return userRoutes;
  }

  /** All route files, in the order in which they are loaded. */
  List<Resource> resources() {
    List<Resource> resources = new ArrayList<>();
    for (String name : own()) {
      String location = "/routes/" + name + ".camel.yaml";
      String text = resource(location);
      List<Object> entries = parse(location, text);
      if (entries.removeIf(entry -> userRoutes.contains(id(entry)))) {
        text =
            entries.isEmpty() ? "" : new Dump(DumpSettings.builder().build()).dumpToString(entries);
      }
      if (!text.isBlank()) {
        resources.add(ResourceHelper.fromString(name.replace('/', '-') + ".camel.yaml", text));
      }
    }
    userFiles.forEach(
        (file, entries) ->
            resources.add(ResourceHelper.fromString(file.getFileName().toString(), read(file))));
    return resources;
  }

  private Set<String> own() {
    Set<String> names = new LinkedHashSet<>();
    names.add("00-error-handling");
    roles.forEach(role -> names.addAll(role.routeFiles()));
    if (roles.contains(Roles.RECEIVE)) {
      settings.list("selfheal.sources").stream()
          .filter(SOURCES::contains)
          .forEach(source -> names.add("01-receive-logs/" + source));
    }
    if (roles.contains(Roles.HEAL) && MODELS.contains(settings.text("selfheal.model"))) {
      names.add("05-call-model/" + settings.text("selfheal.model"));
    }
    if (roles.contains(Roles.HEAL) || roles.contains(Roles.FOLLOW_UP)) {
      settings.applications().values().stream()
          .map(Application::scm)
          .filter(SCMS::contains)
          .collect(Collectors.toCollection(TreeSet::new))
          .forEach(scm -> names.add("07-open-pull-request/" + scm));
    }
    boolean served = settings.flag("camel.management.enabled");
    boolean reported = settings.flag("selfheal.metrics.cloudwatch");
    if (served || reported) {
      names.add("09-count-issues");
    }
    if (reported) {
      names.add("09-report-metrics");
    }
    if (served && settings.flag("selfheal.http.dashboard")) {
      names.add("09-show-issues");
    }
    return names;
  }

  private static List<Path> userPaths(Settings settings) {
    List<String> configured = settings.list("selfheal.routes");
    List<Path> paths = new ArrayList<>();
    if (configured.isEmpty()) {
      Path beside = besideJar().resolve("routes");
      if (Files.isDirectory(beside)) {
        paths.addAll(yamlFiles(beside));
      }
      return paths;
    }
    for (String entry : configured) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        paths.addAll(yamlFiles(path));
      } else if (Files.isRegularFile(path)) {
        paths.add(path);
      } else {
        throw new ConfigurationException(
            "selfheal.routes",
            entry,
            "there is no such file or folder; name route files (*.yaml) or folders of them");
      }
    }
    return paths;
  }

  private static Path besideJar() {
    try {
      return Path.of(RouteFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> yamlFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          "selfheal.routes", file.toString(), "the file cannot be read: " + e.getMessage());
    }
  }

  private static String resource(String location) {
    try (InputStream stream = RouteFiles.class.getResourceAsStream(location)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Object> parse(String name, String text) {
    try {
      Object document =
          new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(text);
      if (document instanceof List<?> entries) {
        return new ArrayList<>(entries);
      }
      throw new ConfigurationException(
          "selfheal.routes", name, "a route file is a YAML list that begins with '- route:'");
    } catch (YamlEngineException e) {
      throw new ConfigurationException(
          "selfheal.routes", name, "it is not YAML: " + e.getMessage());
    }
  }

  private static Set<String> ids(List<Object> entries) {
    return entries.stream()
        .map(RouteFiles::id)
        .filter(id -> !id.isEmpty())
        .collect(Collectors.toSet());
  }

  private static String id(Object entry) {
    if (entry instanceof Map<?, ?> map
        && map.get("route") instanceof Map<?, ?> route
        && route.get("id") instanceof String id) {
      return id;
    }
    return "";
  }
}
