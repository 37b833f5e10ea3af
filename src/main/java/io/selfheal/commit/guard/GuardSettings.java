package io.selfheal.commit.guard;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys {@code selfheal.heal.guards}, {@code selfheal.apps.<app>.guards}, {@code
 * selfheal.heal.max-files} and {@code selfheal.heal.max-changed-lines}.
 *
 * @param guards names of the rules that hold for every application that has none of its own
 * @param byApplication names of the rules of single applications
 * @param maxFiles how many files a change may touch
 * @param maxChangedLines how many lines it may add and remove, all files together
 */
public record GuardSettings(
    Set<String> guards, Map<String, Set<String>> byApplication, int maxFiles, int maxChangedLines) {
  private static final String KEY = "selfheal.heal.guards";

  /**
   * @throws ConfigurationException when a rule's name is unknown
   */
  public static GuardSettings of(Settings settings) {
    Map<String, Set<String>> byApplication = new TreeMap<>();
    for (String app : settings.applications().keySet()) {
      String prefix = "selfheal.apps." + app + ".";
      String key = prefix + "guards";
      if (settings.optional(key).isPresent()) {
        byApplication.put(app, chosen(key, settings.list(key)));
      }
    }
    return new GuardSettings(
        chosen(KEY, settings.list(KEY)),
        byApplication,
        settings.number("selfheal.heal.max-files", 1, 10_000),
        settings.number("selfheal.heal.max-changed-lines", 1, 1_000_000));
  }

  /** The rules that hold for an application. */
  Set<String> of(String app) {
    return byApplication.getOrDefault(app, guards);
  }

  /** Reads a list of names, {@code all}, {@code none}, and names to leave out: {@code -name}. */
  private static Set<String> chosen(String key, List<String> items) {
    Set<String> known = new TreeSet<>(DiffGuard.RULES);
    boolean onlyLeavesOut = items.stream().allMatch(item -> item.startsWith("-"));
    Set<String> chosen = new TreeSet<>(onlyLeavesOut ? known : Set.of());
    for (String item : items) {
      String name = item.startsWith("-") ? item.substring(1).strip() : item;
      if (item.equals("all")) {
        chosen.addAll(known);
      } else if (!known.contains(name) && !item.equals("none")) {
        throw new ConfigurationException(
            key,
            item,
            "there is no such guard; use all, none, or names of "
                + String.join(", ", known)
                + ", with a - before those to leave out");
      } else if (item.startsWith("-")) {
        chosen.remove(name);
      } else if (!item.equals("none")) {
        chosen.add(name);
      }
    }
    return Set.copyOf(chosen);
  }
}
