package io.selfheal.camel.cwlogs;

import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/**
 * Reads events from CloudWatch Logs by polling {@code FilterLogEvents}.
 *
 * <p>An exchange holds the new events of one page of one log group: the body is a {@code
 * List<FilteredLogEvent>}, sorted by time. The checkpoint of a log group moves on only after its
 * exchange succeeded.
 */
@UriEndpoint(
    firstVersion = "4.17.0",
    scheme = "aws-cwlogs",
    title = "AWS CloudWatch Logs",
    syntax = "aws-cwlogs:logGroups",
    consumerOnly = true,
    category = {Category.CLOUD, Category.MONITORING},
    headersClass = CwLogsConstants.class)
public class CwLogsEndpoint extends ScheduledPollEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(CwLogsEndpoint.class);
  private static final long DEFAULT_DELAY_MILLIS = 5000;

  @UriParam private final CwLogsConfiguration configuration;

  private CloudWatchLogsClient client;
  private boolean clientIsOurs;
  private CheckpointStore checkpointStore;

  public CwLogsEndpoint(String uri, CwLogsComponent component, CwLogsConfiguration configuration) {
    super(uri, component);
    this.configuration = configuration;
    setDelay(DEFAULT_DELAY_MILLIS);
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException(
        "aws-cwlogs only reads log events, it cannot be sent to");
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    CwLogsConsumer consumer = new CwLogsConsumer(this, processor, Clock.systemUTC());
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    require(
        configuration.getPageSize() >= 1 && configuration.getPageSize() <= 10_000,
        "pageSize",
        "1 to 10000");
    require(isNotNegative(configuration.getOverlap()), "overlap", "no negative duration");
    require(isNotNegative(configuration.getLookback()), "lookback", "no negative duration");
  }

  @Override
  protected void doStart() throws Exception {
    client = configuration.getCloudWatchLogsClient();
    if (client == null) {
      client = CamelContextHelper.findSingleByType(getCamelContext(), CloudWatchLogsClient.class);
    }
    if (client == null) {
      client = CloudWatchLogsClient.create();
      clientIsOurs = true;
    }
    checkpointStore = configuration.getCheckpointStore();
    if (checkpointStore == null) {
      checkpointStore =
          CamelContextHelper.findSingleByType(getCamelContext(), CheckpointStore.class);
    }
    if (checkpointStore == null) {
      LOG.warn(
          "No CheckpointStore is bound: after a restart, aws-cwlogs begins {} ago and misses what came before",
          configuration.getLookback());
      checkpointStore = new MemoryCheckpointStore();
    }
    super.doStart();
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    if (clientIsOurs) {
      client.close();
      client = null;
      clientIsOurs = false;
    }
  }

  private static boolean isNotNegative(Duration duration) {
    return !duration.isNegative();
  }

  private static void require(boolean holds, String option, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("aws-cwlogs option " + option + " must be " + rule);
    }
  }

  public CwLogsConfiguration getConfiguration() {
    return configuration;
  }

  CloudWatchLogsClient client() {
    return client;
  }

  CheckpointStore checkpointStore() {
    return checkpointStore;
  }
}
