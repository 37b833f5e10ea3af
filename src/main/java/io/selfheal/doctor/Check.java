package io.selfheal.doctor;

import java.util.concurrent.Callable;

/**
 * One thing to look at.
 *
 * @param name what is looked at, for people
 * @param look finds out; what it throws is a failure
 */
public record Check(String name, Callable<Finding> look) {
  /** The same for a check whose finding is known already. */
  public static Check known(String name, Finding finding) {
    return new Check(name, () -> finding);
  }

  /** A check that has failed before it began. */
  public static Check failed(String name, Exception failure) {
    return known(name, Failures.finding(failure));
  }
}
