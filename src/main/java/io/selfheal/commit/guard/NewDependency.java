package io.selfheal.commit.guard;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A library, plug-in or package source that a manifest did not name before, or one that now comes
 * from another place. Another version of a known one is let through.
 */
final class NewDependency implements GuardRule {
  private static final Set<String> SECTIONS =
      Set.of(
          "dependencies",
          "devdependencies",
          "dev-dependencies",
          "build-dependencies",
          "peerdependencies",
          "optionaldependencies",
          "optional-dependencies",
          "dependency-groups",
          "bundleddependencies",
          "require",
          "require-dev",
          "requires",
          "packages",
          "dev-packages",
          "libraries",
          "plugins",
          "source",
          "repositories",
          "overrides",
          "resolutions");

  /** Run by whoever installs the package. */
  private static final Pattern INSTALL_SCRIPT =
      Pattern.compile(
          "(?:pre|post)?install|(?:pre|post)?prepare|prepublish\\w*|(?:pre|post)-(?:install|update)-cmd");

  private static final Pattern REQUIREMENT = Pattern.compile("^\\s*([A-Za-z0-9][\\w.-]*)");
  private static final Pattern PLACE =
      Pattern.compile(
          "(?:^|@\\s*)(?:git|https?|ssh|file|github|link)[:+]|^[\\w.-]+/[\\w.-]+$|\\.git\\b");

  private static final Map<Pattern, Pattern> LINES =
      Map.of(
          Pattern.compile("(?:.*requirements.*|constraints.*)\\.(?:txt|in)"),
          Pattern.compile(
              "(?m)^\\s*((?:-\\w|--[\\w-]+)[ =]\\S+|[A-Za-z0-9][\\w.-]*(?:\\s*@\\s*\\S+)?|(?:git|https?)\\S+)"),
          Pattern.compile("pom\\.xml|.*\\.pom|extensions\\.xml"),
          Pattern.compile("<artifactId>\\s*([^<]+?)\\s*</artifactId>|(<(?:pluginR|r)epository>)"),
          Pattern.compile(".*\\.gradle(?:\\.kts)?"),
          Pattern.compile(
              "\\b(?:\\w*[iI]mplementation|\\w*[aA]pi|\\w*[oO]nly|classpath|kapt|ksp|\\w*[pP]rocessor|platform)\\b[\\s(]+[\"']([^\"':]+:[^\"':]+)"
                  + "|\\bid\\s*\\(?\\s*[\"']([\\w.-]+)|\\b(maven\\s*[({][^)}]*[)}])"),
          Pattern.compile("go\\.(?:mod|work)"),
          Pattern.compile(
              "(?m)^\\s*(?:require\\s+)?([\\w-]+\\.[\\w.-]+/\\S+)\\s+v\\d|^\\s*(?:replace\\s+)?(\\S+\\s*(?:v\\S+\\s*)?=>\\s*\\S+)"),
          Pattern.compile("Gemfile|gems\\.rb|.*\\.gemspec"),
          Pattern.compile(
              "\\bgem\\s*\\(?\\s*[\"']([^\"']+)|\\badd_(?:\\w+_)?dependency\\s*\\(?\\s*[\"']([^\"']+)|\\b((?:source|git|path|github)[: ]\\s*[\"'][^\"']+)"),
          Pattern.compile(
              ".*\\.(?:cs|fs|vb)proj|Directory\\.\\w+\\.props|packages\\.config|nuget\\.config",
              Pattern.CASE_INSENSITIVE),
          Pattern.compile(
              "<(?:PackageReference|PackageVersion|package|add)\\s+(?:Include|id|key)\\s*=\\s*\"([^\"]+)"),
          Pattern.compile("setup\\.py"),
          Pattern.compile(
              "[\"']([A-Za-z][\\w.-]*)\\s*(?:\\[[^\\]]*])?\\s*(?:[<>=!~]=?[^\"']*|@[^\"']*)?[\"'](?=\\s*[,\\]])"),
          Pattern.compile("setup\\.cfg|environment\\.ya?ml|conda\\.ya?ml"),
          Pattern.compile("(?m)^\\s+-?\\s*([A-Za-z][\\w.-]*)\\s*(?:$|[<>=!~;\\[])"),
          Pattern.compile(
              "(?:.*\\.)?(?:Dockerfile|Containerfile)(?:\\..*)?", Pattern.CASE_INSENSITIVE),
          Pattern.compile(
              "\\b((?:pip3?|npm|yarn|pnpm|apt-get|apt|apk|gem|go|cargo|curl|wget)\\s+(?:install|add|get|-|http)[^\\n&]*)|(?mi:^\\s*(FROM\\s+[^\\s:@]+))"));

