package io.selfheal.camel.tail;

import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.util.TimeUtils;

/** Makes {@code tail} endpoints. */
@Component("tail")
public class TailComponent extends HealthCheckComponent {
  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    if (remaining == null || remaining.isBlank()) {
      throw new IllegalArgumentException(
          "tail: name the file to follow, such as tail:/var/log/app/*.log");
    }
    TailEndpoint endpoint = new TailEndpoint(uri, this, remaining);
    // Options without a generated configurer are bound by reflection, where a long is no duration
    // like 5s.
    for (String option : List.of("delay", "initialDelay")) {
      parameters.computeIfPresent(
          option, (name, value) -> TimeUtils.toMilliSeconds(value.toString()));
    }
    setProperties(endpoint, parameters);
    return endpoint;
  }
}
