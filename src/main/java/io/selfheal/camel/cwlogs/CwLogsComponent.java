package io.selfheal.camel.cwlogs;

import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.util.TimeUtils;

/** Makes {@code aws-cwlogs} endpoints. */
@Component("aws-cwlogs")
public class CwLogsComponent extends HealthCheckComponent {
  @Metadata private CwLogsConfiguration configuration = new CwLogsConfiguration();

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    if (remaining == null || remaining.isBlank()) {
      throw new IllegalArgumentException(
          "aws-cwlogs: name the log groups to read, such as aws-cwlogs:/aws/lambda/*");
    }
    CwLogsEndpoint endpoint = new CwLogsEndpoint(uri, this, configuration.copy());
    endpoint.getConfiguration().setLogGroups(remaining);
    // Options without a generated configurer are bound by reflection, where a long is no duration
    // like 5s.
    for (String option : List.of("delay", "initialDelay")) {
      parameters.computeIfPresent(
          option, (name, value) -> TimeUtils.toMilliSeconds(value.toString()));
    }
    setProperties(endpoint.getConfiguration(), parameters);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  public CwLogsConfiguration getConfiguration() {
    return configuration;
  }

  /** Defaults for all endpoints. */
  public void setConfiguration(CwLogsConfiguration configuration) {
    this.configuration = configuration;
  }
}
