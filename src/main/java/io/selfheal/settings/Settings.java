package io.selfheal.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of all keys, raw as they were written: the jar's {@code application.properties}, over
 * it the user's file, over it the environment, over it what the command line sets. Placeholders are
 * resolved when a value is asked for.
 */
public final class Settings {
  private static final String PREFIX = "selfheal.";
  private static final Pattern DECLARED =
      Pattern.compile("^#?(selfheal\\.[A-Za-z0-9<>._-]+)=", Pattern.MULTILINE);
  private static final Pattern APP_KEY = Pattern.compile("selfheal\\.apps\\.(.+)\\.([a-z-]+)");
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m(?!s))?(?:(\\d+)s)?(?:(\\d+)(?:ms)?)?");
  private static final Pattern SECRET = Pattern.compile("key|token|password|secret|credential");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

  private final Map<String, String> values;
  private final UnaryOperator<String> resolver;

  private Settings(Map<String, String> values, UnaryOperator<String> resolver) {
    this.values = values;
    this.resolver = resolver;
  }

  /**
   * Reads the settings from where they come from, and refuses keys that do not exist.
   *
   * @param file the user's properties file, if there is one
   * @param environment variables such as {@code SELFHEAL_ISSUES_TABLE}; unknown ones are left
   *     alone, because Kubernetes makes some of the same prefix
   * @param commandLine keys that win over all others
   * @throws ConfigurationException when the file cannot be read or a key is unknown
   */
  public static Settings load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> commandLine) {
    Map<String, String> values = new TreeMap<>(defaults());
    Map<String, String> own = new TreeMap<>();
    file.ifPresent(path -> own.putAll(read(path)));
    own.putAll(commandLine);
    Set<String> names = appNames(own.keySet());
    own.putAll(fromEnvironment(environment, names));
    own.putAll(commandLine);
    values.putAll(own);
    Settings settings = new Settings(values, Settings::resolveEnvironment);
    settings.refuseUnknown(own.keySet());
    return settings;
  }

  /** These settings and others for what is not set, or has its default. */
  public Settings orElse(Map<String, String> others) {
    Map<String, String> all = new TreeMap<>(values);
    Map<String, String> defaults = defaults();
    others.forEach(
        (key, value) -> {
          if (!all.containsKey(key) || all.get(key).equals(defaults.get(key))) {
            all.put(key, value);
          }
        });
    return new Settings(all, resolver);
  }

  /** The settings of a running Camel context, which resolves every kind of placeholder. */
  public static Settings of(Properties properties, UnaryOperator<String> resolver) {
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return new Settings(values, resolver);
  }

  /**
   * The keys that the jar's {@code application.properties} lists, with {@code <app>} where a name
   * stands.
   */
  public static Set<String> declaredKeys() {
    Set<String> keys = new TreeSet<>();
    Matcher matcher = DECLARED.matcher(defaultsText());
    while (matcher.find()) {
      keys.add(matcher.group(1));
    }
    return keys;
  }

  /** All values as they were written, placeholders included. */
  public Properties asProperties() {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  /**
   * @return the value with its placeholders resolved, empty when it is not set or blank
   */
  public Optional<String> optional(String key) {
    String raw = values.get(key);
    if (raw == null || raw.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(resolve(key, raw).strip()).filter(value -> !value.isEmpty());
  }

  public String required(String key, String whatToDo) {
    return optional(key).orElseThrow(() -> new ConfigurationException(key, "", whatToDo));
  }

  /** A key that has a default. */
  public String text(String key) {
    return required(key, "it must not be empty");
  }

  /** A value that is looked up anew at each use and never printed. */
  public Secret secret(String key) {
    String raw = values.get(key);
    return raw == null || raw.isBlank() ? Secret.NONE : new Secret(() -> resolve(key, raw));
  }

  public List<String> list(String key) {
    return optional(key).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  public boolean flag(String key) {
    String value = text(key).toLowerCase(Locale.ROOT);
    if (!value.equals("true") && !value.equals("false")) {
      throw new ConfigurationException(key, value, "write true or false");
    }
    return value.equals("true");
  }

  public int number(String key, int min, int max) {
    String value = text(key);
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of bounds
    }
    throw new ConfigurationException(key, value, "write a whole number from " + min + " to " + max);
  }

  /**
   * A duration as Camel writes it: {@code 500ms}, {@code 10s}, {@code 1h30m}; a bare number is
   * milliseconds.
   */
  public Duration duration(String key) {
    Duration duration = durationOrZero(key);
    if (duration.isZero()) {
      throw new ConfigurationException(key, text(key), "write a duration longer than nothing");
    }
    return duration;
  }

  /** A duration as above that may be nothing: {@code 0s}. */
  public Duration durationOrZero(String key) {
    String value = text(key);
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new ConfigurationException(key, value, "write a duration such as 500ms, 10s or 5m");
    }
    Duration duration = Duration.ZERO;
    long[] units = {3_600_000, 60_000, 1_000, 1};
    for (int i = 0; i < units.length; i++) {
      if (matcher.group(i + 1) != null) {
        duration = duration.plusMillis(Long.parseLong(matcher.group(i + 1)) * units[i]);
      }
    }
    return duration;
  }

  /** The applications under {@code selfheal.apps.}, by name. */
  public Map<String, Application> applications() {
    Map<String, Application> applications = new LinkedHashMap<>();
    for (String name : appNames(values.keySet())) {
      applications.put(name, application(name));
    }
    return applications;
  }

  /** The names of the applications under {@code selfheal.apps.}, with a repository or without. */
  public Set<String> applicationNames() {
    return appNames(values.keySet());
  }

  private Application application(String name) {
    String prefix = PREFIX + "apps." + name + ".";
    String repository =
        required(prefix + "repository", "set it to the git URL of the application's repository");
    String scm = optional(prefix + "scm").orElseGet(() -> RepositoryUrl.scmOf(prefix, repository));
    Optional<String> api =
        optional(prefix + "scm-api-url")
            .map(url -> url.replaceAll("/+$", ""))
            .or(() -> RepositoryUrl.apiUrlOf(scm, repository));
    return new Application(
        name,
        list(prefix + "log-groups"),
        repository,
        optional(prefix + "branch"),
        secret(prefix + "ssh-private-key"),
        optional(prefix + "ssh-known-hosts"),
        scm,
        api,
        secret(prefix + "scm-token"),
        optional(prefix + "verify"),
        optional(prefix + "format"),
        list(prefix + "paths"),
        secret(prefix + "ssh-passphrase"),
        githubApp(prefix),
        new PullRequestExtras(
            list(prefix + "labels"),
            list(prefix + "reviewers"),
            list(prefix + "assignees"),
            optional(prefix + "draft").isPresent() && flag(prefix + "draft")));
  }

  private Optional<GithubApp> githubApp(String prefix) {
    Optional<String> id = optional(prefix + "github-app-id");
    Optional<String> installation = optional(prefix + "github-app-installation-id");
    Secret key = secret(prefix + "github-app-private-key");
    if (id.isEmpty() && installation.isEmpty() && key == Secret.NONE) {
      return Optional.empty();
    }
    String whatToDo = "a GitHub App needs its id, the id of its installation and its private key";
    if (installation.filter(text -> !text.matches("\\d{1,18}")).isPresent()) {
      throw new ConfigurationException(
          prefix + "github-app-installation-id",
          installation.get(),
          "write the number at the end of the address of the installation's settings");
    }
    if (key == Secret.NONE) {
      throw new ConfigurationException(prefix + "github-app-private-key", "", whatToDo);
    }
    return Optional.of(
        new GithubApp(
            required(prefix + "github-app-id", whatToDo),
            required(prefix + "github-app-installation-id", whatToDo),
            key));
  }

  private String resolve(String key, String raw) {
    try {
      return resolver.apply(raw);
    } catch (ConfigurationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ConfigurationException(
          key, raw, "its placeholder cannot be resolved: " + e.getMessage());
    }
  }

  private void refuseUnknown(Collection<String> keys) {
    Set<String> declared = declaredKeys();
    Set<String> appKeys =
        declared.stream()
            .filter(key -> key.startsWith("selfheal.apps.<app>."))
            .map(key -> key.substring("selfheal.apps.<app>.".length()))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> names = new TreeSet<>(list("selfheal.sources"));
    optional("selfheal.model").ifPresent(names::add);
    appNames(keys).forEach(app -> optional("selfheal.apps." + app + ".scm").ifPresent(names::add));
    for (String key : keys) {
      if (!key.startsWith(PREFIX)) {
        continue;
      }
      Matcher app = APP_KEY.matcher(key);
      boolean known =
          app.matches()
              ? appKeys.contains(app.group(2))
              : declared.contains(key)
                  // a source, model or source-control system of the user's has keys of its own
                  || names.contains(key.substring(PREFIX.length()).split("\\.", 2)[0]);
      if (!known) {
        String meant = Spelling.closest(key, declared);
        throw new ConfigurationException(
            key,
            SECRET.matcher(key + meant).find() ? "\u2026" : values.getOrDefault(key, "\u2026"),
            "there is no such key; did you mean " + meant + "?");
      }
    }
  }

  private static Set<String> appNames(Collection<String> keys) {
    Set<String> names = new TreeSet<>();
    for (String key : keys) {
      Matcher matcher = APP_KEY.matcher(key);
      if (matcher.matches()) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  private static Map<String, String> fromEnvironment(
      Map<String, String> environment, Set<String> appNames) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String key : declaredKeys()) {
      if (key.contains("<app>")) {
        String suffix = key.substring(key.indexOf("<app>.") + "<app>.".length());
        Pattern pattern = Pattern.compile("SELFHEAL_APPS_(.+)_" + variable(suffix));
        environment.forEach(
            (variable, value) -> {
              Matcher matcher = pattern.matcher(variable);
              // SELFHEAL_APPS_X_SSH_PRIVATE_KEY must not be read as the key "…" of an application
              // "x_ssh_private"
              if (matcher.matches() && longestSuffix(variable).equals(suffix)) {
                found.put(key.replace("<app>", appName(matcher.group(1), appNames)), value);
              }
            });
      } else if (environment.containsKey(variable(key))) {
        found.put(key, environment.get(variable(key)));
      }
    }
    return found;
  }

  private static String longestSuffix(String variable) {
    return declaredKeys().stream()
        .filter(key -> key.contains("<app>."))
        .map(key -> key.substring(key.indexOf("<app>.") + "<app>.".length()))
        .filter(suffix -> variable.endsWith("_" + variable(suffix)))
        .max((a, b) -> Integer.compare(a.length(), b.length()))
        .orElse("");
  }

  private static String appName(String inVariable, Set<String> appNames) {
    return appNames.stream()
        .filter(name -> variable(name).equals(inVariable))
        .findFirst()
        .orElseGet(() -> inVariable.toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "--config "
              + file
              + ": the file cannot be read ("
              + reason(e)
              + "): name a readable properties file in UTF-8");
    }
    Map<String, String> values = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static String reason(Exception e) {
    return switch (e.getClass().getSimpleName()) {
      case "NoSuchFileException" -> "it does not exist";
      case "AccessDeniedException" -> "access denied";
      case "MalformedInputException" -> "it is not UTF-8";
      default -> e.getMessage();
    };
  }

  private static Map<String, String> defaults() {
    Properties properties = new Properties();
    try (Reader reader = new java.io.StringReader(defaultsText())) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> values = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static String defaultsText() {
    try (InputStream stream = Settings.class.getResourceAsStream("/application.properties");
        Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      StringBuilder text = new StringBuilder();
      char[] buffer = new char[8192];
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        text.append(buffer, 0, n);
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Before Camel runs only the environment is at hand; a Parameter Store value stays as it is
   * written.
   */
  private static String resolveEnvironment(String raw) {
    Matcher matcher = PLACEHOLDER.matcher(raw);
    List<String> missing = new ArrayList<>();
    String resolved =
        matcher.replaceAll(
            match -> {
              String name = match.group(1);
              if (!name.startsWith("env:")) {
                return Matcher.quoteReplacement(match.group());
              }
              String[] nameAndDefault = name.substring("env:".length()).split(":", 2);
              String value = System.getenv(nameAndDefault[0]);
              if (value == null && nameAndDefault.length == 1) {
                missing.add(nameAndDefault[0]);
              }
              return Matcher.quoteReplacement(
                  value != null ? value : nameAndDefault[nameAndDefault.length - 1]);
            });
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "the environment variable " + missing.get(0) + " is not set");
    }
    return resolved;
  }
}
