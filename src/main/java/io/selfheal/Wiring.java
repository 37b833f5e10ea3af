package io.selfheal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.selfheal.camel.cwlogs.CheckpointStore;
import io.selfheal.commit.ApplyEdits;
import io.selfheal.commit.CheckPush;
import io.selfheal.commit.CommitMessage;
import io.selfheal.commit.FormatChange;
import io.selfheal.commit.ReadBranch;
import io.selfheal.commit.RunTool;
import io.selfheal.commit.Sandbox;
import io.selfheal.commit.SandboxSettings;
import io.selfheal.commit.StageChange;
import io.selfheal.commit.VerifyChange;
import io.selfheal.commit.guard.DiffGuard;
import io.selfheal.commit.guard.GuardSettings;
import io.selfheal.commit.guard.ReportRejected;
import io.selfheal.commit.syntax.CheckSyntax;
import io.selfheal.dedup.AssembleErrors;
import io.selfheal.dedup.ErrorRules;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.Occurrences;
import io.selfheal.dedup.StoreErrors;
import io.selfheal.dedup.WriteCounts;
import io.selfheal.health.Probes;
import io.selfheal.health.Reachable;
import io.selfheal.issue.BrakeCounts;
import io.selfheal.issue.CountJournals;
import io.selfheal.issue.IssueTable;
import io.selfheal.issue.LeaseKeeper;
import io.selfheal.issue.Turn;
import io.selfheal.local.LocalEndpoints;
import io.selfheal.local.LocalResources;
import io.selfheal.local.LocalServices;
import io.selfheal.logs.AnswerFirehose;
import io.selfheal.logs.AnswerOtlp;
import io.selfheal.logs.AnswerSender;
import io.selfheal.logs.ApplicationRouter;
import io.selfheal.logs.AuthorizeSender;
import io.selfheal.logs.DecodeFilteredEvents;
import io.selfheal.logs.DecodeFirehose;
import io.selfheal.logs.DecodeKinesis;
import io.selfheal.logs.DecodeOtlp;
import io.selfheal.logs.DecodeSubscription;
import io.selfheal.logs.DecodeText;
import io.selfheal.logs.IntakeMemory;
import io.selfheal.logs.OwnLogGroup;
import io.selfheal.logs.ReadRequest;
import io.selfheal.logs.ReceiveLogs;
import io.selfheal.masking.SecretMask;
import io.selfheal.metrics.CloudWatchMetrics;
import io.selfheal.metrics.StepMeters;
import io.selfheal.model.AnswerFormat;
import io.selfheal.model.AskAgain;
import io.selfheal.model.AskBedrock;
import io.selfheal.model.AskOpenai;
import io.selfheal.model.BedrockClients;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.OpenaiDialect;
import io.selfheal.model.OpenaiSettings;
import io.selfheal.model.PromptCaching;
import io.selfheal.model.ReadBedrockAnswer;
import io.selfheal.model.ReadOpenaiAnswer;
import io.selfheal.model.ReadProposal;
import io.selfheal.model.RecordRepair;
import io.selfheal.model.ReplayModel;
import io.selfheal.model.TokenLimit;
import io.selfheal.prompt.BuildPrompt;
import io.selfheal.prompt.ClaimIssue;
import io.selfheal.prompt.EnrichPrompt;
import io.selfheal.prompt.HealSettings;
import io.selfheal.prompt.SafeText;
import io.selfheal.pullrequest.CodeCommit;
import io.selfheal.pullrequest.DescribeFollowUp;
import io.selfheal.pullrequest.DescribePullRequest;
import io.selfheal.pullrequest.EndRepair;
import io.selfheal.pullrequest.FollowUp;
import io.selfheal.pullrequest.FollowUpSettings;
import io.selfheal.pullrequest.LocalForge;
import io.selfheal.pullrequest.LocalIssues;
import io.selfheal.pullrequest.PeopleAndLabels;
import io.selfheal.pullrequest.ReadNews;
import io.selfheal.pullrequest.ReadPullRequest;
import io.selfheal.pullrequest.ReportIssue;
import io.selfheal.pullrequest.ScmApi;
import io.selfheal.queue.BrakeLimits;
import io.selfheal.queue.Brakes;
import io.selfheal.queue.DelayRetry;
import io.selfheal.queue.QueueRepairs;
import io.selfheal.queue.RetrySoon;
import io.selfheal.queue.StreamReader;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import io.selfheal.traces.Traces;
import io.selfheal.web.AnswerPerson;
import io.selfheal.web.AuthorizePerson;
import io.selfheal.web.ChangeIssues;
import io.selfheal.web.CountIssues;
import io.selfheal.web.Dashboard;
import io.selfheal.web.IssueOverview;
import io.selfheal.web.ShowIssues;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.RepairRecords;
import io.selfheal.workspace.ScmTokens;
import io.selfheal.workspace.Workspace;
import io.vertx.core.VertxOptions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.function.Suppliers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * Makes every object that the routes use, from the settings, and binds it by name. Camel's main
 * calls it before it loads the routes. This is the only place where objects are made.
 */
