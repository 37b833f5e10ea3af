package io.selfheal.queue;

import io.selfheal.issue.Turn;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one process at a time read the table's stream, which bears two readers a shard and needs
 * one. What is written while nobody reads is sent by the sweep.
 */
public final class StreamReader extends DefaultPollingConsumerPollStrategy {
  private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

  private final Turn turn;
  private boolean reading;
  private boolean lost;

  public StreamReader(Turn turn) {
    this.turn = turn;
  }

  @Override
  public synchronized boolean begin(Consumer consumer, Endpoint endpoint) {
    boolean mine = turn.mine();
    if (mine != reading) {
      LOG.info(mine ? "This process reads the table's stream" : "Another process reads the stream");
      reading = mine;
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
