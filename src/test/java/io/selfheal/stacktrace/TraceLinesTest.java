package io.selfheal.stacktrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.TraceAssembler;
import io.selfheal.logs.LogEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What tells repeats without reading them says the same as reading them. */
class TraceLinesTest {
  private static final List<String> TRACES = HostileTextTest.traces();

  private static final String TRACE =
      """
      2026-01-01 00:00:00.000 ERROR [http-1] %s shop.Orders - Could not create
      shop.OrderException: order %s has no items
      \tat shop.OrderService.create(OrderService.java:88)
      \tat shop.%s.post(OrderController.java:33)
      \tat java.base/java.lang.Thread.run(Thread.java:840)
      Caused by: java.util.NoSuchElementException: No value for %s
      \tat java.base/java.util.Optional.orElseThrow(Optional.java:377)
      \tat shop.ItemReader.%s(ItemReader.java:17)
      \t... 2 more
      """;

  private final StackTraces traces = new StackTraces();
  private final Fingerprints fingerprints = new Fingerprints();

  /** Across all tries: whatever was seen before must not change what is told. */
  private final Map<List<Long>, String> seen = new HashMap<>();

  @Property(tries = 5_000)
  void equalIdentitiesHaveEqualFingerprints(@ForAll long seed) {
    Random random = new Random(seed);
    String original = TRACES.get(random.nextInt(TRACES.size()));
    // The same places with other content, so that one is a repeat of the other now and then.
    for (int i = 0; i < 2; i++) {
      StringBuilder text = new StringBuilder(original);
      Random places = new Random(seed);
      for (int j = places.nextInt(6); j >= 0; j--) {
        switch (places.nextInt(3)) {
          case 0 -> HostileTextTest.mutate(text, places);
          case 1 -> vary(text, places.nextInt(text.length() + 1), random);
          default -> varyMessage(text, random);
        }
      }
      check(text.toString(), places.nextBoolean());
    }
  }

  @Test
  void repeatsOfTheCorpusHaveOneIdentity() {
    int repeats = 0;
    for (String trace : TRACES) {
      for (TraceLines lines : found(trace, true)) {
        List<Long> identity = identity(lines);
        repeats += identity != null && identity.equals(identity(found(trace, true).get(0))) ? 1 : 0;
      }
    }
    assertThat(repeats).isGreaterThanOrEqualTo(TRACES.size() * 9 / 10);
  }

  @Test
  void messagesAndRequestsDoNotCount() {
    assertThat(identity("r-1", "1", "Orders", "a", "read"))
        .isEqualTo(identity("r-2", "7 of 9", "Orders", "b: c", "read"));
  }

  @Test
  void framesCount() {
    List<Long> identity = identity("r-1", "1", "Orders", "a", "read");

    assertThat(identity("r-1", "1", "Baskets", "a", "read")).isNotEqualTo(identity);
    assertThat(identity("r-1", "1", "Orders", "a", "write")).isNotEqualTo(identity);
  }

  @Test
  void aLineInAnotherPlaceCounts() {
    String frame = "\tat shop.Store.open(Store.java:3)\n";
    String cause = "Caused by: shop.StoreException: x\n\tat shop.Main.run(Main.java:1)\n";
    String head = "shop.OrderException: x\n\tat shop.Main.main(Main.java:2)\n";

    assertThat(identity(found(head + frame + cause, true).get(0)))
        .isNotEqualTo(identity(found(head + cause + frame, true).get(0)));
  }

  @Test
  void whatIsRaisedCountsThoughItIsRead() {
    String trace =
        """
        Traceback (most recent call last):
          File "/var/task/handlers/api.py", line 71, in refuse
            raise OrderError(%s)
        """;

    assertThat(identity(found(trace.formatted("order"), true).get(0)))
        .isNotEqualTo(identity(found(trace.formatted("basket"), true).get(0)));
  }

