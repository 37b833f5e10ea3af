package io.selfheal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;

/**
 * Our meters as CloudWatch takes them: of counters and timers what was added since the last ones
 * that were taken, of gauges what they show. What has not moved is left out, as CloudWatch charges
 * for each metric of each hour; the heartbeat is always sent. For one thread.
 */
public final class CloudWatchMetrics {
  /** Sent with every report: an alarm on its absence tells that nothing runs. */
  public static final String HEARTBEAT = "selfheal.heartbeat";

  private static final Logger LOG = LoggerFactory.getLogger(CloudWatchMetrics.class);
  private static final String OURS = "selfheal.";

  /** What PutMetricData takes at once. */
  private static final int MOST = 1_000;

  private final MeterRegistry registry;
  private final Clock clock;
  private Map<Meter.Id, double[]> taken = new HashMap<>();
  private Map<Meter.Id, double[]> sending = new HashMap<>();
  private boolean failing;

  public CloudWatchMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** What is to be sent, the heartbeat first. */
  public List<MetricDatum> data() {
    Instant now = clock.instant();
    sending = new HashMap<>(taken);
    List<MetricDatum> data = new ArrayList<>();
    data.add(
        MetricDatum.builder()
            .metricName(HEARTBEAT)
            .timestamp(now)
            .unit(StandardUnit.COUNT)
            .value(1.0)
            .build());
    for (Meter meter : registry.getMeters()) {
      if (meter.getId().getName().startsWith(OURS) && data.size() < MOST) {
        MetricDatum datum = datum(meter, now);
        if (datum != null) {
          data.add(datum);
        }
      }
    }
    return data;
  }

  /** The latest data were taken. */
  public void sent() {
    taken = sending;
    if (failing) {
      LOG.info("CloudWatch takes metrics again");
    }
    failing = false;
  }

  /** They were not; what they would have added is part of the next ones. Said once in the log. */
  public void notSent(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    if (!failing) {
      LOG.warn(
          "CloudWatch does not take metrics (cloudwatch:PutMetricData is needed;"
              + " selfheal.metrics.cloudwatch=false turns them off): {}",
          failure.getMessage());
    }
    failing = true;
  }

  private MetricDatum datum(Meter meter, Instant now) {
    MetricDatum.Builder datum =
        MetricDatum.builder()
            .metricName(meter.getId().getName())
            .timestamp(now)
            .dimensions(
                meter.getId().getTags().stream()
                    .map(
                        tag -> Dimension.builder().name(tag.getKey()).value(tag.getValue()).build())
                    .toList());
    if (meter instanceof Timer timer) {
      return timed(timer, datum);
    }
    if (meter instanceof TimeGauge gauge) {
      return value(datum, gauge.value(TimeUnit.SECONDS), StandardUnit.SECONDS);
    }
    if (meter instanceof Gauge gauge) {
      return value(datum, gauge.value(), StandardUnit.COUNT);
    }
    if (meter instanceof Counter || meter instanceof FunctionCounter) {
      double count =
          meter instanceof Counter counter ? counter.count() : ((FunctionCounter) meter).count();
      return value(datum, added(meter, 0, count), StandardUnit.COUNT);
    }
    return null;
  }

  private MetricDatum timed(Timer timer, MetricDatum.Builder datum) {
    double count = added(timer, 0, timer.count());
    double seconds = added(timer, 1, timer.totalTime(TimeUnit.SECONDS));
    if (count <= 0) {
      return null;
    }
    // A timer keeps no least time; the mean is the most that it can be.
    double mean = seconds / count;
    return datum
        .unit(StandardUnit.SECONDS)
        .statisticValues(
            StatisticSet.builder()
                .sampleCount(count)
                .sum(seconds)
                .minimum(mean)
                .maximum(Math.max(mean, timer.max(TimeUnit.SECONDS)))
                .build())
        .build();
  }

  private static MetricDatum value(MetricDatum.Builder datum, double value, StandardUnit unit) {
    return value == 0 || !Double.isFinite(value) ? null : datum.unit(unit).value(value).build();
  }

  private double added(Meter meter, int index, double now) {
    double before = taken.getOrDefault(meter.getId(), new double[2])[index];
    double[] noted = sending.getOrDefault(meter.getId(), new double[2]).clone();
    noted[index] = now;
    sending.put(meter.getId(), noted);
    return now - before;
  }
}
