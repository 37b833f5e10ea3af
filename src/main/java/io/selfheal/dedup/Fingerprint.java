package io.selfheal.dedup;

import java.util.List;

/**
 * What makes an error distinct.
 *
 * @param value 32 lower-case hex digits: the md5 of the components, joined with newlines
 * @param version the algorithm's version
 * @param components what was hashed, in order
 */
public record Fingerprint(String value, int version, List<String> components) {
  public Fingerprint {
    components = List.copyOf(components);
  }
}