  @Test
  void sourceBehindABlankLineTellsErrorsApart() {
    String trace =
        """
        Traceback (most recent call last):
          File "/app/main.py", line 2, in main
            render()
          File "/app/orders.py", line 6, in render

            return %s
        IndexError: list index out of range
        """;

    assertThat(identity(found(trace.formatted("order"), true).get(0)))
        .isNotEqualTo(identity(found(trace.formatted("basket"), true).get(0)));
  }

  /** Some shippers shorten the indent, by which frames of suppressed errors differ. */
  @Test
  void suppressedErrorsAreNoCauses() {
    String trace =
        """
        shop.OrderException: x
        \tat shop.Orders.create(Orders.java:3)
        %s: shop.StoreException: y
        \tat shop.Store.close(Store.java:7)
        Caused by: shop.StoreException: z
        \tat shop.Store.open(Store.java:5)
        """;

    assertThat(identity(found(trace.formatted("Suppressed"), true).get(0)))
        .isNotEqualTo(identity(found(trace.formatted("Caused by"), true).get(0)));
  }

  @Test
  void outlineHasTheCausesOfTheWholeTrace() {
    String error = "/app/orders.rb:12:in 'total': no items (OrderError)\n";
    String callers = "\tfrom /app/main.rb:3:in 'run'\n\tfrom /app/main.rb:%d:in '<main>'\n";

    TraceLines lines =
        found(error + callers.formatted(8) + error + callers.formatted(9), true).get(0);

    assertThat(lines.outline().causedBy()).hasSameSizeAs(lines.read().trace().causedBy());
  }

  @Test
  void whatWasCutHasNone() {
    String frame = "\tat shop.Store.open(Store.java:3)\n";

    assertThat(found("shop.OrderException: x\n" + frame.repeat(3_000), true).get(0).identity())
        .isEmpty();
  }

  private void check(String text, boolean oneEvent) {
    for (TraceLines lines : found(text, oneEvent)) {
      StackTrace trace = lines.read().trace();
      StackTrace outline = lines.outline();
      List<Long> identity = identity(lines);
      if (identity == null) {
        continue;
      }
      assertThat(withoutFrames(outline)).isEqualTo(withoutFrames(trace));
      String fingerprint = fingerprints.of(trace).value();
      if (!Fingerprints.dependsOnMessages(trace)) {
        assertThat(seen.getOrDefault(identity, fingerprint)).as(text).isEqualTo(fingerprint);
        seen.put(identity, fingerprint);
      }
    }
  }

  private List<Long> identity(String... values) {
    return identity(found(TRACE.formatted((Object[]) values), true).get(0));
  }

  private static List<Long> identity(TraceLines lines) {
    return lines.identity().map(hash -> List.of(hash.high(), hash.low())).orElse(null);
  }

  private List<TraceLines> found(String text, boolean oneEvent) {
    List<TraceLines> found = new ArrayList<>();
    TraceAssembler assembler = new TraceAssembler(traces, error -> found.add(error.lines()));
    for (String event : oneEvent ? List.of(text) : StructuredLog.lines(text)) {
      assembler.add(new LogEvent(null, Instant.EPOCH, event));
    }
    assembler.finish();
    return found;
  }

  private static StackTrace withoutFrames(StackTrace trace) {
    return new StackTrace(
        trace.language(),
        trace.exceptionType(),
        trace.message(),
        List.of(),
        trace.causedBy().stream().map(TraceLinesTest::withoutFrames).toList(),
        true);
  }

  /** Other letters and digits from there on, some of them. */
  private static void vary(StringBuilder text, int from, Random random) {
    for (int i = from; i < Math.min(text.length(), from + 12); i++) {
      if (Character.isLetterOrDigit(text.charAt(i)) && random.nextBoolean()) {
        text.setCharAt(i, "0a1Z".charAt(random.nextInt(4)));
      }
    }
  }

  private static void varyMessage(StringBuilder text, Random random) {
    int colon = text.indexOf(": ");
    if (colon >= 0) {
      text.insert(
          colon + 2, List.of("7 ", "r-1: ", "x\n", "\u00e4", "'", "a.B: ").get(random.nextInt(6)));
    }
  }
}
