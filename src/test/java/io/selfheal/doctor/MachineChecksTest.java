package io.selfheal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.GitAccess;
import io.selfheal.workspace.RemoteAccess;
import io.selfheal.workspace.SshGitServer;
import io.selfheal.workspace.TestApplications;
import io.selfheal.workspace.WorkspaceException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.assertj.core.api.Assertions;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChecksTest {
  @TempDir private Path folder;

  @Test
  void aProgramIsLookedForOnThePath() throws Exception {
    Path tool = Files.createFile(folder.resolve("pytest"));
    assertThat(tool.toFile().setExecutable(true)).isTrue();

    assertThat(command("CI=1 pytest -q").level()).isEqualTo(Finding.Level.OK);
    assertThat(command("./gradlew test").level()).isEqualTo(Finding.Level.OK);
    assertThat(command("cd api && npm test").level()).isEqualTo(Finding.Level.OK);
    Finding missing = command("mvn -q verify");
    assertThat(missing.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(missing.text()).startsWith("mvn is not on the PATH");
    assertThat(missing.whatToDo()).contains("selfheal.apps.shop.verify");
  }

  @Test
  void aTakenPortIsAFailureUnlessSelfhealIsThere() throws Exception {
    assertThat(new HttpPortCheck("127.0.0.1", "1", () -> {}).look().text()).endsWith("is free");
    Runnable taken =
        () -> {
          throw new ConfigurationException("selfheal.http.port", "1", "set another");
        };
    assertThat(new HttpPortCheck("127.0.0.1", "1", taken).look().text())
        .isEqualTo("selfheal.http.port = 1: set another");
  }

  @Test
  void parametersAreReadAndNotTold() {
    assertThat(new ParametersCheck(Map.of()).look().level()).isEqualTo(Finding.Level.OK);
    assertThat(new ParametersCheck(Map.of("selfheal.a", Secret.of("v4lue"))).look().text())
        .isEqualTo("readable: selfheal.a");
    assertThat(new ParametersCheck(Map.of("selfheal.a", Secret.of(" "))).look().level())
        .isEqualTo(Finding.Level.FAIL);
  }

  @Test
  void aDirectoryIsReadAndPushedTo() throws Exception {
    Path bare = bare();
    Finding found = git(TestApplications.of("shop", bare.toString()));
    assertThat(found.level()).as(found.text()).isEqualTo(Finding.Level.OK);
    assertThat(found.text()).endsWith("base branch main");
    Assertions.assertThatThrownBy(
            () -> git(TestApplications.onBranch("shop", bare.toString(), "next")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.apps.shop.branch = next");
    Assertions.assertThatThrownBy(
            () -> git(TestApplications.of("shop", folder.resolve("none").toString())))
        .isInstanceOf(WorkspaceException.class);
  }

  @Test
  void hostKeyAndKeyAreTriedOverSsh() throws Exception {
    Path bare = bare();
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    try (SshGitServer server =
        new SshGitServer(bare.getParent(), SshGitServer.newKey("ecdsa-sha2-nistp256", 256))) {
      String url = server.url(bare.getFileName().toString());
      String text = text(key);

      Assertions.assertThatThrownBy(() -> git(TestApplications.overSsh("shop", url, text, null)))
          .hasMessageContaining("selfheal.apps.shop.ssh-known-hosts");
      Assertions.assertThatThrownBy(
              () -> git(TestApplications.overSsh("shop", url, text, server.knownHostsLine())))
          .hasMessageContaining("selfheal.apps.shop.ssh-private-key")
          .hasMessageNotContaining("PRIVATE KEY-----");
      server.allow(key.getPublic());
      Finding found = git(TestApplications.overSsh("shop", url, text, server.knownHostsLine()));
      assertThat(found.level()).as(found.text()).isEqualTo(Finding.Level.OK);
      assertThat(found.text()).contains("read and pushed to");
    }
  }

  private Path bare() throws Exception {
    Path work = Files.createDirectories(folder.resolve("work"));
    Path bare = folder.resolve("git/shop.git");
    try (Git git = Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
      Files.writeString(work.resolve("a.txt"), "a");
      git.add().addFilepattern(".").call();
      git.commit().setMessage("Begin").setAuthor("Dev", "dev@example.com").setSign(false).call();
      Git.cloneRepository()
          .setURI(work.toString())
          .setBare(true)
          .setDirectory(bare.toFile())
          .call()
          .close();
    }
    return bare;
  }

  private static String text(KeyPair key) throws Exception {
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "deploy", null, pem);
    return pem.toString(StandardCharsets.UTF_8);
  }

  private static Finding git(Application app) {
    return new GitCheck(new RemoteAccess(new GitAccess()), app, true).look();
  }

  private Finding command(String line) {
    return new CommandCheck(
            "selfheal.apps.shop.verify", line, true, Map.of("PATH", folder.toString()))
        .look();
  }
}