  private final ObjectMapper json = JsonMapper.builder().build();
  private final ObjectMapper toml = TomlMapper.builder().build();

  @Override
  public String name() {
    return "new-dependency";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    List<Finding> findings = new ArrayList<>();
    for (ChangedFile file : diff.files()) {
      Map<String, String> before = named(file.name(), file.textBefore());
      named(file.name(), file.textAfter())
          .forEach(
              (name, place) -> {
                if (!before.containsKey(name)) {
                  findings.add(found(file, name, "is new; a fix gets by with what is there"));
                } else if (!place.isEmpty() && !place.equals(before.get(name))) {
                  findings.add(found(file, name, "comes from another place now"));
                }
              });
    }
    return findings;
  }

  private static Finding found(ChangedFile file, String name, String what) {
    String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    String last = name.substring(name.lastIndexOf('\t') + 1);
    int line = 0;
    for (int i = 1; i <= file.after().size() && line == 0; i++) {
      if (file.isAdded(i) && file.after().get(i - 1).contains(last)) {
        line = i;
      }
    }
    return new Finding(
        file.path(), line, "the dependency " + shown.replace("\t", " ") + " " + what);
  }

  /** What the manifest names, and where it comes from if that is said; empty for other files. */
  private Map<String, String> named(String fileName, String text) {
    Map<String, String> named = new TreeMap<>();
    for (Map.Entry<Pattern, Pattern> kind : LINES.entrySet()) {
      if (kind.getKey().matcher(fileName).matches()) {
        Matcher matcher = kind.getValue().matcher(withoutComments(fileName, text));
        while (matcher.find()) {
          for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
              named.put(matcher.group(group).strip().toLowerCase(Locale.ROOT), "");
            }
          }
        }
        return named;
      }
    }
    try {
      switch (fileName) {
        case "package.json", "composer.json" -> walk(json.readTree(text), false, named);
        case "pyproject.toml", "Pipfile", "Cargo.toml", "libs.versions.toml" ->
            walk(toml.readTree(text), false, named);
        default -> {
          // no manifest
        }
      }
    } catch (JacksonException e) {
      // A manifest that cannot be read is the syntax check's affair
      return named;
    }
    return named;
  }

  private static String withoutComments(String fileName, String text) {
    return fileName.endsWith(".xml") || fileName.endsWith("proj")
        ? text.replaceAll("(?s)<!--.*?-->", "")
        : text.replaceAll("(?m)(?:^|(?<=\\s))(?:#|//).*$", "");
  }

  private static void walk(JsonNode node, boolean inside, Map<String, String> named) {
    if (node == null) {
      return;
    }
    if (node.isArray()) {
      for (JsonNode item : node) {
        if (inside && item.isTextual()) {
          requirement(item.textValue(), named);
        } else {
          walk(item, inside, named);
        }
      }
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      String key = field.getKey().toLowerCase(Locale.ROOT);
      if (field.getKey().equals("scripts") && value.isObject()) {
        for (Map.Entry<String, JsonNode> script : value.properties()) {
          if (INSTALL_SCRIPT.matcher(script.getKey()).matches()) {
            named.put("script\t" + script.getKey(), script.getValue().toString());
          }
        }
      } else if (SECTIONS.contains(key)) {
        walk(value, true, named);
      } else if (inside && (value.isTextual() || value.isObject() && isDependency(value))) {
        named.put(key, place(value));
      } else if (value.isContainerNode()) {
        walk(value, inside, named);
      }
    }
  }

  private static boolean isDependency(JsonNode value) {
    for (String key :
        List.of("version", "git", "path", "url", "module", "group", "id", "workspace")) {
      if (value.has(key)) {
        return true;
      }
    }
    return value.isEmpty() || value.has("features");
  }

  private static void requirement(String text, Map<String, String> named) {
    Matcher matcher = REQUIREMENT.matcher(text);
    String name = matcher.find() ? matcher.group(1).toLowerCase(Locale.ROOT) : text;
    named.put(name, text.contains("@") ? text.substring(text.indexOf('@')).strip() : "");
  }

  private static String place(JsonNode value) {
    if (value.isTextual()) {
      return PLACE.matcher(value.textValue()).find() ? value.textValue() : "";
    }
    StringBuilder place = new StringBuilder();
    for (String key : List.of("git", "path", "url", "index", "registry", "source")) {
      if (value.has(key)) {
        place.append(value.get(key)).append(' ');
      }
    }
    return place.toString();
  }
}
