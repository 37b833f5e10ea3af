package io.selfheal.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a repository's URL says about where it is hosted. */
public final class RepositoryUrl {
  private static final Pattern WITH_SCHEME =
      Pattern.compile("(?:ssh|https?|git)://(?:[^@/]*@)?([^/:]+)(?::\\d+)?/(.+?)(?:\\.git)?/?");
  private static final Pattern SCP_LIKE =
      Pattern.compile("(?:[^@/]+@)?([^/:]+):(?!//)(.+?)(?:\\.git)?/?");

  private RepositoryUrl() {}

  /** Whether the repository lies on this machine. */
  public static boolean isLocal(String repository) {
    return repository.startsWith("file:")
        || Files.isDirectory(Path.of(repository.replaceAll("[\\x00]", "")))
        || host(repository).isEmpty();
  }

  /** A name for the repository: the last part of its path. */
  public static String nameOf(String repository) {
    String path =
        repository.replaceAll("[/\\\\]+$", "").replaceAll("\\.git$", "").replaceAll("/+$", "");
    if (path.equals(".") || path.endsWith("/.") || path.endsWith("..")) {
      path = Path.of(path).toAbsolutePath().normalize().toString();
    }
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
    name = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    return name.isEmpty() ? "app" : name;
  }

  static Optional<String> host(String repository) {
    Matcher matcher = matcher(repository);
    return matcher == null
        ? Optional.empty()
        : Optional.of(matcher.group(1).toLowerCase(java.util.Locale.ROOT));
  }

  static String scmOf(String appPrefix, String repository) {
    if (isLocal(repository)) {
      return "local";
    }
    String host = host(repository).orElse("");
    if (host.equals("github.com") || host.equals("ssh.github.com") || host.startsWith("github.")) {
      return "github";
    }
    throw new ConfigurationException(
        appPrefix + "scm",
        "",
        "the host "
            + host
            + " does not tell which source-control system it is; set it to github, or to one of yours");
  }

  static Optional<String> apiUrlOf(String scm, String repository) {
    Matcher matcher = matcher(repository);
    if (!scm.equals("github") || matcher == null) {
      return Optional.empty();
    }
    String host = matcher.group(1).equals("ssh.github.com") ? "github.com" : matcher.group(1);
    String base =
        host.equals("github.com") ? "https://api.github.com" : "https://" + host + "/api/v3";
    return Optional.of(base + "/repos/" + matcher.group(2));
  }

  private static Matcher matcher(String repository) {
    Matcher scheme = WITH_SCHEME.matcher(repository);
    if (scheme.matches()) {
      return scheme;
    }
    Matcher scp = SCP_LIKE.matcher(repository);
    return !repository.contains("://") && scp.matches() ? scp : null;
  }
}
