package io.selfheal.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a repository's URL says about where it is hosted. */
public final class RepositoryUrl {
  private static final Pattern WITH_SCHEME =
      Pattern.compile(
          "(?<scheme>ssh|https?|git)://(?:[^@/]*@)?(?<host>[^/:]+)(?<port>:\\d+)?/(?<path>.+?)(?:\\.git)?/?");
  private static final Pattern SCP_LIKE =
      Pattern.compile("(?:[^@/]+@)?(?<host>[^/:]+):(?!//)(?<path>.+?)(?:\\.git)?/?");
  private static final Pattern CODECOMMIT =
      Pattern.compile(
          "git-codecommit(?:-fips)?\\.(?<region>[a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?");

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
        : Optional.of(matcher.group("host").toLowerCase(Locale.ROOT));
  }

  static String scmOf(String appPrefix, String repository) {
    if (isLocal(repository)) {
      return "local";
    }
    String host = host(repository).orElse("");
    for (var known :
        Map.of(
                "github", "github\\..+|ssh\\.github\\.com",
                "gitlab", "gitlab\\..+|altssh\\.gitlab\\.com",
                "bitbucket", "bitbucket\\.org|altssh\\.bitbucket\\.org",
                "gitea", "(gitea|forgejo)\\..+|codeberg\\.org",
                "codecommit", CODECOMMIT.pattern())
            .entrySet()) {
      if (host.matches(known.getValue())) {
        return known.getKey();
      }
    }
    throw new ConfigurationException(
        appPrefix + "scm",
        "",
        "the host "
            + host
            + " does not tell which source-control system it is; set it to github, gitlab, gitea, bitbucket or codecommit, or to one of yours");
  }

  static Optional<String> apiUrlOf(String scm, String repository) {
    Matcher matcher = matcher(repository);
    if (matcher == null) {
      return Optional.empty();
    }
    String host = webHost(matcher);
    String path = matcher.group("path").replaceAll("^/+", "");
    return Optional.ofNullable(
        switch (scm) {
          case "github" ->
              (host.equals("https://github.com") ? "https://api.github.com" : host + "/api/v3")
                  + "/repos/"
                  + path;
          case "gitlab" -> host + "/api/v4/projects/" + path.replace("/", "%2F");
          case "gitea" -> host + "/api/v1/repos/" + path;
          case "bitbucket" ->
              host.equals("https://bitbucket.org")
                  ? "https://api.bitbucket.org/2.0/repositories/" + path
                  : null;
          default -> null;
        });
  }

  /** Scheme and host of the pages and the API; the port of SSH says nothing about theirs. */
  private static String webHost(Matcher matcher) {
    String host =
        matcher
            .group("host")
            .toLowerCase(Locale.ROOT)
            .replaceAll("^(?:alt)?ssh\\.(?=(github|gitlab)\\.com$|bitbucket\\.org$)", "");
    boolean web = matcher.pattern() == WITH_SCHEME && matcher.group("scheme").startsWith("http");
    if (!web) {
      return "https://" + host;
    }
    String port = matcher.group("port");
    return matcher.group("scheme") + "://" + host + (port == null ? "" : port);
  }

  /**
   * The AWS region of a CodeCommit repository.
   *
   * @return empty where the URL is not one of CodeCommit's
   */
  public static Optional<String> codeCommitRegion(String repository) {
    Matcher matcher = CODECOMMIT.matcher(host(repository).orElse(""));
    return matcher.matches() ? Optional.of(matcher.group("region")) : Optional.empty();
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
