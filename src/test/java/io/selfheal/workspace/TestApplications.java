package io.selfheal.workspace;

import io.selfheal.settings.Application;
import io.selfheal.settings.PullRequestExtras;
import io.selfheal.settings.Secret;
import java.util.List;
import java.util.Optional;

/** Applications for tests, with everything but the repository left at its default. */
public final class TestApplications {
  private TestApplications() {}

  public static Application of(String name, String repository) {
    return of(name, repository, Optional.empty(), Secret.NONE, Optional.empty());
  }

  public static Application onBranch(String name, String repository, String branch) {
    return of(name, repository, Optional.of(branch), Secret.NONE, Optional.empty());
  }

  public static Application overSsh(String name, String repository, String key, String knownHosts) {
    return of(name, repository, Optional.empty(), Secret.of(key), Optional.ofNullable(knownHosts));
  }

  static Application overSsh(
      String name, String repository, String key, String knownHosts, String passphrase) {
    return new Application(
        name,
        List.of(),
        repository,
        Optional.empty(),
        Secret.of(key),
        Optional.ofNullable(knownHosts),
        "github",
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Secret.of(passphrase),
        Optional.empty(),
        PullRequestExtras.NONE);
  }

  private static Application of(
      String name,
      String repository,
      Optional<String> branch,
      Secret key,
      Optional<String> knownHosts) {
    return new Application(
        name,
        List.of(),
        repository,
        branch,
        key,
        knownHosts,
        "github",
        Optional.empty(),
        Secret.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