public final class Wiring implements CamelConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(1);

  /** How long the stream has no reader when the one that had it was killed. */
  private static final Duration READER_TURN = Duration.ofSeconds(15);

  private static final int HTTP_THREADS = 128;

  private final Clock clock = Clock.systemUTC();
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private CamelContext context;
  private Settings settings;

  @Override
  public void configure(CamelContext camelContext) {
    context = camelContext;
    Properties properties =
        context.getPropertiesComponent().loadProperties(key -> key.startsWith("selfheal."));
    settings = Settings.of(properties, context::resolvePropertyPlaceholders);
    if (settings.applications().isEmpty()) {
      settings = Pipeline.withGuidanceParameters(settings);
    }
    closeAfterwards();
    if (settings.flag("selfheal.traces")) {
      Traces traces = new Traces();
      toClose.push(traces);
      traces.watch(context);
    }

    AwsClients clients = new AwsClients(local());
    lazily("dynamoDbClient", DynamoDbClient.class, clients::dynamoDb);
    lazily("dynamoDbStreamsClient", DynamoDbStreamsClient.class, clients::dynamoDbStreams);
    lazily("sqsClient", SqsClient.class, clients::sqs);
    lazily("ssmClient", SsmClient.class, clients::ssm);
    lazily("cloudWatchLogsClient", CloudWatchLogsClient.class, clients::cloudWatchLogs);
    lazily("cloudWatchClient", CloudWatchClient.class, clients::cloudWatch);
    DynamoDbClient dynamoDb = bean(DynamoDbClient.class);
    SqsClient sqs = bean(SqsClient.class);
    String table = settings.text("selfheal.issues.table");
    HealSettings heal = HealSettings.of(settings);
    if (settings.flag("selfheal.local")) {
      new LocalResources(dynamoDb).createTable(table);
      LocalResources.createQueues(sqs, settings.text("selfheal.work.queue"), heal.maxAttempts());
    }
    Set<Roles> roles = Roles.of(settings);
    // Who only takes logs in needs no right to the queue.
    boolean queues = roles.contains(Roles.QUEUE) || roles.contains(Roles.HEAL);
    String queueUrl =
        queues ? new WorkQueue(sqs).url(settings.text("selfheal.work.queue")) : "not used";
    context.getPropertiesComponent().addOverrideProperty("selfheal.work.queue-url", queueUrl);

    Map<String, Application> applications = settings.applications();
    SecretMask secrets = new SecretMask(settings.secret("selfheal.masking.key"));
    // An invisible character or a colour inside a secret would hide it from the mask.
    UnaryOperator<String> masked =
        text -> text == null ? null : secrets.mask(SafeText.visible(text));
    IssueTable issues = new IssueTable(dynamoDb, table, clock);
    bind("issueTable", issues);
    BrakeCounts counts = new BrakeCounts(dynamoDb, table, clock);
    Brakes brakes = new Brakes(issues, counts, BrakeLimits.of(settings));

    receive(applications, issues);
    Function<String, ErrorRules> rules = ErrorRules.of(settings, settings.applicationNames());
    FollowUpSettings followUp = FollowUpSettings.of(settings);
    StepMeters meters = deduplicate(issues, rules, masked, followUp);
    show(issues, meters, masked);
    queue(issues, brakes, sqs, queueUrl, heal);
    heal(issues, counts, brakes, applications, heal, secrets, masked);
    followUp(issues, applications, followUp, rules, masked);
    health(roles, issues, sqs, queueUrl);
  }

  private void health(Set<Roles> roles, IssueTable issues, SqsClient sqs, String queueUrl) {
    String aws = "check the network, the credentials and their rights";
    reachable("selfheal-table", "AWS: table", aws, () -> issues.reach(Probes.TIMEOUT));
    if (roles.contains(Roles.QUEUE) || roles.contains(Roles.HEAL)) {
      reachable("selfheal-queue", "AWS: queue", aws, Probes.queue(sqs, queueUrl));
    }
    if (roles.contains(Roles.HEAL)) {
      List<String> urls =
          settings.applications().values().stream().map(Application::repository).toList();
      reachable(
          "selfheal-git",
          "git",
          "check the network and selfheal.apps.<app>.repository",
          Probes.repositories(urls));
      modelServer()
          .ifPresent(
              probe ->
                  reachable(
                      "selfheal-model",
                      "model",
                      "check the network and the keys selfheal."
                          + settings.text("selfheal.model")
                          + ".*",
                      probe));
    }
  }

  /** No model is called, as that costs money; a user's own is not known. */
  private Optional<Reachable.Probe> modelServer() {
    return switch (settings.text("selfheal.model")) {
      case "bedrock" ->
          Optional.of(
              Probes.server(
                  BedrockClients.endpoint(
                      settings.optional("selfheal.bedrock.region").orElse(null))));
      case "openai" -> settings.optional("selfheal.openai.base-url").map(Probes::server);
      case "replay" -> Optional.of(Probes.directory(Path.of(settings.text("selfheal.replay.dir"))));
      default -> Optional.empty();
    };
  }

  private void reachable(String id, String what, String whatToDo, Reachable.Probe probe) {
    Reachable check =
        new Reachable(id, what, whatToDo, probe, settings.duration("selfheal.health.interval"));
    toClose.push(check);
    bind(id, check);
  }

  private void receive(Map<String, Application> applications, IssueTable issues) {
    List<String> leftOut = leftOutLogGroups(applications);
    ApplicationRouter router = new ApplicationRouter(List.copyOf(applications.values()), leftOut);
    DecodeText decodeText = new DecodeText(clock);
    // A request holds a thread until its last trace is complete and what it counts is kept; idle
    // threads are not kept.
    bind("vertxOptions", new VertxOptions().setWorkerPoolSize(HTTP_THREADS));
    bind("receiveLogs", new ReceiveLogs(router, decodeText));
    bind(
        "authorizeSender",
        new AuthorizeSender(
            settings.secret("selfheal.http.access-key"),
            settings.text("selfheal.http.host"),
            clock));
    IntakeMemory memory = new IntakeMemory(settings.number("selfheal.http.max-memory", 1, 16_384));
    bind("readRequest", new ReadRequest(16 << 20, READ_TIMEOUT, memory));
    bind("readFirehoseRequest", new ReadRequest(64 << 20, READ_TIMEOUT, memory));
    bind("decodeFirehose", new DecodeFirehose(router, clock));
    bind("decodeSubscription", new DecodeSubscription(router, clock));
    bind("decodeKinesis", new DecodeKinesis(router, clock));
    bind("decodeOtlp", new DecodeOtlp(router, clock));
    bind("decodeFilteredEvents", new DecodeFilteredEvents(router));
    bind("answerFirehose", new AnswerFirehose(clock));
    bind("answerOtlp", new AnswerOtlp());
    bind("answerSender", new AnswerSender());
    String groups = String.join(",", router.logGroupPatterns());
    context.getPropertiesComponent().addOverrideProperty("selfheal.cloudwatch.log-groups", groups);
    context
        .getPropertiesComponent()
        .addOverrideProperty("selfheal.cloudwatch.left-out-log-groups", String.join(",", leftOut));
    bind(
        "checkpointStore",
        new CheckpointStore() {
          @Override
          public Optional<String> load(String key) {
            return issues.checkpoint(key);
          }

          @Override
          public void save(String key, String value) {
            issues.saveCheckpoint(key, value);
          }
        });
  }

  /** The configured ones, and the one with this program's own log where the platform names it. */
  private List<String> leftOutLogGroups(Map<String, Application> applications) {
    List<String> leftOut = new ArrayList<>(settings.list("selfheal.cloudwatch.exclude-log-groups"));
    Optional<String> own = new OwnLogGroup(System.getenv(), METADATA_TIMEOUT).find();
    own.ifPresent(
        group -> {
          for (Application app : applications.values()) {
            if (app.logGroups().contains(group)) {
              throw new ConfigurationException(
                  "selfheal.apps." + app.name() + ".log-groups",
                  group,
                  "selfheal's own log goes there and must not be read; give selfheal a log group of its own");
            }
          }
          LOG.info("Log group {} holds this program's own log: it is never read", group);
          leftOut.add(group);
        });
    return leftOut;
  }

  private StepMeters deduplicate(
      IssueTable issues,
      Function<String, ErrorRules> rules,
      UnaryOperator<String> masked,
      FollowUpSettings followUp) {
    Occurrences occurrences = new Occurrences();
    AssembleErrors assemble =
        new AssembleErrors(
            new StackTraces(),
            new Fingerprints(),
            rules,
            occurrences,
            settings.duration("selfheal.logs.flush-after"));
    toClose.push(assemble);
    WriteCounts counts =
        new WriteCounts(
            occurrences,
            new CountJournals(
                bean(DynamoDbClient.class), settings.text("selfheal.issues.table"), issues, clock),
            issues,
            settings.duration("selfheal.issues.count-interval"),
            followUp.deployGrace());
    toClose.push(counts);
    bind("assembleErrors", assemble);
    bind("storeErrors", new StoreErrors(occurrences, issues, rules, masked));
    bind("writeCounts", counts);
    StepMeters meters = new StepMeters(meterRegistry(), occurrences, clock);
    meters.watch(context);
    return meters;
  }

  /** The one that Camel's own metrics go to, and that /observe/metrics shows. */
  private MeterRegistry meterRegistry() {
    MeterRegistry known = bean(MeterRegistry.class);
    if (known != null) {
      return known;
    }
    MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
    return registry;
  }

  private void show(IssueTable issues, StepMeters meters, UnaryOperator<String> masked) {
    IssueOverview overview = new IssueOverview(issues::summaries, clock);
    bind("dashboard", new Dashboard());
    bind("countIssues", new CountIssues(overview, meters));
    bind("cloudWatchMetrics", new CloudWatchMetrics(meterRegistry(), clock));
    bind("answerPerson", new AnswerPerson());
    bind(
        "authorizePerson",
        new AuthorizePerson(
            context.getRegistry().lookupByNameAndType("authorizeSender", AuthorizeSender.class)));
    bind("readPerson", new ReadRequest(64 << 10, READ_TIMEOUT, new IntakeMemory(1)));
    bind("showIssues", new ShowIssues(issues, overview, repairRecords(), meters::numbers));
    bind("changeIssues", new ChangeIssues(issues, overview, masked));
  }

  private RepairRecords repairRecords() {
    return new RepairRecords(
        settings.flag("selfheal.local")
            ? Optional.of(Path.of(settings.text("selfheal.local.dir")))
            : Optional.empty());
  }

  private void queue(
      IssueTable issues, Brakes brakes, SqsClient sqs, String queueUrl, HealSettings heal) {
    Turn reading = new Turn(issues, "stream", READER_TURN, clock);
    toClose.push(reading::end);
    bind("streamReader", new StreamReader(reading));
    Duration sweeps = settings.duration("selfheal.issues.sweep-interval");
    Turn sweeping = new Turn(issues, "sweep", sweeps, clock);
    toClose.push(sweeping::end);
    bind("sweepTurn", sweeping);
    bind(
        "queueRepairs",
        new QueueRepairs(
            issues,
            brakes,
            settings.number("selfheal.heal.min-occurrences", 1, 1_000_000),
            sweeps,
            settings.duration("selfheal.issues.requeue-after"),
            settings.applicationNames(),
            clock));
    bind("retrySoon", new RetrySoon(Duration.ofSeconds(1), 4));
    bind("delayRetry", new DelayRetry(sqs, queueUrl, heal.retryDelay()));
  }

  private void heal(
      IssueTable issues,
      BrakeCounts counts,
      Brakes brakes,
      Map<String, Application> applications,
      HealSettings heal,
      SecretMask secrets,
      UnaryOperator<String> masked) {
    LeaseKeeper leases = new LeaseKeeper(issues);
    toClose.push(leases);
    bind("claimIssue", new ClaimIssue(issues, applications, leases, heal, brakes));
    Path localDir = Path.of(settings.text("selfheal.local.dir"));
    ScmTokens tokens = new ScmTokens(clock);
    Workspace workspace =
        new Workspace(
            workDirectory(),
            new GitAccess(tokens, clock, DefaultCredentialsProvider.create()::resolveCredentials),
            app ->
                app.scm().equals("local") ? Optional.of(forge(localDir, app)) : Optional.empty());
    toClose.push(workspace);
    bind("workspace", workspace);
    BuildPrompt prompts =
        new BuildPrompt(
            Wiring::firstTrace,
            masked::apply,
            heal.promptTokens(),
            settings.flag("selfheal.heal.report-fixed"));
    bind("enrichPrompt", new EnrichPrompt(workspace, prompts, secrets::maskSource));
    RepairRecords records = repairRecords();
    bind("recordRepair", new RecordRepair(records, masked));
    bind("askAgain", new AskAgain());
    ModelPrices prices =
        new ModelPrices(price("selfheal.price.input"), price("selfheal.price.output"));
    model(heal, prices);
    commit(workspace, records, masked);
    open(localDir, workspace, tokens, prices, issues, masked);
    bind("endRepair", new EndRepair(issues, counts, heal, masked));
  }

  private void commit(Workspace workspace, RepairRecords records, UnaryOperator<String> masked) {
    Duration timeout = settings.duration("selfheal.verify.timeout");
    Sandbox sandbox = new Sandbox(SandboxSettings.of(settings));
    bind("applyEdits", new ApplyEdits(masked));
    bind("diffGuard", new DiffGuard(GuardSettings.of(settings), Wiring::firstTrace, masked));
    bind("reportRejected", new ReportRejected(records));
    bind("checkSyntax", new CheckSyntax(new RunTool(workspace, sandbox), masked));
    bind("formatChange", new FormatChange(workspace, masked, timeout, sandbox));
    bind("verifyChange", new VerifyChange(workspace, records, masked, timeout, sandbox));
    bind("stageChange", new StageChange());
    bind("commitMessage", new CommitMessage());
    bind("readBranch", new ReadBranch(records, masked));
    bind("checkPush", new CheckPush());
  }

  private void open(
      Path localDir,
      Workspace workspace,
      ScmTokens tokens,
      ModelPrices prices,
      IssueTable issues,
      UnaryOperator<String> masked) {
    DescribePullRequest describe = new DescribePullRequest(prices, masked);
    bind("describePullRequest", describe);
    bind(
        "localForge",
        new LocalForge(localDir.resolve("forge"), describe, clock, workspace::updateForge));
    bind("scmApi", new ScmApi(clock, tokens));
    ReportIssue report = new ReportIssue(issues, masked);
    bind("reportIssue", report);
    bind("localIssues", new LocalIssues(localDir.resolve("forge"), report));
    bind("peopleAndLabels", new PeopleAndLabels());
    CodeCommit codeCommit = new CodeCommit(AwsClients::codeCommit, describe);
    toClose.push(codeCommit);
    bind("codeCommit", codeCommit);
    bind("readPullRequest", new ReadPullRequest());
  }

  private void followUp(
      IssueTable issues,
      Map<String, Application> applications,
      FollowUpSettings followUp,
      Function<String, ErrorRules> rules,
      UnaryOperator<String> masked) {
    bind("readNews", new ReadNews(followUp.ciAttempts()));
    bind(
        "followUp",
        new FollowUp(
            issues,
            applications,
            followUp,
            new DescribeFollowUp(rules),
            masked,
            route -> context.getRoute(route) != null,
            clock));
  }

  private BigDecimal price(String key) {
    try {
      return settings.optional(key).map(BigDecimal::new).orElse(null);
    } catch (NumberFormatException e) {
      throw new ConfigurationException(
          key, settings.text(key), "write US dollars per million tokens, such as 3.00");
    }
  }

  private void model(HealSettings heal, ModelPrices prices) {
    TokenLimit limit = new TokenLimit(heal.maxTokensPerRepair());
    ReadProposal read = new ReadProposal();
    switch (settings.text("selfheal.model")) {
      case "bedrock" -> {
        PromptCaching caching = new PromptCaching();
        bind(
            "bedrockRuntimeClient",
            BedrockClients.create(settings.optional("selfheal.bedrock.region").orElse(null)));
        bind("bedrockRuntimeAsyncClient", BedrockClients.noStreaming());
        bind(
            "askBedrock",
            new AskBedrock(
                limit,
                settings.list("selfheal.bedrock.model-id"),
                caching,
                settings.number("selfheal.bedrock.max-tokens", 1, 1_000_000)));
        bind("readBedrockAnswer", new ReadBedrockAnswer(read, prices, caching));
      }
      case "openai" -> {
        OpenaiSettings openai =
            new OpenaiSettings(
                settings.optional("selfheal.openai.base-url").orElse(""),
                settings.secret("selfheal.openai.api-key"),
                settings.optional("selfheal.openai.model").orElse(""),
                settings.number("selfheal.openai.max-tokens", 1, 1_000_000),
                AnswerFormat.of(settings.text("selfheal.openai.answer-format")));
        OpenaiDialect dialect = new OpenaiDialect(openai.answerFormat());
        bind("askOpenai", new AskOpenai(limit, openai, dialect));
        bind("readOpenaiAnswer", new ReadOpenaiAnswer(read, prices, openai, dialect, clock));
      }
      case "replay" ->
          bind(
              "replayModel",
              new ReplayModel(read, limit, Path.of(settings.text("selfheal.replay.dir"))));
      default -> LOG.debug("The model is the user's own");
    }
  }

  private Path workDirectory() {
    return settings
        .optional("selfheal.work.dir")
        .map(Path::of)
        .orElseGet(
            () ->
                Path.of(System.getProperty("java.io.tmpdir"))
                    .resolve("selfheal-" + System.getProperty("user.name")));
  }

  private static Path forge(Path localDir, Application app) {
    return localDir.resolve("forge").resolve(app.name() + ".git");
  }

  private static Optional<StackTrace> firstTrace(String text) {
    return new StackTraces()
        .find(text.lines().toList()).stream().findFirst().map(FoundTrace::trace);
  }

  private Optional<LocalEndpoints> local() {
    if (!settings.flag("selfheal.local")) {
      return Optional.empty();
    }
    LocalServices services =
        new LocalServices(Path.of(settings.text("selfheal.local.dir"), "table"), true);
    toClose.push(services);
    return Optional.of(services.endpoints());
  }

  private void closeAfterwards() {
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopped(CamelContext stopped) {
            while (!toClose.isEmpty()) {
              try {
                toClose.pop().close();
              } catch (Exception e) {
                LOG.warn("Something did not close: {}", e.toString());
              }
            }
          }
        });
  }

  private void bind(String name, Object object) {
    context.getRegistry().bind(name, object);
  }

  private <T extends AutoCloseable> void lazily(String name, Class<T> type, Supplier<T> supplier) {
    context
        .getRegistry()
        .bind(
            name,
            type,
            Suppliers.memorize(
                () -> {
                  T made = supplier.get();
                  // Clients are closed last: everything else may still use them
                  toClose.addLast(made);
                  return made;
                }));
  }

  private <T> T bean(Class<T> type) {
    return context.getRegistry().findSingleByType(type);
  }
}
