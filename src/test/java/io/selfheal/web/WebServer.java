package io.selfheal.web;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfheal.dedup.Occurrences;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.AuthorizeSender;
import io.selfheal.logs.ReadRequest;
import io.selfheal.metrics.StepMeters;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.RepairRecords;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.apache.camel.support.CamelContextHelper;

/** The dashboard's real routes on a real port. */
final class WebServer implements AutoCloseable {
  private final Main main = new Main();
  private final int port;

  WebServer(Secret key, IssueTable table, Supplier<List<Issue>> issues, Clock clock, Path localDir)
      throws Exception {
    // These routes and beans only, not the program's own configuration.
    main.setDefaultPropertyPlaceholderLocation("false");
    main.configure()
        .withRoutesIncludePattern(
            "classpath:routes/00-error-handling.camel.yaml,classpath:routes/09-show-issues.camel.yaml");
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", "0");
    IssueOverview overview = new IssueOverview(issues, clock);
    RepairRecords records = new RepairRecords(Optional.of(localDir));
    StepMeters meters = new StepMeters(new SimpleMeterRegistry(), new Occurrences(), clock);
    main.bind("dashboard", new Dashboard());
    main.bind("answerPerson", new AnswerPerson());
    main.bind("authorizePerson", new AuthorizePerson(new AuthorizeSender(key, "127.0.0.1", clock)));
    main.bind("readPerson", new ReadRequest(64 << 10, Duration.ofSeconds(10)));
    main.bind("showIssues", new ShowIssues(table, overview, records, meters::numbers));
    main.bind(
        "changeIssues",
        new ChangeIssues(table, overview, text -> text.replace("hunter2", "<secret>")));
    main.start();
    port =
        CamelContextHelper.findSingleByType(main.getCamelContext(), VertxPlatformHttpRouter.class)
            .getServer()
            .getServer()
            .actualPort();
  }

  int port() {
    return port;
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    main.stop();
  }
}
