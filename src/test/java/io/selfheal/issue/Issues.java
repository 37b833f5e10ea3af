package io.selfheal.issue;

import java.time.Instant;

/** Issues for tests. */
public final class Issues {
  public static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  private Issues() {}

  public static Issue seen(String app, String fingerprint, Instant when) {
    return new Issue(
        app,
        fingerprint,
        IssueStatus.NEW,
        "KeyError: 'order_items'",
        "KeyError",
        "KeyError in handler",
        "python",
        1,
        when,
        when,
        "/aws/lambda/create-order",
        "2026/03/01/[$LATEST]0f",
        0,
        null,
        null,
        null,
        0,
        0,
        1,
        when);
  }
}
