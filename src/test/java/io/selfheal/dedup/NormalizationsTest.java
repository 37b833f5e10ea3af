package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.selfheal.dedup.Normalizations.Normalized;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NormalizationsTest {
  private static final Path TRACES = Path.of("src/test/resources/corpus/traces");

  @Test
  void saysWhatBecameOfEachPart() {
    StackTrace error =
        new StackTraces()
            .find(
                """
                Traceback (most recent call last):
                  File "/srv/shop/main.py", line 3, in <module>
                    run()
                  File "/srv/shop/orders.py", line 33, in handler
                    total(o)
                  File "/usr/lib/python3.11/site-packages/acme/pay.py", line 9, in charge
                    post(o)
                shop.errors.OrderError: no order 4711
                """
                    .lines()
                    .toList())
            .get(0)
            .trace();

    assertThat(Normalizations.of(error, new Fingerprints().of(error)))
        .containsExactly(
            new Normalized("shop.errors.OrderError", "OrderError", "the type's module or wrapper"),
            new Normalized("/srv/shop/main.py:3 in <module>", null, "where the program starts"),
            new Normalized(
                "/srv/shop/orders.py:33 in handler",
                "orders.py in handler | total(o)",
                "line number; folder of the deployment"),
            new Normalized(
                "/usr/lib/python3.11/site-packages/acme/pay.py:9 in charge", null, "library frame"),
            new Normalized(
                "no order 4711", null, "the message does not count where there are frames"));
  }

  @Test
  void saysHowTheMessageCounts() {
    StackTrace error = new StackTrace("python", "KeyError", "'a 1'", List.of(), List.of(), true);
    assertThat(Normalizations.of(error, new Fingerprints().of(error)))
        .extracting(Normalized::from, Normalized::to)
        .containsExactly(tuple("'a 1'", "'<value>'"));
  }

  @Test
  void saysNothingThatTheFingerprintDoesNotBearOut() throws IOException {
    List<String> wrong = new ArrayList<>();
    int said = 0;
    try (Stream<Path> files = Files.walk(TRACES)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        for (FoundTrace found : new StackTraces().find(Files.readAllLines(file))) {
          Fingerprint fingerprint = new Fingerprints().of(found.trace());
          List<Normalized> all = Normalizations.of(found.trace(), fingerprint);
          said += all.size();
          all.stream()
              .filter(one -> one.to() != null)
              .filter(
                  one ->
                      fingerprint.components().stream()
                          .noneMatch(component -> component.endsWith(": " + one.to())))
              .forEach(one -> wrong.add(file.getFileName() + ": " + one));
          fingerprint.components().stream()
              .filter(component -> component.startsWith("frame: ") && component.contains("#"))
              .filter(
                  component ->
                      all.stream().noneMatch(one -> component.equals("frame: " + one.to())))
              .forEach(component -> wrong.add(file.getFileName() + ": " + component));
        }
      }
    }
    assertThat(said).isGreaterThan(500);
    assertThat(wrong).isEmpty();
  }
}
