package io.selfheal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizeSenderTest {
  private final MovingClock clock = new MovingClock();
  private final AtomicReference<String> stored = new AtomicReference<>("one");
  private final AtomicInteger lookups = new AtomicInteger();
  private final AuthorizeSender sender =
      new AuthorizeSender(
          new Secret(
              () -> {
                lookups.incrementAndGet();
                return stored.get();
              }),
          "0.0.0.0",
          clock);

  @Test
  void eitherHeaderOpens() {
    assertThat(sender.isAuthorized("one", null)).isTrue();
    assertThat(sender.isAuthorized(null, "Bearer one")).isTrue();
    assertThat(sender.isAuthorized("wrong", "bearer one")).isTrue();
    assertThat(sender.isAuthorized(null, "Basic one")).isFalse();
    assertThat(sender.isAuthorized("", "Bearer ")).isFalse();
    assertThat(sender.isAuthorized(null, null)).isFalse();
  }

  @Test
  void rotatedKeyWorksWithoutARestart() {
    assertThat(sender.isAuthorized("one", null)).isTrue();
    stored.set("two");
    clock.advance(Duration.ofSeconds(6));

    assertThat(sender.isAuthorized("two", null)).isTrue();
    assertThat(sender.isAuthorized("one", null)).isFalse();
  }

  @Test
  void oldKeyEndsAfterAMinute() {
    assertThat(sender.isAuthorized("one", null)).isTrue();
    stored.set("two");
    clock.advance(Duration.ofMinutes(1));

    assertThat(sender.isAuthorized("one", null)).isFalse();
  }

  @Test
  void wrongKeysCauseNoStormOfLookups() {
    for (int i = 0; i < 1000; i++) {
      assertThat(sender.isAuthorized("wrong" + i, null)).isFalse();
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void keyThatVanishesLetsNobodyIn() {
    stored.set("");

    assertThat(sender.isAuthorized("", null)).isFalse();
    assertThat(sender.isAuthorized(null, "Bearer one")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.1.2.3"})
  void noKeyIsNeededOnLoopback(String host) {
    AuthorizeSender open = new AuthorizeSender(Secret.NONE, host, clock);

    assertThatCode(open::checkConfiguration).doesNotThrowAnyException();
    assertThat(open.isAuthorized(null, null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void missingKeyIsAConfigurationErrorElsewhere(String host) {
    AuthorizeSender open = new AuthorizeSender(Secret.NONE, host, clock);

    assertThatThrownBy(open::checkConfiguration)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.http.access-key is not set")
        .hasMessageContaining(host);
  }

  @Test
  void configuredKeyAllowsAnyHost() {
    assertThatCode(sender::checkConfiguration).doesNotThrowAnyException();
  }

  private static final class MovingClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
