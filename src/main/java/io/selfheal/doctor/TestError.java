package io.selfheal.doctor;

import io.selfheal.dedup.ErrorRules;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.issue.Issue;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An error that tells nothing but that the steps work. Its function carries a marker, so that each
 * one is an issue of its own.
 *
 * @param marker letters, as what has digits would not count in a fingerprint
 * @param text a Python trace as it stands in a log, in one event
 */
public record TestError(String marker, String text, String fingerprint) {
  private static final String LETTERS = "bcdfghjkmnpqrstvwxz";
  private static final int LENGTH = 12;

  private static final String TRACE =
      """
      [ERROR] {time} selfheal doctor tests the steps, nothing is wrong ({marker})
      Traceback (most recent call last):
        File "/opt/selfheal-doctor/doctor.py", line 1, in check_{marker}
          raise {type}("{marker}")
      {type}: a test, nothing is wrong ({marker})\
      """;

  /**
   * Makes one.
   *
   * @param rules the application's, which have a say in the fingerprint
   */
  public static TestError of(ErrorRules rules, Instant now, RandomGenerator random) {
    StringBuilder marker = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      marker.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    String text =
        TRACE
            .replace("{time}", now.toString())
            .replace("{marker}", marker)
            .replace("{type}", Issue.TEST_ERROR);
    List<String> lines = text.lines().toList();
    StackTrace trace = rules.marked(new StackTraces().find(lines).get(0).trace());
    return new TestError(
        marker.toString(),
        text,
        rules.fingerprint(new Fingerprints(), trace, () -> LogContext.of(text)).value());
  }
}
