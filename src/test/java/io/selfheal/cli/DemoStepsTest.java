package io.selfheal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.cli.StepPrinter.Style;
import io.selfheal.pullrequest.PullRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.event.ExchangeSentEvent;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class DemoStepsTest {
  private final StringWriter written = new StringWriter();
  private final StepPrinter printer = new StepPrinter(new PrintWriter(written), Style.PLAIN);

  @Test
  void theResultIsPrintedAfterTheLastStepIsTold() throws Exception {
    DemoSteps steps = new DemoSteps(printer, false);
    printer.begin("7 open", "");
    assertThat(steps.toldOfPullRequest(Duration.ofMillis(1))).isFalse();

    try (CamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange.getMessage().setBody(new PullRequest(null, "file:///1.md", 1));
      steps.notify(
          new ExchangeSentEvent(exchange, context.getEndpoint("direct:open-pull-request"), 5));
    }

    assertThat(steps.toldOfPullRequest(Duration.ZERO)).isTrue();
    assertThat(written.toString()).contains("number 1 in the local forge");
  }
}
