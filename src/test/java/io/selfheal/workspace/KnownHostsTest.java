package io.selfheal.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import org.apache.sshd.client.config.hosts.KnownHostDigest;
import org.apache.sshd.client.config.hosts.KnownHostHashValue;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownHostsTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("127.0.0.1", 22);

  /** The fingerprints are those that the three hosts publish on their documentation pages. */
  @ParameterizedTest
  @CsvSource({
    "github.com, SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
    "github.com, SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
    "github.com, SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s",
    "[ssh.github.com]:443, SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
    "gitlab.com, SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
    "gitlab.com, SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw",
    "gitlab.com, SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ",
    "bitbucket.org, SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
    "bitbucket.org, SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0",
    "bitbucket.org, SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E",
  })
  void knowsThePublishedKeysOfTheLargeHosts(String host, String fingerprint) {
    assertThat(knownHosts(null).lookup(host, REMOTE, null))
        .extracting(key -> KeyUtils.getFingerPrint(key))
        .contains(fingerprint)
        .hasSize(3);
  }

  @Test
  void acceptsAListedKeyOnItsPortOnly() throws Exception {
    PublicKey key = key();
    KnownHosts hosts = knownHosts("[git.example.com]:2222 " + PublicKeyEntry.toString(key));

    assertThat(hosts.accept("[git.example.com]:2222", REMOTE, key, null, null)).isTrue();
    assertThat(hosts.accept("[git.example.com]:2223", REMOTE, key, null, null)).isFalse();
    assertThat(hosts.accept("[other.example.com]:2222", REMOTE, key, null, null)).isFalse();
  }

  @Test
  void acceptsAHashedHost() throws Exception {
    PublicKey key = key();
    byte[] salt = new byte[20];
    byte[] hash =
        KnownHostHashValue.calculateHashValue("git.example.com", 22, KnownHostDigest.SHA1, salt);
    String line =
        "|1|"
            + java.util.Base64.getEncoder().encodeToString(salt)
            + "|"
            + java.util.Base64.getEncoder().encodeToString(hash)
            + " "
            + PublicKeyEntry.toString(key);

    assertThat(knownHosts(line).accept("git.example.com", REMOTE, key, null, null)).isTrue();
    assertThat(knownHosts(line).accept("git.example.org", REMOTE, key, null, null)).isFalse();
  }

  @Test
  void refusesARevokedKeyAlthoughItIsListed() throws Exception {
    PublicKey key = key();
    String text = PublicKeyEntry.toString(key);
    KnownHosts hosts = knownHosts("git.example.com " + text + "\n@revoked git.example.com " + text);

    assertThat(hosts.accept("git.example.com", REMOTE, key, null, null)).isFalse();
    assertThat(hosts.refusal().orElseThrow())
        .contains("revoked")
        .contains("selfheal.apps.shop.ssh-known-hosts");
  }

  @Test
  void takesLineEndsThatAreWrittenOut() throws Exception {
    PublicKey key = key();
    KnownHosts hosts =
        knownHosts("# ours\\ngit.example.com " + PublicKeyEntry.toString(key) + "\\n");

    assertThat(hosts.accept("git.example.com", REMOTE, key, null, null)).isTrue();
  }

  @Test
  void namesTheSettingWhenALineIsNoKnownHostsLine() {
    for (String line :
        new String[] {"nonsense", "host ssh-ed25519", "host ssh-ed25519 AAAA", "host what AAAA"}) {
      assertThatThrownBy(() -> knownHosts(line))
          .as(line)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("selfheal.apps.shop.ssh-known-hosts");
    }
  }

  private static PublicKey key() throws Exception {
    KeyPair pair = SshGitServer.newKey("ssh-ed25519", 256);
    return pair.getPublic();
  }

  private static KnownHosts knownHosts(String text) {
    return KnownHosts.of(
        TestApplications.overSsh("shop", "git@git.example.com:shop.git", "", text));
  }
}
