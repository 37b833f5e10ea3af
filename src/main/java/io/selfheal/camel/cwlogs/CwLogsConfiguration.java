package io.selfheal.camel.cwlogs;

import java.time.Duration;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/** The options of the {@code aws-cwlogs} component. */
@UriParams
public class CwLogsConfiguration implements Cloneable {
  @UriPath
  @Metadata(required = true)
  private String logGroups;

  @UriParam private String excludeLogGroups = "";

  @UriParam private String filterPattern;

  @UriParam(defaultValue = "2m")
  private Duration overlap = Duration.ofMinutes(2);

  @UriParam(defaultValue = "5m")
  private Duration lookback = Duration.ofMinutes(5);

  @UriParam(defaultValue = "1m")
  private Duration refreshInterval = Duration.ofMinutes(1);

  @UriParam(defaultValue = "10000")
  private int pageSize = 10_000;

  @UriParam(label = "advanced")
  private CheckpointStore checkpointStore;

  @UriParam(label = "advanced")
  @Metadata(autowired = true)
  private CloudWatchLogsClient cloudWatchLogsClient;

  public String getLogGroups() {
    return logGroups;
  }

  /** The log groups to read: a comma-separated list of names, {@code *} allowed. */
  public void setLogGroups(String logGroups) {
    this.logGroups = logGroups;
  }

  public String getExcludeLogGroups() {
    return excludeLogGroups;
  }

  /**
   * Log groups that no {@code *} of the list above includes, such as the group of this program's
   * own logs: a comma-separated list, {@code *} allowed. A group that is listed by its full name is
   * read all the same.
   */
  public void setExcludeLogGroups(String excludeLogGroups) {
    this.excludeLogGroups = excludeLogGroups;
  }

  public String getFilterPattern() {
    return filterPattern;
  }

  /**
   * CloudWatch Logs filter pattern; without one every event is read. With one, an event that it
   * catches is delivered ten seconds old, together with the events of its stream within two seconds
   * around it: they may be the rest of a multi-line trace.
   */
  public void setFilterPattern(String filterPattern) {
    this.filterPattern = filterPattern == null || filterPattern.isBlank() ? null : filterPattern;
  }

  public Duration getOverlap() {
    return overlap;
  }

  /** How late an event may come and still be found: so much of the past is read again. */
  public void setOverlap(Duration overlap) {
    this.overlap = overlap;
  }

  public Duration getLookback() {
    return lookback;
  }

  /** Where reading begins in a log group that has no checkpoint: so long ago. */
  public void setLookback(Duration lookback) {
    this.lookback = lookback;
  }

  public Duration getRefreshInterval() {
    return refreshInterval;
  }

  /** How often new log groups are looked for, where the list holds a {@code *}. */
  public void setRefreshInterval(Duration refreshInterval) {
    this.refreshInterval = refreshInterval;
  }

  public int getPageSize() {
    return pageSize;
  }

  /** The most events that one exchange holds, 1 to 10000. */
  public void setPageSize(int pageSize) {
    this.pageSize = pageSize;
  }

  public CheckpointStore getCheckpointStore() {
    return checkpointStore;
  }

  /** Where checkpoints are kept; the one in the registry, or else the memory of this JVM. */
  public void setCheckpointStore(CheckpointStore checkpointStore) {
    this.checkpointStore = checkpointStore;
  }

  public CloudWatchLogsClient getCloudWatchLogsClient() {
    return cloudWatchLogsClient;
  }

  /**
   * The client to use; the one in the registry, or else one with the default credential and region
   * chain.
   */
  public void setCloudWatchLogsClient(CloudWatchLogsClient cloudWatchLogsClient) {
    this.cloudWatchLogsClient = cloudWatchLogsClient;
  }

  /** A copy that can be changed for one endpoint. */
  public CwLogsConfiguration copy() {
    try {
      return (CwLogsConfiguration) super.clone();
    } catch (CloneNotSupportedException e) {
      throw new RuntimeCamelException(e);
    }
  }
}
