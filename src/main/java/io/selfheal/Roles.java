package io.selfheal;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which groups of routes run in this process ({@code selfheal.roles}). */
enum Roles {
  RECEIVE("01-receive-logs/receive-logs"),
  DEDUP("02-deduplicate-errors"),
  QUEUE("03-queue-repairs"),
  HEAL(
      "04-enrich-prompt",
      "05-call-model/call-model",
      "06-commit-fix",
      "07-call-scm",
      "07-open-pull-request/open-pull-request"),
  FOLLOW_UP("07-call-scm", "07-open-pull-request/open-pull-request", "08-follow-up");

  private static final String KEY = "selfheal.roles";

  private final List<String> routeFiles;

  Roles(String... routeFiles) {
    this.routeFiles = List.of(routeFiles);
  }

  /** The files that this group needs whatever else is set. */
  List<String> routeFiles() {
    return routeFiles;
  }

  /** As the key has it. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws ConfigurationException for an unknown role, none, or one of receive and dedup without
   *     the other
   */
  static Set<Roles> of(Settings settings) {
    Set<Roles> roles = EnumSet.noneOf(Roles.class);
    String known = Stream.of(values()).map(Roles::key).collect(Collectors.joining(", "));
    for (String name : settings.list(KEY)) {
      roles.add(
          Stream.of(values())
              .filter(role -> role.key().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConfigurationException(
                          KEY, name, "it is unknown; use some of " + known)));
    }
    if (roles.isEmpty()) {
      throw new ConfigurationException(KEY, "", "name at least one of " + known);
    }
    if (roles.contains(RECEIVE) != roles.contains(DEDUP)) {
      throw new ConfigurationException(
          KEY,
          String.join(",", settings.list(KEY)),
          "receive and dedup run in one process, as a source acknowledges what dedup has stored: name both or none");
    }
    return roles;
  }
}
