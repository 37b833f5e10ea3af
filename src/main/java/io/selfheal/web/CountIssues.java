package io.selfheal.web;

import io.selfheal.metrics.StepMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the metrics how many issues of each status there are. */
public final class CountIssues {
  private static final Logger LOG = LoggerFactory.getLogger(CountIssues.class);

  private final IssueOverview overview;
  private final StepMeters meters;

  public CountIssues(IssueOverview overview, StepMeters meters) {
    this.overview = overview;
    this.meters = meters;
  }

  /** Counts, by a scan where the latest one is too old. */
  public void count() {
    try {
      meters.counted(overview.snapshot().byStatus());
    } catch (RuntimeException e) {
      LOG.warn("The issues could not be counted for the metrics: {}", e.getMessage());
    }
  }
}
