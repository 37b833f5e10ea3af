package io.selfheal.commit.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.masking.SecretMask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds each rule against the cases of {@code src/test/resources/guards}. */
class GuardRulesTest {
  private static final int MAX_FILES = 3;
  private static final int MAX_LINES = 12;

  private final DiffGuard guard = guard(MAX_FILES, MAX_LINES);
  private final DiffGuard roomy = guard(100, 1000);

  static Stream<GuardCases.Case> cases() {
    return GuardCases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void stopsWhatItMustAndNothingElse(GuardCases.Case tried) {
    DiffGuard used = tried.rule().equals("large-diff") ? guard : roomy;
    List<String> findings = used.findings(tried.diff(), DiffGuard.RULES);

    if (tried.stops()) {
      assertThat(findings).anyMatch(finding -> finding.startsWith(tried.rule() + ", "));
    } else {
      assertThat(findings).isEmpty();
    }
  }

  @Test
  void everyRuleHasCasesOfBothKinds() {
    Map<String, Integer> stopped = new TreeMap<>();
    Map<String, Integer> letThrough = new TreeMap<>();
    cases()
        .forEach(
            tried -> (tried.stops() ? stopped : letThrough).merge(tried.rule(), 1, Integer::sum));

    assertThat(stopped.keySet()).isEqualTo(new TreeSet<>(DiffGuard.RULES));
    assertThat(letThrough.keySet()).isEqualTo(new TreeSet<>(DiffGuard.RULES));
    assertThat(stopped.values()).allMatch(count -> count >= 4);
    assertThat(letThrough.values()).allMatch(count -> count >= 4);
  }

  @Test
  void findsNothingWhereARuleIsSwitchedOff() {
    assertThat(cases())
        .allSatisfy(
            tried -> {
              TreeSet<String> others = new TreeSet<>(DiffGuard.RULES);
              others.remove(tried.rule());
              assertThat(guard.findings(tried.diff(), others))
                  .noneMatch(finding -> finding.startsWith(tried.rule() + ", "));
            });
  }

  private static DiffGuard guard(int maxFiles, int maxLines) {
    return new DiffGuard(
        new GuardSettings(DiffGuard.RULES, Map.of(), maxFiles, maxLines),
        text -> Optional.empty(),
        new SecretMask()::mask);
  }
}
