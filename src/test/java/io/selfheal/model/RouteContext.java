package io.selfheal.model;

import io.selfheal.pullrequest.ReadNews;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

/** A Camel context with route files from the class path and the beans they name. */
public final class RouteContext implements AutoCloseable {
  private final CamelContext camel = new DefaultCamelContext();

  /** With what every forge's route file names besides what a test binds. */
  public RouteContext() {
    bind("readNews", new ReadNews(1));
  }

  public RouteContext bind(String name, Object bean) {
    camel.getRegistry().bind(name, bean);
    return this;
  }

  public RouteContext start(Map<String, String> keys, String... routeFiles) throws Exception {
    keys.forEach(camel.getPropertiesComponent()::addInitialProperty);
    HttpComponent https = camel.getComponent("https", HttpComponent.class);
    https.setAutomaticRetriesDisabled(true);
    https.setRedirectHandlingDisabled(true);
    for (String file : routeFiles) {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("classpath:" + file));
    }
    camel.start();
    return this;
  }

  /** What the route answers; its failure is thrown as it left the route. */
  public <T> T ask(String endpoint, Object body, Class<T> type) {
    return ask(endpoint, body, Map.of(), type);
  }

  public <T> T ask(String endpoint, Object body, Map<String, Object> headers, Class<T> type) {
    var exchange = send(endpoint, body, headers);
    if (exchange.getException() instanceof RuntimeException failure) {
      throw failure;
    }
    if (exchange.getException() != null) {
      throw new AssertionError(exchange.getException());
    }
    return type.cast(exchange.getMessage().getBody());
  }

  public org.apache.camel.Exchange send(String endpoint, Object body, Map<String, Object> headers) {
    return camel
        .createFluentProducerTemplate()
        .to(endpoint)
        .withProcessor(
            exchange -> {
              exchange.getMessage().setBody(body);
              exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
            })
        .send();
  }

  public CamelContext camel() {
    return camel;
  }

  @Override
  public void close() {
    camel.stop();
  }
}
