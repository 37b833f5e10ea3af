package io.selfheal.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshAccessTest {
  private static final String BRANCH = "selfheal/0123456789ab";

  @TempDir Path temp;
  private SshGitServer server;
  private Workspace workspace;
  private String tip;

  @BeforeEach
  void setUp() throws Exception {
    GitRepo repo = GitRepo.in(temp.resolve("served/shop"));
    repo.commit(Map.of("a.txt", "a\n"));
    repo.checkOut("trunk", true);
    tip = repo.commit(Map.of("a.txt", "b\n"));
    server =
        new SshGitServer(temp.resolve("served"), SshGitServer.newKey("ecdsa-sha2-nistp256", 256));
    workspace = new Workspace(temp.resolve("work"), new GitAccess(), app -> Optional.empty());
  }

  @AfterEach
  void tearDown() throws Exception {
    workspace.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"ssh-rsa,2048", "ecdsa-sha2-nistp256,256", "ssh-ed25519,256"})
  void fetchesAndPushesWithTheKey(String type, int bits) throws Exception {
    KeyPair key = SshGitServer.newKey(type, bits);
    server.allow(key.getPublic());

    WorkTree tree = workspace.open(app("shop", "shop", key, server.knownHostsLine()), BRANCH, "r1");
    try (Git git = Git.open(tree.directory().toFile())) {
      git.push().call();
    }

    assertThat(tree.base()).isEqualTo("trunk");
    assertThat(tree.baseCommit()).isEqualTo(tip);
    assertThat(GitRepo.tip(temp.resolve("served/shop"), "refs/heads/" + BRANCH)).isEqualTo(tip);
  }

  @ParameterizedTest
  @CsvSource({"ssh-rsa,2048", "ecdsa-sha2-nistp256,256", "ssh-ed25519,256"})
  void fetchesAndPushesWithAnEncryptedKey(String type, int bits) throws Exception {
    KeyPair key = SshGitServer.newKey(type, bits);
    server.allow(key.getPublic());
    Application app =
        TestApplications.overSsh(
            "shop",
            server.url("shop"),
            SshPrivateKeyTest.encrypted(key, "hunter2"),
            server.knownHostsLine(),
            "hunter2");

    WorkTree tree = workspace.open(app, BRANCH, "r1");
    try (Git git = Git.open(tree.directory().toFile())) {
      git.push().call();
    }

    assertThat(GitRepo.tip(temp.resolve("served/shop"), "refs/heads/" + BRANCH)).isEqualTo(tip);
  }

  @Test
  void takesTheShortFormOfAnAddress() throws Exception {
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    try (SshGitServer usual = usualPort()) {
      usual.allow(key.getPublic());
      String line = "localhost " + usual.knownHostsLine().replaceFirst("^\\S+ ", "");
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, text);
      Application app =
          TestApplications.overSsh(
              "shop", "git@localhost:shop", text.toString(StandardCharsets.UTF_8), line);

      assertThat(workspace.open(app, BRANCH, "r1").baseCommit()).isEqualTo(tip);
    }
  }

  /** This form has no place for a port. */
  private SshGitServer usualPort() throws Exception {
    try {
      return new SshGitServer(
          temp.resolve("served"), SshGitServer.newKey("ecdsa-sha2-nistp256", 256), 22);
    } catch (IOException e) {
      return Assumptions.abort("port 22 is not free for a test here: " + e.getMessage());
    }
  }

  /** It lives in memory only, so there is no file to clean up after a process was killed. */
  @Test
  void theKeyIsNeverWrittenToDisk() throws Exception {
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    server.allow(key.getPublic());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, text);
    String pem = text.toString(StandardCharsets.UTF_8);
    String body = pem.lines().skip(2).findFirst().orElseThrow();
    Application app =
        TestApplications.overSsh("shop", server.url("shop"), pem, server.knownHostsLine());

    WorkTree tree = workspace.open(app, BRANCH, "r1");
    try (Git git = Git.open(tree.directory().toFile())) {
      git.push().call();
    }

    List<Path> files;
    try (Stream<Path> all = Files.walk(temp.resolve("work"))) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain("PRIVATE KEY", body);
    }
  }

  @Test
  void refusesAnUnknownHostAndShowsTheLineToAdd() throws Exception {
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    server.allow(key.getPublic());

    assertThatThrownBy(() -> workspace.open(app("shop", "shop", key, null), BRANCH, "r1"))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("unknown")
        .hasMessageContaining("selfheal.apps.shop.ssh-known-hosts: " + server.knownHostsLine())
        .hasMessageContaining("SHA256:");
  }

  @Test
  void refusesAChangedHostKey() throws Exception {
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    server.allow(key.getPublic());
    KeyPair other = SshGitServer.newKey("ecdsa-sha2-nistp256", 256);
    String line = "[localhost]:" + server.port() + " " + PublicKeyEntry.toString(other.getPublic());

    assertThatThrownBy(() -> workspace.open(app("shop", "shop", key, line), BRANCH, "r1"))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("not the one on record")
        .hasMessageContaining(server.knownHostsLine());
  }

  @Test
  void saysWhichKeyTheServerDidNotTake() throws Exception {
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);

    assertThatThrownBy(
            () -> workspace.open(app("shop", "shop", key, server.knownHostsLine()), BRANCH, "r1"))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("selfheal.apps.shop.ssh-private-key");
  }

  @Test
  void usesEachApplicationsOwnKeyOnOneHost() throws Exception {
    GitRepo other = GitRepo.in(temp.resolve("served/desk"));
    other.commit(Map.of("d.txt", "d\n"));
    KeyPair shopKey = SshGitServer.newKey("ssh-ed25519", 256);
    KeyPair deskKey = SshGitServer.newKey("ssh-ed25519", 256);
    server.allow(shopKey.getPublic());

    workspace.open(app("shop", "shop", shopKey, server.knownHostsLine()), BRANCH, "r1");

    assertThatThrownBy(
            () ->
                workspace.open(app("desk", "desk", deskKey, server.knownHostsLine()), BRANCH, "r2"))
        .hasMessageContaining("selfheal.apps.desk.ssh-private-key");
    assertThat(
            workspace
                .open(app("shop", "shop", shopKey, server.knownHostsLine()), BRANCH, "r3")
                .baseCommit())
        .isEqualTo(tip);
  }

  @Test
  void namesTheKeyThatIsMissing() {
    assertThatThrownBy(
            () -> workspace.open(TestApplications.of("shop", server.url("shop")), BRANCH, "r1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.ssh-private-key is not set");
  }

  private Application app(String name, String repository, KeyPair key, String knownHosts)
      throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, text);
    return TestApplications.overSsh(
        name, server.url(repository), text.toString(StandardCharsets.UTF_8), knownHosts);
  }
}
