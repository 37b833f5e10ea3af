package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;

/**
 * The host keys that one application accepts: the published ones of the large hosts, and those
 * under {@code selfheal.apps.<app>.ssh-known-hosts}. Nothing is ever learnt; what is not listed is
 * refused.
 *
 * <p>The format is that of OpenSSH's {@code known_hosts}, with hashed hosts, {@code [host]:port}
 * and {@code @revoked}. One instance serves one connection, because it keeps why that one was
 * refused.
 */
final class KnownHosts implements ServerKeyDatabase {
  private static final String REVOKED = "revoked";

  private final String settingsKey;
  private final List<KnownHostEntry> entries;
  private String refusal;

  private KnownHosts(String settingsKey, List<KnownHostEntry> entries) {
    this.settingsKey = settingsKey;
    this.entries = entries;
  }

  /**
   * @throws ConfigurationException when a line of the setting is not a known-hosts line
   */
  static KnownHosts of(Application app) {
    String settingsKey = "selfheal.apps." + app.name() + ".ssh-known-hosts";
    List<KnownHostEntry> entries = new ArrayList<>(parse("built-in known_hosts", builtIn()));
    app.sshKnownHosts().ifPresent(text -> entries.addAll(parse(settingsKey, text)));
    return new KnownHosts(settingsKey, entries);
  }

  private static String builtIn() {
    try (InputStream in = KnownHosts.class.getResourceAsStream("known_hosts")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<KnownHostEntry> parse(String source, String text) {
    List<KnownHostEntry> entries = new ArrayList<>();
    // A value from an environment variable or a properties file often has its line ends written
    // out.
    for (String line : text.replace("\\n", "\n").lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        KnownHostEntry entry = KnownHostEntry.parseKnownHostEntry(line);
        if (entry == null || keyOf(entry).isEmpty()) {
          throw new IllegalArgumentException("no usable key");
        }
        entries.add(entry);
      } catch (RuntimeException e) {
        throw new ConfigurationException(
            source,
            line,
            "a line must be '<host> <key type> <base64 key>', as ssh-keyscan prints it");
      }
    }
    return entries;
  }

  private static Optional<PublicKey> keyOf(KnownHostEntry entry) {
    try {
      return Optional.ofNullable(
          entry.getKeyEntry().resolvePublicKey(null, null, PublicKeyEntryResolver.IGNORING));
    } catch (IOException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** Why the last key was refused, in words for the user. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public List<PublicKey> lookup(
      String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
    return keys(connectAddress, false);
  }

  @Override
  public boolean accept(
      String connectAddress,
      InetSocketAddress remoteAddress,
      PublicKey serverKey,
      Configuration config,
      CredentialsProvider provider) {
    String fingerprint = KeyUtils.getFingerPrint(serverKey);
    if (contains(keys(connectAddress, true), serverKey)) {
      refusal =
          "the host key of "
              + connectAddress
              + " ("
              + fingerprint
              + ") is revoked in "
              + settingsKey;
      return false;
    }
    List<PublicKey> known = keys(connectAddress, false);
    if (contains(known, serverKey)) {
      refusal = null;
      return true;
    }
    String line = connectAddress + " " + PublicKeyEntry.toString(serverKey);
    if (known.isEmpty()) {
      refusal =
          "the host key of "
              + connectAddress
              + " is unknown. If the host publishes the fingerprint "
              + fingerprint
              + ", add this line to "
              + settingsKey
              + ": "
              + line;
    } else {
      refusal =
          "the host key of "
              + connectAddress
              + " is not the one on record, so somebody may be in between."
              + " Only if the host publishes the new fingerprint "
              + fingerprint
              + ", put this line in place of the old one in "
              + settingsKey
              + ": "
              + line;
    }
    return false;
  }

  private List<PublicKey> keys(String connectAddress, boolean revoked) {
    SshdSocketAddress address = address(connectAddress);
    return entries.stream()
        .filter(entry -> revoked == REVOKED.equals(entry.getMarker()))
        .filter(entry -> revoked || entry.getMarker() == null || entry.getMarker().isEmpty())
        .filter(entry -> entry.isHostMatch(address.getHostName(), address.getPort()))
        .flatMap(entry -> keyOf(entry).stream())
        .toList();
  }

  private static boolean contains(List<PublicKey> keys, PublicKey key) {
    return keys.stream().anyMatch(known -> KeyUtils.compareKeys(known, key));
  }

  /** Splits {@code host} or {@code [host]:port}. */
  private static SshdSocketAddress address(String connectAddress) {
    int end = connectAddress.startsWith("[") ? connectAddress.lastIndexOf("]:") : -1;
    if (end < 0) {
      return new SshdSocketAddress(connectAddress, 22);
    }
    return new SshdSocketAddress(
        connectAddress.substring(1, end), Integer.parseInt(connectAddress.substring(end + 2)));
  }
}
