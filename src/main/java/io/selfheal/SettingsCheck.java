package io.selfheal;

import io.selfheal.commit.SandboxSettings;
import io.selfheal.commit.guard.GuardSettings;
import io.selfheal.dedup.ErrorRules;
import io.selfheal.model.AnswerFormat;
import io.selfheal.prompt.HealSettings;
import io.selfheal.pullrequest.FollowUpSettings;
import io.selfheal.queue.BrakeLimits;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.PullRequestExtras;
import io.selfheal.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all settings before anything is started, so that a mistake is told at once and in one
 * message.
 */
final class SettingsCheck {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsCheck.class);

  private static final String UNKNOWN_HOST = "this host name is not known here";

  private final Settings settings;
  private final RouteFiles routes;

  SettingsCheck(Settings settings, RouteFiles routes) {
    this.settings = settings;
    this.routes = routes;
  }

  /**
   * @throws ConfigurationException naming the key, the value and what to do
   */
  void check() {
    Map<String, Application> applications = settings.applications();
    if (applications.isEmpty()) {
      throw new ConfigurationException(
          "No application is configured: set selfheal.apps.<app>.repository to the git URL of its repository");
    }
    for (String source : settings.list("selfheal.sources")) {
      oneOf("selfheal.sources", source, RouteFiles.SOURCES, "receive-logs-");
    }
    oneOf("selfheal.model", settings.text("selfheal.model"), RouteFiles.MODELS, "call-model-");
    for (Application app : applications.values()) {
      String prefix = "selfheal.apps." + app.name() + ".";
      oneOf(prefix + "scm", app.scm(), RouteFiles.SCMS, "open-pull-request-");
      if (RouteFiles.WITH_API_URL.contains(app.scm()) && app.scmApiUrl().isEmpty()) {
        throw new ConfigurationException(
            prefix + "scm-api-url",
            "",
            "set it to the REST base of the repository, e.g. https://api.github.com/repos/foo/bar");
      }
      warnOfNoEffect(prefix, app);
      if (applications.size() > 1 && app.logGroups().isEmpty() && enabled("cloudwatch")) {
        throw new ConfigurationException(
            prefix + "log-groups", "", "with more than one application each needs its log groups");
      }
    }
    ErrorRules.of(settings, applications.keySet());
    HealSettings.of(settings);
    GuardSettings.of(settings);
    SandboxSettings.of(settings);
    BrakeLimits.of(settings);
    FollowUpSettings.of(settings);
    settings.number("selfheal.heal.concurrency", 1, 100);
    settings.number("selfheal.heal.min-occurrences", 1, 1_000_000);
    settings.number("selfheal.work.wait-seconds", 1, 20);
    settings.number("selfheal.http.port", 0, 65_535);
    settings.number("selfheal.bedrock.max-tokens", 1, 1_000_000);
    for (String key :
        new String[] {
          "cloudwatch.poll-interval",
          "cloudwatch.lookback",
          "cloudwatch.overlap",
          "logs.flush-after",
          "issues.count-interval",
          "issues.sweep-interval",
          "issues.requeue-after",
          "metrics.interval",
          "verify.timeout",
          "health.interval"
        }) {
      settings.duration("selfheal." + key);
    }
    settings.flag("selfheal.local");
    settings.flag("selfheal.http.dashboard");
    settings.flag("selfheal.metrics.cloudwatch");
    settings.flag("selfheal.traces");
    String namespace = settings.text("selfheal.metrics.namespace");
    if (!namespace.matches("(?!AWS/)[\\w.#/-]{1,255}")) {
      throw new ConfigurationException(
          "selfheal.metrics.namespace",
          namespace,
          "use letters, digits and . - _ / #, and do not begin with AWS/");
    }
    settings.flag("selfheal.heal.report-to-scm");
    if (routes.roles().contains(Roles.RECEIVE)) {
      checkSources();
    }
    if (routes.roles().contains(Roles.HEAL)) {
      checkModel();
    }
  }

  /**
   * Tries the HTTP server's address: Camel's server only logs that it could not listen, and the
   * program would be up without its log intake.
   *
   * @throws ConfigurationException when nothing can listen there
   */
  static void checkAddress(Settings settings) {
    String host = settings.text("selfheal.http.host");
    String port = settings.text("selfheal.http.port");
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
    } catch (UnknownHostException e) {
      throw new ConfigurationException("selfheal.http.host", host, UNKNOWN_HOST);
    } catch (IOException e) {
      throw new ConfigurationException(
          "selfheal.http.port",
          port,
          "cannot listen on "
              + host
              + " ("
              + e.getMessage()
              + "); stop what listens there, or set another port or selfheal.http.host");
    }
  }

  /** Some hosts have no labels, or no reviewers; a pull request is worth more than they are. */
  private static void warnOfNoEffect(String prefix, Application app) {
    Set<String> missing =
        switch (app.scm()) {
          case "local", "codecommit" -> Set.of("labels", "reviewers", "assignees", "draft");
          case "bitbucket" -> Set.of("labels", "assignees");
          default -> Set.of();
        };
    PullRequestExtras extras = app.extras();
    Map<String, Boolean> set =
        Map.of(
            "labels", !extras.labels().isEmpty(),
            "reviewers", !extras.reviewers().isEmpty(),
            "assignees", !extras.assignees().isEmpty(),
            "draft", extras.draft());
    missing.stream()
        .filter(set::get)
        .sorted()
        .forEach(
            key -> LOG.warn("{}{} has no effect: {} has no such thing", prefix, key, app.scm()));
  }

  private void checkSources() {
    if (enabled("http")
        && settings.secret("selfheal.http.access-key").reveal().isEmpty()
        && !loopback(settings.text("selfheal.http.host"))) {
      throw new ConfigurationException(
          "selfheal.http.access-key",
          "",
          "the http source takes logs from anybody without it; set it, or selfheal.http.host=127.0.0.1");
    }
    if (enabled("kinesis")) {
      settings.required("selfheal.kinesis.stream", "the kinesis source needs the stream's name");
      String position = settings.text("selfheal.kinesis.initial-position");
      if (!position.equals("TRIM_HORIZON") && !position.equals("LATEST")) {
        throw new ConfigurationException(
            "selfheal.kinesis.initial-position", position, "write TRIM_HORIZON or LATEST");
      }
      checkKinesisLibrary(SettingsCheck.class.getClassLoader());
    }
    if (enabled("file")) {
      settings.required("selfheal.file.path", "the file source needs the log file to tail");
      String app = settings.optional("selfheal.file.app").orElse(null);
      if (app != null && !settings.applications().containsKey(app)) {
        throw new ConfigurationException(
            "selfheal.file.app",
            app,
            "there is no such application; use one of " + settings.applications().keySet());
      }
      if (app == null && settings.applications().size() > 1) {
        throw new ConfigurationException(
            "selfheal.file.app", "", "name the application whose log selfheal.file.path is");
      }
    }
  }

  /**
   * Who does not read from Kinesis may leave its library out.
   *
   * @throws ConfigurationException when it is not there
   */
  static void checkKinesisLibrary(ClassLoader libraries) {
    try {
      Class.forName("software.amazon.kinesis.coordinator.Scheduler", false, libraries);
    } catch (ClassNotFoundException e) {
      throw new ConfigurationException(
          "selfheal.sources",
          "kinesis",
          "the Kinesis Client Library is missing: put amazon-kinesis-client and what it depends on back"
              + " into lib/ beside selfheal.jar, or take kinesis out");
    }
  }

  private void checkModel() {
    switch (settings.text("selfheal.model")) {
      case "openai" -> {
        settings.required("selfheal.openai.base-url", "e.g. http://localhost:11434/v1 for Ollama");
        settings.required("selfheal.openai.model", "set it to the name of the server's model");
        AnswerFormat.of(settings.text("selfheal.openai.answer-format"));
      }
      case "replay" -> {
        String folder =
            settings.required("selfheal.replay.dir", "set it to the folder of recorded answers");
        if (!Files.isDirectory(Path.of(folder))) {
          throw new ConfigurationException(
              "selfheal.replay.dir", folder, "there is no such folder");
        }
      }
      default -> {
        // a model of the user's, or Bedrock, whose defaults do
      }
    }
  }

  private boolean enabled(String source) {
    return settings.list("selfheal.sources").contains(source);
  }

  private void oneOf(String key, String value, Set<String> own, String routePrefix) {
    if (own.contains(value) || routes.userRoutes().contains(routePrefix + value)) {
      return;
    }
    Set<String> known = new TreeSet<>(own);
    routes.userRoutes().stream()
        .filter(id -> id.startsWith(routePrefix))
        .forEach(id -> known.add(id.substring(routePrefix.length())));
    throw new ConfigurationException(
        key,
        value,
        "it is unknown; use one of "
            + String.join(", ", known)
            + ", or add a route with the id "
            + routePrefix
            + value
            + " (see selfheal.routes)");
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigurationException("selfheal.http.host", host, UNKNOWN_HOST);
    }
  }
}
