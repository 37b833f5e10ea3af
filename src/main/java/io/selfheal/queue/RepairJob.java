package io.selfheal.queue;

/**
 * The queue's message: which issue to repair. Everything else is read from the table when the work
 * starts.
 */
public record RepairJob(String app, String fingerprint) {
  public RepairJob {
    if (app == null
        || app.isBlank()
        || fingerprint == null
        || !fingerprint.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException(
          "not a repair job: {\"app\": \"…\", \"fingerprint\": \"<32 hex>\"} is expected");
    }
  }
}
