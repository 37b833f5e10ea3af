package io.selfheal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.issue.IssueTable;
import io.selfheal.issue.MutableClock;
import io.selfheal.issue.Turn;
import io.selfheal.local.EmbeddedAws;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EmbeddedAws.class)
class StreamReaderTest {
  @Test
  void whatWasStoredBeforeItReadsIsLookedUpOnceEachTimeItBegins(EmbeddedAws aws) throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    try (CamelContext context = new DefaultCamelContext()) {
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:queue-unread").process(exchange -> lookups.incrementAndGet());
              from("timer:stream?repeatCount=1&delay=3600000").routeId("stream").to("log:x");
            }
          });
      context.start();
      Consumer consumer = context.getRoute("stream").getConsumer();
      Endpoint endpoint = consumer.getEndpoint();
      MutableClock clock = new MutableClock();
      IssueTable issues = new IssueTable(aws.dynamoDb(), aws.newTable(), clock);
      Duration length = Duration.ofSeconds(15);
      StreamReader reader = new StreamReader(new Turn(issues, "stream", length, clock));

      assertThat(reader.begin(consumer, endpoint)).isTrue();
      assertThat(lookups).hasValue(0);
      reader.commit(consumer, endpoint, 0);
      reader.begin(consumer, endpoint);
      reader.commit(consumer, endpoint, 3);
      await().until(() -> lookups.get() == 1);

      clock.advance(length.plusSeconds(1));
      Turn another = new Turn(issues, "stream", length, clock);
      assertThat(another.mine()).isTrue();
      assertThat(reader.begin(consumer, endpoint)).isFalse();
      another.end();
      clock.advance(length.plusSeconds(1));
      // It starts the route again first
      reader.begin(consumer, endpoint);
      assertThat(reader.begin(consumer, endpoint)).isTrue();
      assertThat(lookups).hasValue(1);
      reader.commit(consumer, endpoint, 0);
      await().until(() -> lookups.get() == 2);
    }
  }
}
