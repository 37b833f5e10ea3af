package io.selfheal.commit.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GuardSettingsTest {
  @Test
  void switchesAllRulesOnByDefault() {
    assertThat(settings(Map.of()).of("shop")).isEqualTo(DiffGuard.RULES);
  }

  @Test
  void leavesSingleRulesOut() {
    Set<String> others = new TreeSet<>(DiffGuard.RULES);
    others.remove("dotfile");

    assertThat(settings(Map.of("selfheal.heal.guards", "-dotfile")).of("shop")).isEqualTo(others);
    assertThat(settings(Map.of("selfheal.heal.guards", "all, -dotfile")).of("shop"))
        .isEqualTo(others);
    assertThat(settings(Map.of("selfheal.heal.guards", "secret, dotfile")).of("shop"))
        .containsExactlyInAnyOrder("secret", "dotfile");
    assertThat(settings(Map.of("selfheal.heal.guards", "none")).of("shop")).isEmpty();
  }

  @Test
  void letsAnApplicationChoose() {
    GuardSettings settings = settings(Map.of("selfheal.apps.shop.guards", "secret"));

    assertThat(settings.of("shop")).containsExactly("secret");
    assertThat(settings.of("other")).isEqualTo(DiffGuard.RULES);
  }

  @Test
  void namesTheKeyOfAnUnknownRule() {
    assertThatThrownBy(() -> settings(Map.of("selfheal.apps.shop.guards", "-dotfiles")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.guards = -dotfiles")
        .hasMessageContaining("bare-except");
  }

  private static GuardSettings settings(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>(keys);
    all.put("selfheal.apps.shop.repository", "/tmp/shop");
    return GuardSettings.of(Settings.load(Optional.empty(), Map.of(), all));
  }
}
