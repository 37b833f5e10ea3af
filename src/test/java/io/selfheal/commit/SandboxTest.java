package io.selfheal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tries to get out. What needs bubblewrap is skipped where it does not work. */
@EnabledOnOs(OS.LINUX)
class SandboxTest {
  private static final String SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYz";

  @TempDir Path temp;
  private Path checkout;
  private Path home;

  @BeforeEach
  void setUp() throws Exception {
    checkout = Files.createDirectories(temp.resolve("work/trees/1/r1+before"));
    home = Files.createDirectories(temp.resolve("work/trees/1/r1+home"));
  }

  static boolean works(Path scratch) {
    try {
      return Sandboxes.bubblewrap().isUsed(scratch);
    } catch (ConfigurationException e) {
      return false;
    }
  }

  @Test
  void reachesNoNetwork() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String connect =
          "bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "' && echo connected";

      assertThat(plain(connect).output()).as("a test that can fail").contains("connected");
      assertThat(sandboxed(connect).output()).doesNotContain("connected");
      assertThat(sandboxed("tail -n +3 /proc/net/dev | cut -d: -f1").output().strip())
          .isEqualTo("lo");
    }
  }

  @Test
  void seesNoneOfTheProcessesVariables() throws Exception {
    assertThat(withSecrets("none", "env")).contains("HOME=").doesNotContain(SECRET, "AWS_", "SSH_");
    assumeTrue(works(home), "bubblewrap does not work here");
    assertThat(withSecrets("bubblewrap", "env; cat /proc/*/environ; cat /proc/*/cmdline"))
        .contains("HOME=")
        .doesNotContain(SECRET, "AWS_", "SSH_");
  }

  private String withSecrets(String sandbox, String command) throws Exception {
    ProcessBuilder builder =
        JvmProcess.of("run", checkout.toString(), home.toString(), sandbox, command);
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_SECRET_ACCESS_KEY", SECRET,
                "AWS_SESSION_TOKEN", SECRET,
                "GITHUB_TOKEN", SECRET,
                "SELFHEAL_APPS_SHOP_SCM_TOKEN", SECRET,
                "SSH_AUTH_SOCK", "/tmp/" + SECRET));
    Process process = builder.start();
    return new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void findsNoHomeAndNoKeys() throws Exception {
    Path userHome = Files.createDirectories(temp.resolve("users/ada"));
    Path key = Files.createDirectories(userHome.resolve(".ssh")).resolve("id_ed25519");
    Files.writeString(key, SECRET);
    Files.writeString(userHome.resolve(".netrc"), SECRET);
    String look =
        "cat "
            + key
            + " "
            + userHome
            + "/.netrc; ls -A ~ ~/.ssh ~/.aws /root /home/*; id; cat /etc/shadow; true";

    assertThat(plain("cat " + key).output()).as("a test that can fail").contains(SECRET);
    ShellCommand.Outcome outcome = sandboxed(look, userHome);
    assertThat(outcome.output()).doesNotContain(SECRET, "root:*", "root:!", "root:$");
    assertThat(sandboxed("test -e " + key + " || echo hidden", userHome).output())
        .isEqualTo("hidden\n");
    assertThat(sandboxed("find ~ -type f -o -type l", userHome).output()).isEmpty();
    assertThat(sandboxed("ls -A /").output().lines())
        .doesNotContain("run", "mnt", "srv", "media", "boot", "sys");
  }

  @Test
  void writesNothingButItsCheckoutItsHomeAndItsTemporaryFiles() throws Exception {
    Path other = Files.createDirectories(temp.resolve("work/trees/1/r2"));
    Files.writeString(other.resolve("a"), "untouched");
    ShellCommand.Outcome outcome =
        sandboxed(
            "echo x > inside; echo x > ~/inside; echo x > /tmp/inside;"
                + " for f in /owned /usr/owned /etc/owned /bin/owned "
                + other
                + "/a ../r2/a ../owned; do echo x > $f && echo wrote $f; done 2>/dev/null; true");

    assertThat(checkout.resolve("inside")).hasContent("x");
    assertThat(home.resolve("inside")).hasContent("x");
    assertThat(home.resolve("tmp/inside")).hasContent("x");
    assertThat(other.resolve("a")).hasContent("untouched");
    assertThat(temp.resolve("work/trees/1/owned")).doesNotExist();
    assertThat(outcome.output()).doesNotContain("/owned /", "/usr", "/etc", "/bin", "r2");
    for (String path : List.of("/owned", "/usr/owned", "/etc/owned", "/bin/owned")) {
      assertThat(Path.of(path)).doesNotExist();
    }
  }

  @Test
  void readsWhatTheSettingsMount() throws Exception {
    Path cache = Files.createDirectories(temp.resolve("cache"));
    Files.writeString(cache.resolve("library.jar"), "bytes");
    assumeTrue(works(home), "bubblewrap does not work here");
    String read = "cat " + cache + "/library.jar; echo x 2>/dev/null > " + cache + "/owned; true";

    ShellCommand.Outcome with =
        new ShellCommand(Duration.ofSeconds(60), Sandboxes.bubblewrap(cache))
            .run(checkout, home, read, List.of());

    assertThat(with.output()).contains("bytes");
    assertThat(cache.resolve("owned")).doesNotExist();
    assertThat(sandboxed(read).output()).doesNotContain("bytes");
  }

  @Test
  void runsWhatVersionManagersHoldInTheHome() throws Exception {
    Path userHome = temp.resolve("users/ada");
    Path shims = Files.createDirectories(userHome.resolve(".pyenv/shims"));
    Files.writeString(shims.resolve("tool"), "#!/bin/sh\necho tool runs\n");
    assertThat(shims.resolve("tool").toFile().setExecutable(true)).isTrue();
    Files.writeString(userHome.resolve(".secret"), SECRET);
    Sandbox sandbox =
        new Sandbox(
            new SandboxSettings(SandboxSettings.Mode.BUBBLEWRAP, 4L << 30, List.of()),
            Map.of("PATH", shims + ":/usr/bin:/bin:" + userHome + "/bin:."),
            userHome);
    assumeTrue(works(home), "bubblewrap does not work here");

    ShellCommand.Outcome outcome =
        new ShellCommand(Duration.ofSeconds(60), sandbox)
            .run(checkout, home, shims + "/tool; cat " + userHome + "/.secret", List.of());

    assertThat(outcome.output()).contains("tool runs").doesNotContain(SECRET);
  }

  @Test
  void stopsWhatTakesTooMuchMemory() {
    Sandbox small =
        new Sandbox(new SandboxSettings(SandboxSettings.Mode.NONE, 96L << 20, List.of()));

    ShellCommand.Outcome outcome =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () ->
                new ShellCommand(Duration.ofSeconds(50), small)
                    .run(checkout, home, "echo begun; tail /dev/zero", List.of()));

    assertThat(outcome.exitCode()).isEqualTo(ShellCommand.TOO_LARGE);
    assertThat(outcome.output()).isEqualTo("begun\n");
  }

  @Test
  void saysWhetherItIsUsed() throws Exception {
    assertThat(plain("true").sandboxed()).isFalse();
    assertThat(sandboxed("true").sandboxed()).isTrue();
  }

  @Test
  void doesWithoutWhereBubblewrapIsMissing() {
    Sandbox auto =
        new Sandbox(
            new SandboxSettings(SandboxSettings.Mode.AUTO, 4L << 30, List.of()),
            Map.of(),
            Path.of("/home/ada"),
            "no-such-bwrap");
    Sandbox asked =
        new Sandbox(
            new SandboxSettings(SandboxSettings.Mode.BUBBLEWRAP, 4L << 30, List.of()),
            Map.of(),
            Path.of("/home/ada"),
            "no-such-bwrap");

    assertThat(auto.isUsed(home)).isFalse();
    assertThatThrownBy(() -> asked.isUsed(home))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("selfheal.verify.sandbox = bubblewrap");
  }

  @Test
  void readsItsSettings() throws Exception {
    SandboxSettings defaults = settings(Map.of());
    assertThat(defaults.mode()).isEqualTo(SandboxSettings.Mode.AUTO);
    assertThat(defaults.memoryBytes()).isEqualTo(4L << 30);
    assertThat(defaults.mounts()).isEmpty();
    assertThat(settings(Map.of("selfheal.verify.mounts", temp.toString())).mounts())
        .containsExactly(temp);
    assertRefused("selfheal.verify.sandbox", "docker");
    assertRefused("selfheal.verify.memory", "lots");
    assertRefused("selfheal.verify.memory", "0m");
    assertRefused("selfheal.verify.mounts", "/no/such/folder");
    assertRefused("selfheal.verify.mounts", "relative");
    assertRefused("selfheal.verify.mounts", "/");
    assertRefused("selfheal.verify.mounts", System.getProperty("user.home"));
  }

  private static void assertRefused(String key, String value) {
    assertThatThrownBy(() -> settings(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(key + " = " + value);
  }

  private static SandboxSettings settings(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>(keys);
    return SandboxSettings.of(Settings.load(Optional.empty(), Map.of(), all));
  }

  private ShellCommand.Outcome plain(String command) {
    return new ShellCommand(Duration.ofSeconds(60), Sandboxes.none())
        .run(checkout, home, command, List.of());
  }

  private ShellCommand.Outcome sandboxed(String command) {
    return sandboxed(command, Path.of(System.getProperty("user.home")));
  }

  private ShellCommand.Outcome sandboxed(String command, Path userHome) {
    assumeTrue(works(home), "bubblewrap does not work here");
    Sandbox sandbox =
        new Sandbox(
            new SandboxSettings(SandboxSettings.Mode.BUBBLEWRAP, 4L << 30, List.of()),
            System.getenv(),
            userHome);
    return new ShellCommand(Duration.ofSeconds(60), sandbox)
        .run(checkout, home, command, List.of());
  }
}
