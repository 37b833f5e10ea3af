package io.selfheal.camel.cwlogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogGroupPatternTest {
  @ParameterizedTest
  @CsvSource({
    "/aws/lambda/*, /aws/lambda/a/b, true",
    "/aws/lambda/*, /aws/lambda/, true",
    "/aws/lambda/*, /aws/ecs/a, false",
    "*, anything, true",
    "*-prod, web-prod-prod, true",
    "*-prod, web-prod-x, false",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXc, false",
    "exact, exact, true",
    "exact, exact2, false",
    "a.c, abc, false",
  })
  void starStandsForAnyRun(String pattern, String name, boolean matches) {
    assertThat(new LogGroupPattern(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void manyStarsStayCheap() {
    LogGroupPattern pattern = new LogGroupPattern("*a".repeat(50) + "b");

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(pattern.matches("a".repeat(10_000))).isFalse());
  }

  @Test
  void emptyPatternIsRefused() {
    assertThatThrownBy(() -> new LogGroupPattern("  "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
