package io.selfheal.commit.guard;

import java.util.List;
import java.util.regex.Pattern;

/** A file that a package manager writes. */
final class LockFile implements GuardRule {
  private static final Pattern NAMES =
      Pattern.compile(
          "package-lock\\.json|npm-shrinkwrap\\.json|yarn\\.lock|pnpm-lock\\.yaml|bun\\.lockb?|deno\\.lock"
              + "|poetry\\.lock|Pipfile\\.lock|uv\\.lock|pdm\\.lock|pylock.*\\.toml|conda-lock\\.yml"
              + "|Cargo\\.lock|go\\.sum|go\\.work\\.sum|composer\\.lock|Gemfile\\.lock|gems\\.locked"
              + "|packages\\.lock\\.json|project\\.assets\\.json|paket\\.lock|gradle\\.lockfile|.*\\.lockfile"
              + "|verification-metadata\\.xml|mix\\.lock|pubspec\\.lock|Podfile\\.lock|Package\\.resolved|flake\\.lock",
          Pattern.CASE_INSENSITIVE);

  @Override
  public String name() {
    return "lock-file";
  }

  @Override
  public List<Finding> findings(Diff diff) {
    return diff.files().stream()
        .filter(file -> NAMES.matcher(file.name()).matches())
        .map(
            file ->
                new Finding(
                    file.path(), 0, "a package manager writes this file; leave it as it is"))
        .toList();
  }
}
