package io.selfheal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsCheckTest {
  @Test
  void kinesisNeedsItsStreamAndAKnownPosition() {
    assertThatThrownBy(() -> check(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.kinesis.stream");
    assertThatThrownBy(
            () ->
                check(
                    Map.of(
                        "selfheal.kinesis.stream", "logs",
                        "selfheal.kinesis.initial-position", "newest")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.kinesis.initial-position")
        .hasMessageContaining("TRIM_HORIZON");
    assertThatCode(() -> check(Map.of("selfheal.kinesis.stream", "logs")))
        .doesNotThrowAnyException();
  }

  @Test
  void missingKinesisLibraryIsNamed() throws Exception {
    try (URLClassLoader nothing =
        new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> SettingsCheck.checkKinesisLibrary(nothing))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("amazon-kinesis-client")
          .hasMessageContaining("lib/");
    }
  }

  private static void check(Map<String, String> kinesis) {
    Map<String, String> keys = new HashMap<>(kinesis);
    keys.put("selfheal.sources", "kinesis");
    keys.put("selfheal.apps.shop.repository", "/repositories/shop");
    Settings settings = Settings.load(Optional.empty(), Map.of(), keys);
    new SettingsCheck(settings, new RouteFiles(settings)).check();
  }
}
