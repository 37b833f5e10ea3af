package io.selfheal.issue;

import java.time.Duration;

/**
 * The right to work on an issue. It holds for {@link #LENGTH} and is renewed while the work goes
 * on; when its owner dies the sweep gives the issue to somebody else.
 *
 * @param owner unique for each repair
 */
public record Lease(String app, String fingerprint, String owner) {
  /** How long a lease holds without being renewed. */
  public static final Duration LENGTH = Duration.ofSeconds(60);
}
