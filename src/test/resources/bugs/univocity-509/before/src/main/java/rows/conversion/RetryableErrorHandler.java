package rows.conversion;

/** Puts a default in place of what cannot be converted. */
public final class RetryableErrorHandler {
  private final String fallback;
  private boolean skip = true;

  public RetryableErrorHandler(String fallback) {
    this.fallback = fallback;
  }

  String fallback() {
    return fallback;
  }

  void handle(ConversionException error, Object[] row) {
    skip = fallback == null;
  }

  boolean isRecordSkipped() {
    return skip;
  }
}
