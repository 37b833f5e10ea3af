package io.selfheal.commit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.ignore.FastIgnoreRule;

/**
 * The files that an application lets the model change: {@code selfheal.apps.<app>.paths}.
 *
 * <p>The globs are read as in a {@code .gitignore} file: {@code src/}, {@code *.py}, {@code
 * /setup.cfg}, {@code !tests/}; the last one that matches decides. What decides over other people's
 * machines (CI definitions, git hooks, submodules) is protected, unless a glob names it from its
 * beginning.
 */
public final class EditablePaths {
  /** Lower case; a name that ends in {@code /} protects all that is in it. */
  private static final List<String> PROTECTED =
      List.of(
          ".github/",
          ".gitlab/",
          ".gitlab-ci.yml",
          ".gitlab-ci.yaml",
          ".gitea/",
          ".forgejo/",
          ".circleci/",
          ".buildkite/",
          ".woodpecker/",
          ".woodpecker.yml",
          ".woodpecker.yaml",
          ".drone.yml",
          ".drone.yaml",
          ".travis.yml",
          ".appveyor.yml",
          "appveyor.yml",
          ".azure-pipelines/",
          "azure-pipelines.yml",
          "azure-pipelines.yaml",
          "bitbucket-pipelines.yml",
          ".teamcity/",
          ".semaphore/",
          ".tekton/",
          "buildspec.yml",
          "buildspec.yaml",
          "cloudbuild.yaml",
          "cloudbuild.yml",
          "jenkinsfile",
          ".husky/",
          ".githooks/",
          ".pre-commit-config.yaml",
          "lefthook.yml",
          ".gitmodules");

  private final List<String> globs;

  /**
   * @param globs empty for everything that is not protected
   */
  public EditablePaths(List<String> globs) {
    this.globs = globs;
  }

  /** Why the path must not be changed; empty when it may. */
  Optional<String> refusal(String path) {
    Optional<String> named = lastMatch(path);
    if (!globs.isEmpty() && (named.isEmpty() || named.get().startsWith("!"))) {
      return Optional.of(
          "the path is none of those that may be changed: " + String.join(", ", globs));
    }
    for (String entry : PROTECTED) {
      if (isIn(entry, path)
          && named.filter(glob -> beginning(glob).startsWith(beginning(entry))).isEmpty()) {
        return Optional.of("the path is protected: it belongs to the CI or git set-up");
      }
    }
    return Optional.empty();
  }

  /** Whether the path decides over other people's machines. */
  public static boolean isProtected(String path) {
    return PROTECTED.stream().anyMatch(entry -> isIn(entry, path));
  }

  /** Whether a glob names the path from its beginning, be it a file or a directory above it. */
  public boolean names(String path) {
    return lastMatch(path)
        .filter(glob -> !glob.startsWith("!") && !beginning(glob).isEmpty())
        .map(EditablePaths::beginning)
        .filter(glob -> path.toLowerCase(Locale.ROOT).startsWith(glob.replaceAll("[*?\\[].*$", "")))
        .filter(glob -> !glob.startsWith("*") && !glob.startsWith("?") && !glob.startsWith("["))
        .isPresent();
  }

  private static boolean isIn(String entry, String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return entry.endsWith("/") ? lower.startsWith(entry) : lower.equals(entry);
  }

  private static String beginning(String glob) {
    return glob.toLowerCase(Locale.ROOT).replaceAll("^/|/$", "");
  }

  private Optional<String> lastMatch(String path) {
    Optional<String> last = Optional.empty();
    for (String glob : globs) {
      if (new FastIgnoreRule(glob).isMatch(path, false)) {
        last = Optional.of(glob);
      }
    }
    return last;
  }
}
