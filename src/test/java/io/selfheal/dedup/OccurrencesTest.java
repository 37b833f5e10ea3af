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

  @Test
  void writesWhatHasGrownAndTheLongestUnwritten() {
    Occurrences many = new Occurrences();
    for (String fingerprint : List.of("a", "b", "c", "d")) {
      many.markKnown("shop", fingerprint);
      add(many, fingerprint, 9);
    }
    assertThat(many.drainDue()).hasSize(4);

    add(many, "a", 30);
    for (String fingerprint : List.of("b", "c", "d")) {
      add(many, fingerprint, 29);
    }
    List<Occurrences.Seen> due = many.drainDue();
    assertThat(due).hasSize(3).first().extracting("fingerprint").isEqualTo("a");
    add(many, due.get(1).fingerprint(), 1);
    add(many, due.get(2).fingerprint(), 1);
    assertThat(many.drainDue())
        .extracting(Occurrences.Seen::count)
        .containsExactlyInAnyOrder(29L, 1L);
    assertThat(many.drainAll()).extracting(Occurrences.Seen::count).containsExactly(1L);
  }

  @Test
  void losesNoCountOfAnIssueThatIsForgotten() {
    occurrences.markKnown("shop", "a");
    Occurrences.Count a = occurrences.find("shop", "a");
    occurrences.addTo(a, NOON);
    occurrences.markKnown("shop", "b");
    occurrences.markKnown("shop", "c");
    occurrences.markKnown("shop", "d");

    assertThat(occurrences.known("shop", "a") && occurrences.known("shop", "b")).isFalse();
    occurrences.forget("shop", "a");
    assertThat(occurrences.addTo(a, NOON)).isFalse();
    assertThat(occurrences.drainDue()).extracting(Occurrences.Seen::count).containsExactly(1L);
  }

  private static void add(Occurrences occurrences, String fingerprint, int times) {
    for (int i = 0; i < times; i++) {
      occurrences.addTo(occurrences.find("shop", fingerprint), NOON);
    }
  }

  static ErrorEvent event(String fingerprint, Instant at) {
    StackTrace trace = new StackTrace("python", "KeyError", "", List.of(), List.of(), true);
    return new ErrorEvent(
        "shop", "g", "s", at, "text", trace, new Fingerprint(fingerprint, 1, List.of()));
  }
}
