package io.selfheal.cli;

import io.selfheal.Pipeline;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/** The routes on the embedded default, for as long as one command takes. */
final class HealingRun implements AutoCloseable {
  private final Pipeline pipeline;

  HealingRun(Settings settings) {
    pipeline = new Pipeline(settings);
  }

  void start() throws Exception {
    pipeline.start();
  }

  CamelContext context() {
    return pipeline.context();
  }

  IssueTable issues() {
    return context().getRegistry().lookupByNameAndType("issueTable", IssueTable.class);
  }

  /** Gives logs to step 1, and comes back when all of them are stored. */
  void receive(ReceivedLogs logs) throws Exception {
    try (ProducerTemplate template = context().createProducerTemplate()) {
      template.sendBody("direct:receive-logs", logs);
      template.sendBody("direct:write-occurrences", null);
    }
  }

  /**
   * Waits until no issue is in work.
   *
   * @param asked which issues are waited for
   * @param atLeast how many of them there must be
   * @return those issues; fewer or unfinished ones when the time is over
   */
  List<Issue> await(Predicate<Issue> asked, int atLeast, Duration longest)
      throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      List<Issue> issues = issues().all().stream().filter(asked).toList();
      boolean done =
          issues.size() >= atLeast
              && issues.stream().noneMatch(issue -> issue.status().unfinished());
      if (done || System.nanoTime() > end) {
        return issues;
      }
      Thread.sleep(100);
    }
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
