package io.selfheal.settings;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A value that must never be printed. It is looked up each time it is needed, so a key that was
 * rotated in Parameter Store works without a restart.
 */
public final class Secret {
  /** No value configured. */
  public static final Secret NONE = new Secret(() -> null);

  private final Supplier<String> source;

  public Secret(Supplier<String> source) {
    this.source = source;
  }

  public static Secret of(String value) {
    return new Secret(() -> value);
  }

  /**
   * Looks the value up now.
   *
   * @return the value, empty when none is configured or it is blank
   */
  public Optional<String> reveal() {
    return Optional.ofNullable(source.get()).filter(value -> !value.isBlank());
  }

  @Override
  public String toString() {
    return "***";
  }
}
