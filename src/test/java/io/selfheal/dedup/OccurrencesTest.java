package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.stacktrace.StackTrace;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OccurrencesTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private final Occurrences occurrences = new Occurrences(2);

  @Test
  void sumsWithFirstAndLastSeen() {
    occurrences.add(event("f", NOON.plusSeconds(5)));
    occurrences.add(event("f", NOON));
    occurrences.add(event("g", NOON));

    assertThat(occurrences.drainAll())
        .containsExactlyInAnyOrder(
            new Occurrences.Seen("shop", "f", 2, NOON, NOON.plusSeconds(5)),
            new Occurrences.Seen("shop", "g", 1, NOON, NOON));
    assertThat(occurrences.drainAll()).isEmpty();
  }

  @Test
  void givesBackWhatCouldNotBeWritten() {
    occurrences.add(event("f", NOON));
    long count = occurrences.drain("shop", "f");
    occurrences.add(event("f", NOON));
    occurrences.giveBack("shop", "f", count, NOON);

    assertThat(occurrences.drain("shop", "f")).isEqualTo(2);
    assertThat(occurrences.drain("shop", "f")).isZero();
  }

  @Test
  void forgetsTheLongestUnseenBeyondItsBound() {
    occurrences.markKnown("shop", "a");
    occurrences.markKnown("shop", "b");
    assertThat(occurrences.known("shop", "a")).isTrue();
    occurrences.markKnown("shop", "c");

    assertThat(occurrences.known("shop", "a")).isTrue();
    assertThat(occurrences.known("shop", "b")).isFalse();
    assertThat(occurrences.known("shop", "c")).isTrue();
  }

  @Test
  void keepsApplicationsApart() {
    occurrences.markKnown("shop", "a");

    assertThat(occurrences.known("other", "a")).isFalse();
    occurrences.forget("shop", "a");
    assertThat(occurrences.known("shop", "a")).isFalse();
  }

  private static ErrorEvent event(String fingerprint, Instant at) {
    StackTrace trace = new StackTrace("python", "KeyError", "", List.of(), List.of(), true);
    return new ErrorEvent(
        "shop", "g", "s", at, "text", trace, new Fingerprint(fingerprint, 1, List.of()));
  }
}
