package io.selfheal;

import io.selfheal.camel.cwlogs.LogGroupPattern;
import io.selfheal.commit.SandboxSettings;
import io.selfheal.dedup.ErrorRules;
import io.selfheal.doctor.BedrockCheck;
import io.selfheal.doctor.Check;
import io.selfheal.doctor.CloudWatchTestLog;
import io.selfheal.doctor.CodeCommitCheck;
import io.selfheal.doctor.CommandCheck;
import io.selfheal.doctor.CredentialsCheck;
import io.selfheal.doctor.FileTestLog;
import io.selfheal.doctor.Finding;
import io.selfheal.doctor.GitCheck;
import io.selfheal.doctor.HttpPortCheck;
import io.selfheal.doctor.HttpTestLog;
import io.selfheal.doctor.KinesisCheck;
import io.selfheal.doctor.LogGroupsCheck;
import io.selfheal.doctor.OpenaiCheck;
import io.selfheal.doctor.ParametersCheck;
import io.selfheal.doctor.QueueCheck;
import io.selfheal.doctor.ReplayCheck;
import io.selfheal.doctor.ScmCheck;
import io.selfheal.doctor.TableCheck;
import io.selfheal.doctor.TestErrorLog;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.OwnLogGroup;
import io.selfheal.model.BedrockClients;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import io.selfheal.settings.Secret;
import io.selfheal.settings.Settings;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.RemoteAccess;
import io.selfheal.workspace.ScmTokens;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.function.Suppliers;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * What a configuration needs to be there, for the commands that look at it from outside; no route
 * is started. Nothing is reached before a check or a log is used.
 */
public final class Deployment implements AutoCloseable {
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(1);
  private static final String PARAMETERS = "parameters";
  private static final String APPS = "selfheal.apps.";

  private final Clock clock = Clock.systemUTC();
  private final AwsClients clients = new AwsClients(Optional.empty());
  private final Map<Class<?>, AutoCloseable> made = new ConcurrentHashMap<>();
  private final CamelContext context = new DefaultCamelContext();
  private final ScmTokens tokens = new ScmTokens(clock);
  private final GitAccess git =
      new GitAccess(tokens, clock, DefaultCredentialsProvider.create()::resolveCredentials);
  private final Supplier<List<String>> secretValues = Suppliers.memorize(this::revealed);
  private final Settings settings;
  private ConfigurationException parametersFailure;

  /**
   * @param configured as a file, the environment and the command line say
   */
  public Deployment(Settings configured) {
    Settings all = configured;
    try {
      all = Pipeline.withGuidanceParameters(configured);
    } catch (ConfigurationException e) {
      parametersFailure = e;
    }
    Properties properties = all.asProperties();
    context.getRegistry().bind("ssmClient", SsmClient.class, Suppliers.memorize(this::ssm));
    context.getPropertiesComponent().setInitialProperties(properties);
    context.start();
    settings = Settings.of(properties, context::resolvePropertyPlaceholders);
  }

