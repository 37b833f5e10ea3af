package io.selfheal.doctor;

/** Where a test error is logged. */
@FunctionalInterface
public interface TestErrorLog {
  /**
   * Logs it.
   *
   * @return where, in words
   * @throws Exception when it could not be logged
   */
  String write(TestError error) throws Exception;
}
