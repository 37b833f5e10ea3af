package io.selfheal.workspace;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/** Decides whether a text may be used as a file's path in a repository, on any operating system. */
public final class RepositoryPath {
  private static final int MAX_BYTES = 1024;

  private RepositoryPath() {}

  /**
   * Looks at the text alone, not at what stands there.
   *
   * @return what is wrong with it; empty when it is a relative path with {@code /} between plain
   *     names that stays inside and away from {@code .git} in every spelling that Windows, macOS or
   *     Linux takes for it
   */
  public static Optional<String> problem(String path) {
    if (path == null || path.isBlank()) {
      return Optional.of("the path is empty");
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return Optional.of("the path is longer than " + MAX_BYTES + " bytes");
    }
    if (path.codePoints().anyMatch(RepositoryPath::isInvisible)) {
      return Optional.of("the path holds control or invisible characters");
    }
    if (path.startsWith("/") || path.startsWith("~") || path.matches("^[A-Za-z]:.*")) {
      return Optional.of("the path must be relative to the repository's root");
    }
    if (path.indexOf('\\') >= 0) {
      return Optional.of("write the path with '/', not with '\\'");
    }
    try {
      new ObjectChecker().setSafeForWindows(true).setSafeForMacOS(true).checkPath(path);
      return Optional.empty();
    } catch (CorruptObjectException e) {
      return Optional.of("the path is not allowed: " + e.getMessage());
    }
  }

  private static boolean isInvisible(int character) {
    return Character.isISOControl(character)
        || Character.getType(character) == Character.FORMAT
        || Character.getType(character) == Character.SURROGATE
        || Character.getType(character) == Character.LINE_SEPARATOR
        || Character.getType(character) == Character.PARAGRAPH_SEPARATOR;
  }
}
