package io.selfheal.commit;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The keys {@code selfheal.verify.sandbox}, {@code selfheal.verify.memory} and {@code
 * selfheal.verify.mounts}.
 *
 * @param memoryBytes what a command and all that it started may have in memory together
 * @param mounts files and directories that can be read in the sandbox besides the system's
 */
public record SandboxSettings(Mode mode, long memoryBytes, List<Path> mounts) {
  private static final String KEY = "selfheal.verify.sandbox";
  private static final String MEMORY = "selfheal.verify.memory";
  private static final String MOUNTS = "selfheal.verify.mounts";

  /** Which sandbox is wanted. */
  public enum Mode {
    /** Bubblewrap where it works, else none. */
    AUTO,
    /** Bubblewrap, or no command is run. */
    BUBBLEWRAP,
    /** A plain process. */
    NONE
  }

  public SandboxSettings {
    mounts = List.copyOf(mounts);
  }

  /**
   * @throws ConfigurationException when a value cannot be read, or a path does not exist
   */
  public static SandboxSettings of(Settings settings) {
    String mode = settings.text(KEY);
    Mode chosen;
    try {
      chosen = Mode.valueOf(mode.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(KEY, mode, "use one of auto, bubblewrap, none");
    }
    Path home = Path.of(System.getProperty("user.home"));
    List<Path> mounts = new ArrayList<>();
    for (String item : settings.list(MOUNTS)) {
      Path path = item.startsWith("~/") ? home.resolve(item.substring(2)) : Path.of(item);
      if (!path.isAbsolute() || !Files.exists(path)) {
        throw new ConfigurationException(
            MOUNTS, item, "there is no such file or directory; write whole paths, or ~/…");
      }
      if (home.startsWith(path.normalize())) {
        throw new ConfigurationException(
            MOUNTS,
            item,
            "this would show the home directory with its secrets; name what is needed of it");
      }
      mounts.add(path.normalize());
    }
    return new SandboxSettings(chosen, bytes(settings.text(MEMORY)), mounts);
  }

  private static long bytes(String value) {
    if (value.matches("[1-9][0-9]{0,6}[kmgKMG]")) {
      long number = Long.parseLong(value.substring(0, value.length() - 1));
      return switch (Character.toLowerCase(value.charAt(value.length() - 1))) {
        case 'k' -> number << 10;
        case 'm' -> number << 20;
        default -> number << 30;
      };
    }
    throw new ConfigurationException(MEMORY, value, "write a size such as 512m or 4g");
  }
}
