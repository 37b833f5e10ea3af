package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Iterator;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * Reads an application's SSH key: RSA, ECDSA or Ed25519, as PEM (PKCS#1, SEC 1, PKCS#8) or in
 * OpenSSH's format, without a passphrase. It stays in memory.
 */
final class SshPrivateKey {
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
    return parse(settingsKey, text);
  }

  static KeyPair parse(String settingsKey, String text) {
    // A value from an environment variable or a properties file often has its line ends written
    // out.
    String lines =
        text.replace("\\n", "\n")
            .lines()
            .map(String::strip)
            .reduce("", (all, line) -> all + line + "\n");
    if (lines.contains("ENCRYPTED")) {
      throw new ConfigurationException(settingsKey, "***", WITHOUT_PASSPHRASE);
    }
    try {
      Iterable<KeyPair> keys =
          SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName(settingsKey),
              new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)),
              (session, resource, attempt) -> null);
      Iterator<KeyPair> found = keys == null ? null : keys.iterator();
      if (found != null && found.hasNext()) {
        return found.next();
      }
    } catch (javax.security.auth.login.FailedLoginException e) {
      throw new ConfigurationException(settingsKey, "***", WITHOUT_PASSPHRASE);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // The cause may quote what it read.
      throw new ConfigurationException(settingsKey, "***", UNREADABLE);
    }
    throw new ConfigurationException(settingsKey, "***", UNREADABLE);
  }

  private static final String WITHOUT_PASSPHRASE =
      "the key has a passphrase; use one without (ssh-keygen -t ed25519 -N '' -f deploy_key)";
  private static final String UNREADABLE =
      "this is not a private key in PEM or OpenSSH format; give the whole text of the file, from -----BEGIN to"
          + " -----END, line by line";
}
