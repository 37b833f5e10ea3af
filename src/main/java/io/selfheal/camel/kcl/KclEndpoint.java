package io.selfheal.camel.kcl;

import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Reads a Kinesis stream with the Kinesis Client Library.
 *
 * <p>An exchange holds records that came together from one shard: the body is a {@code
 * List<byte[]>}, the oldest first. An exchange that fails is made again until it succeeds; then the
 * shard's checkpoint moves on. Checkpoints lie in a DynamoDB table of the application's name, which
 * the library creates. Processes of the same application name share the shards between them.
 */
@UriEndpoint(
    firstVersion = "4.17.0",
    scheme = "aws-kcl",
    title = "AWS Kinesis Client Library",
    syntax = "aws-kcl:streamName",
    consumerOnly = true,
    category = {Category.CLOUD, Category.MESSAGING},
    headersClass = KclConstants.class)
public class KclEndpoint extends DefaultEndpoint {
  private static final List<String> POSITIONS = List.of("TRIM_HORIZON", "LATEST");

  @UriPath
  @Metadata(required = true)
  private final String streamName;

  @UriParam
  @Metadata(required = true)
  private String applicationName;

  @UriParam(defaultValue = "TRIM_HORIZON", enums = "TRIM_HORIZON,LATEST")
  private String initialPosition = "TRIM_HORIZON";

  @UriParam(defaultValue = "1000")
  private int maxRecords = 1000;

  public KclEndpoint(String uri, KclComponent component, String streamName) {
    super(uri, component);
    this.streamName = streamName;
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException("aws-kcl only reads records, it cannot be sent to");
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    KclConsumer consumer = new KclConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    require(applicationName != null && !applicationName.isBlank(), "applicationName", "set");
    require(POSITIONS.contains(initialPosition), "initialPosition", "one of " + POSITIONS);
    require(maxRecords >= 1 && maxRecords <= 10_000, "maxRecords", "1 to 10000");
  }

  private static void require(boolean holds, String option, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("aws-kcl option " + option + " must be " + rule);
    }
  }

  public String getStreamName() {
    return streamName;
  }

  public String getApplicationName() {
    return applicationName;
  }

  /** The library's application name: also the name of the DynamoDB table of its checkpoints. */
  public void setApplicationName(String applicationName) {
    this.applicationName = applicationName;
  }

  public String getInitialPosition() {
    return initialPosition;
  }

  /**
   * Where reading begins in a shard that has no checkpoint: at the oldest record the stream still
   * holds, or at the newest.
   */
  public void setInitialPosition(String initialPosition) {
    this.initialPosition = initialPosition;
  }

  public int getMaxRecords() {
    return maxRecords;
  }

  /** The most records that one exchange holds, 1 to 10000. */
  public void setMaxRecords(int maxRecords) {
    this.maxRecords = maxRecords;
  }
}
