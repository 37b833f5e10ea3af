package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * Reads an application's SSH key: RSA, ECDSA or Ed25519, as PEM (PKCS#1, SEC 1, PKCS#8) or in
 * OpenSSH's format, encrypted or not. It stays in memory.
 */
public final class SshPrivateKey {
  private static final String OPENSSH_MAGIC = "openssh-key-v1\0";

  private SshPrivateKey() {}

  /**
   * @throws ConfigurationException when there is no key or it cannot be read; the key is not in the
   *     message
   */
  static KeyPair of(Application app) {
    String settingsKey = "selfheal.apps." + app.name() + ".ssh-private-key";
    String text =
        app.sshPrivateKey()
            .reveal()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        settingsKey,
                        "",
                        "set it to a deploy key with write access, or use an https:// repository with "
                            + "scm-token"));
    return parse(settingsKey, text, app.sshPassphrase().reveal());
  }

  /**
   * Whether this can be used as a key.
   *
   * @throws ConfigurationException when it cannot, with what to do; the key is not in the message
   */
  public static void check(String settingsKey, String text, Optional<String> passphrase) {
    parse(settingsKey, text, passphrase);
  }

  /** A key that is not encrypted. */
  static KeyPair parse(String settingsKey, String text) {
    return parse(settingsKey, text, Optional.empty());
  }

  /**
   * @param passphrase of an encrypted key
   */
  static KeyPair parse(String settingsKey, String text, Optional<String> passphrase) {
    // A value from an environment variable or a properties file often has its line ends written
    // out.
    String lines =
        text.replace("\\n", "\n")
            .lines()
            .map(String::strip)
            .reduce("", (all, line) -> all + line + "\n");
    try {
      Iterable<KeyPair> keys =
          SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName(settingsKey),
              new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)),
              (session, resource, attempt) -> attempt == 0 ? passphrase.orElse(null) : null);
      Iterator<KeyPair> found = keys == null ? null : keys.iterator();
      if (found != null && found.hasNext()) {
        return found.next();
      }
    } catch (javax.security.auth.login.FailedLoginException e) {
      throw encrypted(settingsKey, passphrase);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (lines.contains("BEGIN ENCRYPTED PRIVATE KEY")) {
        throw new ConfigurationException(settingsKey, "***", ENCRYPTED_PKCS8);
      }
      // A wrong passphrase only shows as noise.
      if (isEncrypted(lines)) {
        throw encrypted(settingsKey, passphrase);
      }
      // The cause may quote what it read.
      throw new ConfigurationException(settingsKey, "***", UNREADABLE);
    }
    throw new ConfigurationException(settingsKey, "***", UNREADABLE);
  }

  /** PEM says so in its header, OpenSSH's format names its cipher after magic and length. */
  private static boolean isEncrypted(String lines) {
    if (lines.contains("ENCRYPTED")) {
      return true;
    }
    String head = lines.replaceFirst("(?s)^.*?-----BEGIN OPENSSH PRIVATE KEY-----\n", "");
    try {
      byte[] bytes =
          Base64.getDecoder().decode(head.substring(0, Math.min(40, head.length() / 4 * 4)));
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.startsWith(OPENSSH_MAGIC)
          && !text.startsWith("none", OPENSSH_MAGIC.length() + Integer.BYTES);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static ConfigurationException encrypted(String settingsKey, Optional<String> passphrase) {
    String key = settingsKey.replaceAll("[a-z-]+$", "ssh-passphrase");
    return passphrase.isEmpty()
        ? new ConfigurationException(key, "", "the key has a passphrase; set it here")
        : new ConfigurationException(key, "***", "it does not open " + settingsKey);
  }

  private static final String ENCRYPTED_PKCS8 =
      "an encrypted key has to be in OpenSSH's format; ssh-keygen -p -f KEY rewrites it";
  private static final String UNREADABLE =
      "this is not a private key in PEM or OpenSSH format; give the whole text of the file, from -----BEGIN to"
          + " -----END, line by line";
}
