package io.selfheal.camel.kcl;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes {@code aws-kcl} endpoints. */
@Component("aws-kcl")
public class KclComponent extends DefaultComponent {
  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    if (remaining == null || remaining.isBlank()) {
      throw new IllegalArgumentException(
          "aws-kcl: name the Kinesis stream to read, such as aws-kcl:app-logs");
    }
    KclEndpoint endpoint = new KclEndpoint(uri, this, remaining);
    setProperties(endpoint, parameters);
    return endpoint;
  }
}
