package io.selfheal.cli;

import java.util.function.Consumer;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Tells what is sent to one endpoint. */
final class SentMessages extends EventNotifierSupport {
  private final String endpoint;
  private final Consumer<Object> body;

  SentMessages(String endpoint, Consumer<Object> body) {
    this.endpoint = endpoint.replace("direct:", "direct://");
    this.body = body;
  }

  @Override
  public void notify(CamelEvent event) {
    if (event instanceof ExchangeSendingEvent sending
        && sending.getEndpoint().getEndpointUri().equals(endpoint)) {
      body.accept(sending.getExchange().getMessage().getBody());
    }
  }
}