  /** Everything that can be looked at, in the order of the steps. */
  public List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    Map<String, Application> apps = Map.of();
    try {
      if (parametersFailure == null) {
        new SettingsCheck(settings, new RouteFiles(settings)).check();
      }
      apps = settings.applications();
    } catch (ConfigurationException e) {
      checks.add(Check.failed("settings", e));
    }
    checks.add(
        parametersFailure != null
            ? Check.failed(PARAMETERS, parametersFailure)
            : new Check(PARAMETERS, new ParametersCheck(referring())::look));
    if (!settings.flag("selfheal.local")) {
      aws(checks);
    }
    sources(checks, apps);
    for (Application app : apps.values()) {
      checks.add(
          new Check(
              "git " + app.name(),
              new GitCheck(new RemoteAccess(git), app, !app.scm().equals("local"))::look));
      scm(app).ifPresent(checks::add);
    }
    checks.add(model());
    for (Application app : apps.values()) {
      command("verify", app, app.verify()).ifPresent(checks::add);
      command("format", app, app.format()).ifPresent(checks::add);
    }
    SandboxSettings.Mode sandbox = SandboxSettings.of(settings).mode();
    if (sandbox != SandboxSettings.Mode.NONE
        && apps.values().stream().anyMatch(app -> app.verify().isPresent())) {
      checks.add(
          new Check(
              "sandbox",
              new CommandCheck(
                      "selfheal.verify.sandbox",
                      "bwrap",
                      sandbox == SandboxSettings.Mode.BUBBLEWRAP,
                      System.getenv())
                  ::look));
    }
    return checks;
  }

  private void aws(List<Check> checks) {
    checks.add(new Check("credentials", () -> new CredentialsCheck(sts()).look()));
    String table = settings.text("selfheal.issues.table");
    checks.add(
        new Check(
            "table", () -> new TableCheck(new IssueTable(dynamoDb(), table, clock), table).look()));
    checks.add(
        new Check(
            "queue",
            () ->
                new QueueCheck(
                        sqs(),
                        () -> new WorkQueue(sqs()).url(settings.text("selfheal.work.queue")),
                        settings.number("selfheal.heal.max-attempts", 1, 20))
                    .look()));
  }

  private void sources(List<Check> checks, Map<String, Application> apps) {
    if (enabled("cloudwatch")) {
      for (Application app : apps.values()) {
        checks.add(new Check("log groups " + app.name(), () -> logGroups(app).look()));
      }
    }
    if (enabled("kinesis")) {
      checks.add(
          new Check(
              "kinesis",
              () -> new KinesisCheck(kinesis(), settings.text("selfheal.kinesis.stream")).look()));
    }
    checks.add(
        new Check(
            "http",
            new HttpPortCheck(
                    settings.text("selfheal.http.host"),
                    settings.text("selfheal.http.port"),
                    () -> SettingsCheck.checkAddress(settings))
                ::look));
  }

  private Optional<Check> scm(Application app) {
    String name = "scm " + app.name();
    return switch (app.scm()) {
      case "github", "gitlab", "gitea", "bitbucket" ->
          Optional.of(new Check(name, new ScmCheck(app, tokens)::look));
      case "codecommit" ->
          Optional.of(
              new Check(
                  name,
                  () -> {
                    String region =
                        RepositoryUrl.codeCommitRegion(app.repository()).orElse("us-east-1");
                    try (CodeCommitClient client = AwsClients.codeCommit(region)) {
                      return new CodeCommitCheck(client, RepositoryUrl.nameOf(app.repository()))
                          .look();
                    }
                  }));
      // a folder, or a host of the user's, of whose rights nothing is known
      default -> Optional.empty();
    };
  }

  private Check model() {
    String model = settings.text("selfheal.model");
    return new Check(
        "model " + model,
        switch (model) {
          case "bedrock" ->
              () ->
                  new BedrockCheck(
                          bedrock(), bedrockRuntime(), settings.list("selfheal.bedrock.model-id"))
                      .look();
          case "openai" ->
              () ->
                  new OpenaiCheck(
                          settings.required(
                              "selfheal.openai.base-url", "e.g. http://localhost:11434/v1"),
                          settings.secret("selfheal.openai.api-key"),
                          settings.list("selfheal.openai.model"))
                      .look();
          case "replay" ->
              () ->
                  new ReplayCheck(
                          Path.of(
                              settings.required(
                                  "selfheal.replay.dir", "set it to the folder of answers")))
                      .look();
          default -> () -> Finding.ok("a route of yours, which is not looked at");
        });
  }

  private static Optional<Check> command(String name, Application app, Optional<String> command) {
    return command.map(
        line ->
            new Check(
                name + " " + app.name(),
                new CommandCheck(APPS + app.name() + "." + name, line, true, System.getenv())
                    ::look));
  }

  /**
   * The source that reads the application's log, and how to write to it.
   *
   * @param name {@code cloudwatch}, {@code kinesis}, {@code http} or {@code file}
   */
  public record TestedSource(String name, TestErrorLog log) {}

  /**
   * Where an application's test error is logged.
   *
   * @throws ConfigurationException when there is no such application, or its log comes from a
   *     source of the user's
   */
  public TestedSource source(String appName) {
    Application app = settings.applications().get(appName);
    if (app == null) {
      throw new ConfigurationException(
          "--inject",
          appName,
          "there is no such application; use one of " + settings.applications().keySet());
    }
    if (enabled("cloudwatch") || enabled("kinesis")) {
      return new TestedSource(
          enabled("cloudwatch") ? "cloudwatch" : "kinesis",
          new CloudWatchTestLog(logs(), appName, logGroups(app)::first, clock));
    }
    if (enabled("http")) {
      return new TestedSource(
          "http",
          new HttpTestLog(
              settings.text("selfheal.http.host"),
              settings.text("selfheal.http.port"),
              appName,
              settings.secret("selfheal.http.access-key")));
    }
    if (enabled("file")) {
      return new TestedSource(
          "file",
          new FileTestLog(
              Path.of(settings.required("selfheal.file.path", "name the file that is followed"))));
    }
    throw new ConfigurationException(
        "selfheal.sources",
        String.join(",", settings.list("selfheal.sources")),
        "a test error can be logged for cloudwatch, kinesis, http and file only");
  }

  /** The application's rules, as step 2 has them. */
  public ErrorRules rules(String app) {
    return ErrorRules.of(settings, app);
  }

  /** The text without any secret of these settings. */
  public String hide(String text) {
    String hidden = text;
    if (!text.isEmpty()) {
      for (String secret : secretValues.get()) {
        hidden = hidden.replace(secret, "***");
      }
    }
    return hidden;
  }

  /** The issue table of these settings. */
  public IssueAccess issues() {
    return new IssueAccess(settings);
  }

  private List<String> revealed() {
    List<String> values = new ArrayList<>();
    for (Map.Entry<String, Secret> entry : secrets(false).entrySet()) {
      try {
        entry.getValue().reveal().map(String::strip).ifPresent(values::add);
      } catch (RuntimeException e) {
        // What cannot be read cannot be told either.
      }
    }
    List<String> parts = new ArrayList<>(values);
    for (String value : values) {
      // of user:token the second part is the secret
      parts.add(value.substring(value.indexOf(':') + 1));
    }
    parts.removeIf(part -> part.length() < 4);
    parts.sort(Comparator.comparingInt(String::length).reversed());
    return parts;
  }

  private Map<String, Secret> referring() {
    return secrets(true);
  }

  /**
   * @param referring those whose value stands elsewhere only
   */
  private Map<String, Secret> secrets(boolean referring) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    settings
        .asProperties()
        .forEach(
            (key, value) -> {
              String name = (String) key;
              boolean refers = ((String) value).contains("{{");
              boolean secret =
                  name.matches(
                      "selfheal\\..*(private-key|passphrase|scm-token|api-key|access-key|masking\\.key)");
              if (name.startsWith("selfheal.") && (referring ? refers : secret)) {
                secrets.put(name, settings.secret(name));
              }
            });
    return secrets;
  }

  private LogGroupsCheck logGroups(Application app) {
    List<LogGroupPattern> leftOut =
        settings.list("selfheal.cloudwatch.exclude-log-groups").stream()
            .map(LogGroupPattern::new)
            .toList();
    return new LogGroupsCheck(
        logs(),
        app,
        name -> leftOut.stream().anyMatch(pattern -> pattern.matches(name)),
        new OwnLogGroup(System.getenv(), METADATA_TIMEOUT).find(),
        clock);
  }

  private boolean enabled(String source) {
    return settings.list("selfheal.sources").contains(source);
  }

  private StsClient sts() {
    return client(StsClient.class, clients::sts);
  }

  private DynamoDbClient dynamoDb() {
    return client(DynamoDbClient.class, clients::dynamoDb);
  }

  private SqsClient sqs() {
    return client(SqsClient.class, clients::sqs);
  }

  private SsmClient ssm() {
    return client(SsmClient.class, clients::ssm);
  }

  private CloudWatchLogsClient logs() {
    return client(CloudWatchLogsClient.class, clients::cloudWatchLogs);
  }

  private KinesisClient kinesis() {
    return client(KinesisClient.class, clients::kinesis);
  }

  private BedrockClient bedrock() {
    return client(
        BedrockClient.class, () -> clients.bedrock(settings.optional("selfheal.bedrock.region")));
  }

  private BedrockRuntimeClient bedrockRuntime() {
    return client(
        BedrockRuntimeClient.class,
        () -> BedrockClients.create(settings.optional("selfheal.bedrock.region").orElse(null)));
  }

  private <T extends AutoCloseable> T client(Class<T> type, Supplier<T> maker) {
    return type.cast(made.computeIfAbsent(type, unmade -> maker.get()));
  }

  @Override
  public void close() throws Exception {
    context.stop();
    for (AutoCloseable client : made.values()) {
      client.close();
    }
  }
}
