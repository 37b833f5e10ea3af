package io.selfheal.commit;

import io.selfheal.settings.ConfigurationException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a command apart from the machine that it runs on, by <a
 * href="https://github.com/containers/bubblewrap">bubblewrap</a>: no network but a loopback of its
 * own, no processes but its own, the system's programs to read, the checkout to write, and an empty
 * home and {@code /tmp}. Whether bubblewrap works is found out by trying, at the first use: it may
 * be missing, and containers often forbid what it needs. Thread-safe.
 */
public final class Sandbox {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
  private static final int TRIAL_SECONDS = 20;

  private static final List<String> SYSTEM =
      List.of(
          "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/snap");

  /** Of {@code /etc} only what programs need to start; keys and passwords lie there too. */
  private static final List<String> ETC =
      List.of(
          "alternatives",
          "ca-certificates",
          "crypto-policies",
          "group",
          "hosts",
          "inputrc",
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "locale.alias",
          "localtime",
          "magic",
          "mime.types",
          "nsswitch.conf",
          "os-release",
          "passwd",
          "pki/ca-trust",
          "pki/java",
          "pki/tls/certs",
          "protocols",
          "services",
          "ssl/certs",
          "ssl/openssl.cnf",
          "timezone");

  /** The beginnings of names in {@code /etc} that belong to languages and build tools. */
  private static final String ETC_TOOLS =
      "{java,maven,gradle,ant,python,perl,ruby,gem,php,node,npm,dotnet,mono,go,cargo,rust}*";

  /** Where version managers put programs below the home; they keep no secrets there. */
  private static final List<String> VERSION_MANAGERS =
      List.of(
          ".pyenv",
          ".nvm",
          ".nodenv",
          ".volta",
          ".fnm",
          ".rbenv",
          ".rvm",
          ".sdkman",
          ".jenv",
          ".asdf",
          ".goenv",
          ".phpenv",
          ".rustup",
          ".cargo/bin",
          ".local/bin",
          ".local/share/mise",
          ".dotnet");

  private final SandboxSettings settings;
  private final Map<String, String> environment;
  private final Path userHome;
  private final String program;
  private Boolean works;

  public Sandbox(SandboxSettings settings) {
    this(settings, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  Sandbox(SandboxSettings settings, Map<String, String> environment, Path userHome) {
    this(settings, environment, userHome, "bwrap");
  }

  Sandbox(
      SandboxSettings settings, Map<String, String> environment, Path userHome, String program) {
    this.program = program;
    this.settings = settings;
    this.environment = environment;
    this.userHome = userHome.toAbsolutePath().normalize();
  }

  long memoryBytes() {
    return settings.memoryBytes();
  }

  /**
   * Whether commands run apart. Tries it at the first call, and warns once where it does not work.
   *
   * @param scratch an existing directory to try it in
   * @throws ConfigurationException when bubblewrap is asked for by name and does not work
   */
  synchronized boolean isUsed(Path scratch) {
    if (works == null) {
      works = settings.mode() != SandboxSettings.Mode.NONE && tried(scratch);
      if (settings.mode() == SandboxSettings.Mode.NONE) {
        LOG.warn("selfheal.verify.sandbox is none: verify commands see the network and all files");
      }
    }
    return works;
  }

  private boolean tried(Path scratch) {
    String problem;
    try {
      List<String> line = new ArrayList<>(commandLine(scratch, scratch, scratch));
      line.addAll(List.of("/bin/sh", "-c", "test -r /proc/self/status"));
      File output = scratch.resolve("sandbox-trial.txt").toFile();
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output);
      builder.environment().keySet().retainAll(Set.of("PATH"));
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
          problem = "it did not end";
        } else if (process.exitValue() == 0) {
          return true;
        } else {
          problem = Files.readString(output.toPath(), StandardCharsets.UTF_8).strip();
        }
      } finally {
        process.destroyForcibly();
        Files.deleteIfExists(output.toPath());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while bubblewrap was tried", e);
    } catch (IOException e) {
      problem = "bwrap cannot be started";
    }
    if (settings.mode() == SandboxSettings.Mode.BUBBLEWRAP) {
      throw new ConfigurationException(
          "selfheal.verify.sandbox",
          "bubblewrap",
          "it does not work here ("
              + problem
              + "); install bubblewrap and allow user namespaces, or set it to none");
    }
    LOG.warn(
        "No sandbox for verify commands, they see the network and all files of this user: {}. Install"
            + " bubblewrap and allow user namespaces, or set selfheal.verify.sandbox=none",
        problem);
    return false;
  }

