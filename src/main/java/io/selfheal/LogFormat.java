package io.selfheal;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import org.slf4j.LoggerFactory;

/** How selfheal's own log looks: lines for people, or one JSON object a line for machines. */
final class LogFormat {
  private LogFormat() {}

  /**
   * Changes the console's format to what {@code selfheal.log.format} says.
   *
   * @throws ConfigurationException if it is neither {@code text} nor {@code json}
   */
  static void apply(Settings settings) {
    String format = settings.text("selfheal.log.format");
    switch (format) {
      case "text" -> {
        // as logback.xml says
      }
      case "json" -> toJson();
      default ->
          throw new ConfigurationException("selfheal.log.format", format, "write text or json");
    }
  }

  private static void toJson() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers
        && loggers.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console")
            instanceof OutputStreamAppender<ILoggingEvent> console) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(loggers);
      encoder.setWithFormattedMessage(true);
      encoder.setWithMessage(false);
      encoder.setWithArguments(false);
      encoder.setWithNanoseconds(false);
      encoder.setWithSequenceNumber(false);
      encoder.setWithContext(false);
      encoder.start();
      console.setEncoder(encoder);
    }
  }
}
