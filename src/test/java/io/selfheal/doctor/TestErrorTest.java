package io.selfheal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.dedup.ErrorRules;
import io.selfheal.dedup.Verdict;
import io.selfheal.issue.Issue;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTraces;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestErrorTest {
  @Test
  void isOneErrorOfTheMarkedType() {
    TestError error = error(1);

    List<FoundTrace> found = new StackTraces().find(error.text().lines().toList());

    assertThat(found).hasSize(1);
    assertThat(found.get(0).trace().exceptionType()).isEqualTo(Issue.TEST_ERROR);
    assertThat(found.get(0).trace().complete()).isTrue();
    assertThat(error.text()).contains(error.marker());
    assertThat(
            ErrorRules.defaults()
                .verdict(found.get(0).trace(), () -> LogContext.of(error.text()))
                .kind())
        .isEqualTo(Verdict.Kind.REPAIR);
  }

  @Test
  void eachIsAnIssueOfItsOwn() {
    Set<String> fingerprints = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      fingerprints.add(error(seed).fingerprint());
    }
    assertThat(fingerprints).hasSize(100);
  }

  private static TestError error(long seed) {
    return TestError.of(ErrorRules.defaults(), Instant.EPOCH, new Random(seed));
  }
}
