package io.selfheal.cli;

import io.selfheal.commit.FixBranch;
import io.selfheal.commit.Verification;
import io.selfheal.dedup.ErrorEvent;
import io.selfheal.logs.LogBatch;
import io.selfheal.logs.ReceivedLogs;
import io.selfheal.model.FixProposal;
import io.selfheal.prompt.RepairPrompt;
import io.selfheal.pullrequest.PullRequest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Tells from what passes between the routes how far the demo's repair is. */
final class DemoSteps extends EventNotifierSupport {
  private final StepPrinter printer;
  private final boolean recorded;
  private final CountDownLatch opened = new CountDownLatch(1);
  private boolean received;
  private boolean stored;

  /**
   * @param recorded whether the log is that of an earlier run
   */
  DemoSteps(StepPrinter printer, boolean recorded) {
    this.printer = printer;
    this.recorded = recorded;
  }

  void watch(CamelContext context) {
    context.getManagementStrategy().addEventNotifier(this);
  }

  /**
   * Waits until the last step is told. The issue is done a moment before.
   *
   * @return false if it is not told in time
   */
  boolean toldOfPullRequest(Duration longest) throws InterruptedException {
    return opened.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void notify(CamelEvent event) {
    if (event instanceof ExchangeSendingEvent sending) {
      sending(sending.getEndpoint().getEndpointUri(), sending.getExchange().getMessage().getBody());
    } else if (event instanceof ExchangeSentEvent sent && !sent.getExchange().isFailed()) {
      sent(sent.getEndpoint().getEndpointUri(), sent.getExchange().getMessage().getBody());
    }
  }

  private void sending(String endpoint, Object body) {
    if (endpoint.equals("direct://deduplicate-errors")
        && !received
        && body instanceof ReceivedLogs logs) {
      received = true;
      printer.begin("1 receive", "");
      int events =
          logs.batches().stream().map(LogBatch::events).mapToInt(java.util.List::size).sum();
      printer.done(
          events
              + " lines from shop.log, one event each"
              + (recorded
                  ? " (recorded earlier: no python3 here)"
                  : ", written just now by running the shop"));
      printer.begin("2 deduplicate", "");
    } else if (endpoint.equals("direct://store-error")
        && !stored
        && body instanceof ErrorEvent error) {
      stored = true;
      printer.done(
          "%s, fingerprint %s"
              .formatted(
                  error.trace().exceptionType(), error.fingerprint().value().substring(0, 12)));
      printer.begin("3 queue", "from the table's stream to the queue");
    } else if (endpoint.equals("direct://call-model") && body instanceof RepairPrompt prompt) {
      printer.done(
          "%d lines of source and error, at %s of %s"
              .formatted(
                  prompt.user().lines().count(),
                  prompt.workTree().baseCommit().substring(0, 10),
                  prompt.workTree().base()));
      printer.begin("5 call model", "");
    } else if (endpoint.equals("direct://commit-fix")) {
      printer.begin("6 commit", "applying the edits, running the shop's tests");
    } else if (endpoint.equals("direct://open-pull-request")) {
      printer.begin("7 open", "");
    }
  }

  private void sent(String endpoint, Object body) {
    if (endpoint.startsWith("aws2-sqs://")) {
      printer.done("one message, by way of the table's stream");
      printer.begin("4 enrich", "");
    } else if (endpoint.equals("direct://call-model") && body instanceof FixProposal proposal) {
      printer.done("replayed answer, no model was asked: " + proposal.title());
    } else if (endpoint.equals("direct://commit-fix") && body instanceof FixBranch branch) {
      printer.done(tests(branch.verification()) + "; pushed " + branch.name());
    } else if (endpoint.equals("direct://open-pull-request")
        && body instanceof PullRequest request) {
      printer.done("number " + request.number() + " in the local forge");
      opened.countDown();
    }
  }

  private static String tests(Verification verification) {
    if (verification.before().isEmpty() || verification.after().isEmpty()) {
      return "not verified";
    }
    return "tests "
        + colour(verification.before().get())
        + " before, "
        + colour(verification.after().get())
        + " after";
  }

  private static String colour(Verification.Run run) {
    return run.green() ? "green" : "red";
  }
}