  /** The home that a command in the sandbox has: at the user's own place, where tools look. */
  Path home() {
    boolean plain =
        userHome.getNameCount() > 0 && !isSystem(userHome) && !userHome.startsWith("/tmp");
    return plain ? userHome : Path.of("/home/selfheal");
  }

  /**
   * What stands before a command that is to run in the sandbox.
   *
   * @param directory the checkout, the only place but home and {@code /tmp} that can be written
   * @param home shown as {@link #home()}
   * @param temporary shown as {@code /tmp}
   */
  List<String> commandLine(Path directory, Path home, Path temporary) {
    List<String> line =
        new ArrayList<>(
            List.of(
                program,
                "--die-with-parent",
                "--new-session",
                "--unshare-all",
                "--cap-drop",
                "ALL"));
    SYSTEM.forEach(path -> readable(line, Path.of(path)));
    ETC.forEach(name -> readable(line, Path.of("/etc", name)));
    etcOfTools().forEach(path -> readable(line, path));
    line.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    writable(line, temporary, Path.of("/tmp"));
    writable(line, temporary, Path.of("/var/tmp"));
    writable(line, home, home());
    programs().forEach(path -> readable(line, path));
    settings.mounts().forEach(path -> readable(line, path));
    alternates(directory).ifPresent(path -> readable(line, path));
    writable(line, directory, directory);
    line.addAll(List.of("--remount-ro", "/", "--chdir", directory.toString(), "--"));
    return line;
  }

  private static void readable(List<String> line, Path path) {
    line.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
  }

  private static void writable(List<String> line, Path from, Path to) {
    line.addAll(List.of("--bind", from.toString(), to.toString()));
  }

  private static List<Path> etcOfTools() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(Path.of("/etc"), ETC_TOOLS)) {
      paths.forEach(found::add);
    } catch (IOException e) {
      // Without them most programs start as well
      return List.of();
    }
    return found;
  }

  /** Where programs of the search path lie that are not the system's. */
  private Set<Path> programs() {
    Set<Path> found = new LinkedHashSet<>();
    String path = environment.getOrDefault("PATH", "");
    for (String entry : path.split(File.pathSeparator)) {
      if (entry.startsWith("/")) {
        program(Path.of(entry).normalize()).ifPresent(found::add);
      }
    }
    String jdk = environment.getOrDefault("JAVA_HOME", "");
    if (jdk.startsWith("/")) {
      program(Path.of(jdk).normalize().resolve("bin")).ifPresent(found::add);
    }
    return found;
  }

  private Optional<Path> program(Path bin) {
    if (isSystem(bin) || bin.getNameCount() == 0) {
      return Optional.empty();
    }
    if (bin.startsWith(userHome)) {
      return VERSION_MANAGERS.stream().map(userHome::resolve).filter(bin::startsWith).findFirst();
    }
    boolean installed = bin.startsWith("/opt") && bin.endsWith("bin") && bin.getNameCount() > 2;
    return Optional.of(installed ? bin.getParent() : bin);
  }

  private static boolean isSystem(Path path) {
    return SYSTEM.stream().anyMatch(path::startsWith);
  }

  /** Git's objects that the checkout borrows; without them git does not work in it. */
  private static Optional<Path> alternates(Path directory) {
    Path file = directory.resolve(".git/objects/info/alternates");
    try {
      return Files.isRegularFile(file)
          ? Files.readAllLines(file).stream().findFirst().map(Path::of)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
