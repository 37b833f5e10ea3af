package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogFormatTest {
  private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
  private OutputStreamAppender<ILoggingEvent> console;
  private Encoder<ILoggingEvent> before;

  @BeforeEach
  void remember() {
    console =
        (OutputStreamAppender<ILoggingEvent>)
            loggers.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
    before = console.getEncoder();
  }

  @AfterEach
  void restore() {
    console.setEncoder(before);
  }

  @Test
  void jsonIsOneObjectALineWhateverTheTextHolds() throws Exception {
    LogFormat.apply(settings("json"));

    Logger logger = loggers.getLogger("io.selfheal.Test");
    String hostile = "a\"}\n{\"level\":\"ERROR\"} \u001b[31m";
    String line =
        new String(
            console
                .getEncoder()
                .encode(
                    new LoggingEvent(
                        getClass().getName(),
                        logger,
                        Level.WARN,
                        "Issue {} failed",
                        new IllegalStateException("why\nnot"),
                        new Object[] {hostile})),
            StandardCharsets.UTF_8);

    assertThat(line.strip()).doesNotContain("\n", "\u001b");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("formattedMessage").asText()).isEqualTo("Issue " + hostile + " failed");
    assertThat(json.get("throwable").get("message").asText()).isEqualTo("why\nnot");
  }

  @Test
  void anyOtherFormatIsRefused() {
    Settings settings = settings("xml");
    assertThatThrownBy(() -> LogFormat.apply(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.log.format = xml: write text or json");
  }

  private static Settings settings(String format) {
    return Settings.load(Optional.empty(), Map.of(), Map.of("selfheal.log.format", format));
  }
}
