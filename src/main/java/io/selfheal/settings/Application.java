package io.selfheal.settings;

import java.util.List;
import java.util.Optional;

/**
 * One application whose logs are watched: the keys {@code selfheal.apps.<app>.*}.
 *
 * @param name letters, digits, {@code .}, {@code _} and {@code -}; part of the table's key
 * @param logGroups log groups that belong to it, {@code *} as a wildcard; empty means every group
 *     (one application only)
 * @param repository git URL, {@code git@host:path} or a directory
 * @param branch base branch; empty means the remote's default branch
 * @param sshPrivateKey PEM or OpenSSH text
 * @param sshKnownHosts host key lines, in the format of {@code known_hosts}
 * @param scm name of the source-control system: {@code github}, {@code gitlab}, {@code gitea},
 *     {@code bitbucket}, {@code codecommit}, {@code local}, or one the user adds
 * @param scmApiUrl REST base of the repository, without a trailing slash; empty for {@code local}
 *     and {@code codecommit}
 * @param scmToken API token
 * @param verify command run in the checkout before and after the change
 * @param format formatter command, run with the changed files as arguments
 * @param paths globs an edit may touch; empty means everything that is not protected
 * @param sshPassphrase of an encrypted private key
 * @param githubApp in place of {@code scmToken}
 * @param extras what its pull requests get besides title and text
 */
public record Application(
    String name,
    List<String> logGroups,
    String repository,
    Optional<String> branch,
    Secret sshPrivateKey,
    Optional<String> sshKnownHosts,
    String scm,
    Optional<String> scmApiUrl,
    Secret scmToken,
    Optional<String> verify,
    Optional<String> format,
    List<String> paths,
    Secret sshPassphrase,
    Optional<GithubApp> githubApp,
    PullRequestExtras extras) {

  public Application {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new ConfigurationException(
          "selfheal.apps." + name,
          name,
          "use letters, digits, '.', '_' and '-' for an application's name");
    }
    if (repository == null || repository.isBlank()) {
      throw new ConfigurationException(
          "selfheal.apps." + name + ".repository",
          "",
          "set it to the git URL of the application's repository");
    }
    logGroups = List.copyOf(logGroups);
    paths = List.copyOf(paths);
  }

  /** With defaults for what few applications need. */
  public Application(
      String name,
      List<String> logGroups,
      String repository,
      Optional<String> branch,
      Secret sshPrivateKey,
      Optional<String> sshKnownHosts,
      String scm,
      Optional<String> scmApiUrl,
      Secret scmToken,
      Optional<String> verify,
      Optional<String> format,
      List<String> paths) {
    this(
        name,
        logGroups,
        repository,
        branch,
        sshPrivateKey,
        sshKnownHosts,
        scm,
        scmApiUrl,
        scmToken,
        verify,
        format,
        paths,
        Secret.NONE,
        Optional.empty(),
        PullRequestExtras.NONE);
  }
}
