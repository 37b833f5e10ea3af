package io.selfheal.logs;

/**
 * A delivery that is refused as a whole.
 *
 * <p>The message is one line for the sender: it says what is wrong and where, and quotes no log
 * text. Names that come from the delivery are cut and cleaned here, since the line also goes to our
 * own log.
 */
public class IntakeException extends RuntimeException {
  private static final int LONGEST_MESSAGE = 300;

  private final int status;

  /**
   * @param status HTTP status for the sender
   */
  public IntakeException(int status, String message) {
    // No stack trace: the sender caused it, and bad deliveries must stay cheap.
    super(oneLine(message), null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }

  private static String oneLine(String message) {
    String cut =
        message.length() > LONGEST_MESSAGE
            ? message.substring(0, LONGEST_MESSAGE) + "..."
            : message;
    return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
  }
}
