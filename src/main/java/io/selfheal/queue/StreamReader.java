package io.selfheal.queue;

import io.selfheal.issue.Turn;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one process at a time read the table's stream, which bears two readers a shard and needs
 * one. What was written while nobody read is looked up in the table when reading begins.
 */
public final class StreamReader extends DefaultPollingConsumerPollStrategy {
  private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

  private final Turn turn;
  private boolean reading;
  private boolean lost;
  private boolean begun;

  public StreamReader(Turn turn) {
    this.turn = turn;
  }

  @Override
  public synchronized boolean begin(Consumer consumer, Endpoint endpoint) {
    boolean mine = turn.mine();
    if (mine != reading) {
      LOG.info(mine ? "This process reads the table's stream" : "Another process reads the stream");
      reading = mine;
      begun = false;
      if (!mine) {
        lost = true;
      } else if (lost) {
        // Its places in the shards may have expired meanwhile, which the consumer does not survive.
        lost = false;
        restart(consumer);
        return false;
      }
    }
    return mine;
  }

  /** With the first poll it has its places in the shards: what came before them is looked up. */
  @Override
  public synchronized void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
    if (!begun) {
      begun = true;
      CamelContext context = endpoint.getCamelContext();
      CompletableFuture.runAsync(
          () -> {
            try (ProducerTemplate template = context.createProducerTemplate()) {
              template.sendBody("direct:queue-unread", "");
            } catch (Exception e) {
              LOG.warn(
                  "What came before the stream was read is left to the sweep: {}", e.getMessage());
            }
          });
    }
    super.commit(consumer, endpoint, polledMessages);
  }

  private static void restart(Consumer consumer) {
    CamelContext context = consumer.getEndpoint().getCamelContext();
    String route = ((DefaultConsumer) consumer).getRouteId();
    // Not from the thread that polls, for which a stop would wait.
    CompletableFuture.runAsync(
        () -> {
          try {
            context.getRouteController().stopRoute(route);
            context.getRouteController().startRoute(route);
          } catch (Exception e) {
            LOG.warn("The route {} could not be started again: {}", route, e.getMessage());
          }
        });
  }
}
