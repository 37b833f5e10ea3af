package io.selfheal.dedup;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  /** The fingerprint that consists of these components. */
  static Fingerprint of(List<String> components) {
    return new Fingerprint(md5(String.join("\n", components)), Fingerprints.VERSION, components);
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }
}
