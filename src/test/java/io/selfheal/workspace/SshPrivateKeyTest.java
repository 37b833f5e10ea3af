package io.selfheal.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.io.der.DERWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshPrivateKeyTest {
  private static final String SETTING = "selfheal.apps.shop.ssh-private-key";

  @TempDir Path temp;

  @Test
  void readsEveryFormatWithTheLibrariesOfProductionAlone() throws Exception {
    Map<String, String> keys = keys();
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Dlogback.configurationFile=none.xml");
    command.add("-cp");
    // The embedded default brings Bouncy Castle along, which would read keys that production then
    // could not.
    command.add(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("bouncycastle"))
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(PrintPublicKey.class.getName());
    int n = 0;
    for (String key : keys.values()) {
      command.add(Files.writeString(temp.resolve("key" + n++), key).toString());
    }

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(
            output
                .lines()
                .filter(line -> line.matches("(ssh|ecdsa)-.* .*"))
                .map(line -> line.split(" ")[0]))
        .as(output)
        .containsExactly(
            "ssh-ed25519",
            "ssh-rsa",
            "ecdsa-sha2-nistp256",
            "ssh-rsa",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp256",
            "ssh-ed25519",
            "ssh-rsa");
  }

  @Test
  void readsAKeyWhoseLineEndsWereMangled() throws Exception {
    String key = openSsh("ssh-ed25519", 256);
    String expected = PublicKeyEntry.toString(SshPrivateKey.parse(SETTING, key).getPublic());

    for (String mangled :
        List.of(key.replace("\n", "\r\n"), key.replace("\n", "\\n"), key.strip(), key.indent(4))) {
      assertThat(PublicKeyEntry.toString(SshPrivateKey.parse(SETTING, mangled).getPublic()))
          .isEqualTo(expected);
    }
  }

  @Test
  void neverPrintsWhatItCouldNotRead() throws Exception {
    String damaged = openSsh("ssh-ed25519", 256).replaceAll("b3BlbnNzaC", "HUNTER2HUNTER");
    for (String text :
        List.of(
            damaged,
            "HUNTER2",
            "-----BEGIN RSA PRIVATE KEY-----\nHUNTER2\n-----END RSA PRIVATE KEY-----\n")) {
      assertThatThrownBy(() -> SshPrivateKey.parse(SETTING, text))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(SETTING)
          .hasMessageNotContaining("HUNTER2")
          .hasNoCause();
    }
  }

  @ParameterizedTest
  @CsvSource({"ssh-rsa,2048", "ecdsa-sha2-nistp256,256", "ssh-ed25519,256"})
  void opensAnEncryptedKeyWithItsPassphraseOnly(String type, int bits) throws Exception {
    KeyPair pair = SshGitServer.newKey(type, bits);
    String text = encrypted(pair, "hunter2");

    assertThat(SshPrivateKey.parse(SETTING, text, Optional.of("hunter2")).getPublic())
        .isEqualTo(pair.getPublic());
    assertThatThrownBy(() -> SshPrivateKey.parse(SETTING, text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.ssh-passphrase is not set");
    assertThatThrownBy(() -> SshPrivateKey.parse(SETTING, text, Optional.of("hunter3")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.ssh-passphrase")
        .hasMessageContaining("does not open " + SETTING)
        .hasMessageNotContaining("hunter");
  }

  @Test
  void saysHowToRewriteAnEncryptedKeyOfAnotherFormat() {
    String text =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFHDBO\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assertThatThrownBy(() -> SshPrivateKey.parse(SETTING, text, Optional.of("hunter2")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ssh-keygen -p");
  }

  static String encrypted(KeyPair pair, String passphrase) throws Exception {
    OpenSSHKeyEncryptionContext encryption = new OpenSSHKeyEncryptionContext();
    encryption.setPassword(passphrase);
    encryption.setCipherType("256");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "c", encryption, text);
    return text.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, String> keys() throws Exception {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("OpenSSH ed25519", openSsh("ssh-ed25519", 256));
    keys.put("OpenSSH RSA", openSsh("ssh-rsa", 2048));
    keys.put("OpenSSH ECDSA", openSsh("ecdsa-sha2-nistp256", 256));
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    PrivateKey rsaKey = rsa.generateKeyPair().getPrivate();
    keys.put("PKCS#8 RSA", pem("PRIVATE KEY", rsaKey.getEncoded()));
    for (String file : List.of("ecdsa-pkcs8.pem", "ecdsa-sec1.pem", "ed25519-pkcs8.pem")) {
      try (InputStream in = SshPrivateKeyTest.class.getResourceAsStream("keys/" + file)) {
        keys.put(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    keys.put("PKCS#1 RSA", pem("RSA PRIVATE KEY", pkcs1((RSAPrivateCrtKey) rsaKey)));
    return keys;
  }

  private static byte[] pkcs1(RSAPrivateCrtKey key) throws Exception {
    try (DERWriter writer = new DERWriter();
        DERWriter sequence = writer.startSequence()) {
      sequence.writeBigInteger(java.math.BigInteger.ZERO);
      sequence.writeBigInteger(key.getModulus());
      sequence.writeBigInteger(key.getPublicExponent());
      sequence.writeBigInteger(key.getPrivateExponent());
      sequence.writeBigInteger(key.getPrimeP());
      sequence.writeBigInteger(key.getPrimeQ());
      sequence.writeBigInteger(key.getPrimeExponentP());
      sequence.writeBigInteger(key.getPrimeExponentQ());
      sequence.writeBigInteger(key.getCrtCoefficient());
      sequence.close();
      return writer.toByteArray();
    }
  }

  private static String openSsh(String type, int bits) throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
        SshGitServer.newKey(type, bits), "c", null, text);
    return text.toString(StandardCharsets.UTF_8);
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}
