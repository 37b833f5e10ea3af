package io.selfheal.logs;

import io.selfheal.camel.cwlogs.LogGroupPattern;
import io.selfheal.settings.Application;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out whose logs a delivery holds.
 *
 * <p>Where the patterns of several applications match a log group, the one that pins down most
 * characters wins, then the order of the configuration. An application without patterns owns every
 * log group if it is the only one, and none otherwise.
 */
public final class ApplicationRouter {
  private final Set<String> names = new LinkedHashSet<>();
  private final List<Owner> owners = new ArrayList<>();

  public ApplicationRouter(List<Application> applications) {
    for (Application application : applications) {
      names.add(application.name());
      for (String pattern : application.logGroups()) {
        owners.add(new Owner(new LogGroupPattern(pattern), application.name()));
      }
    }
    if (owners.isEmpty() && names.size() == 1) {
      owners.add(new Owner(new LogGroupPattern("*"), names.iterator().next()));
    }
    owners.sort(
        Comparator.comparing((Owner owner) -> !owner.pattern().isExact())
            .thenComparing(owner -> -owner.pattern().literalLength()));
  }

  /**
   * @throws IntakeException 404 if no application has this name
   */
  public String byName(String name) {
    if (!names.contains(name)) {
      throw new IntakeException(404, "unknown application " + name);
    }
    return name;
  }

  /**
   * @throws IntakeException 404 if the log group belongs to no application
   */
  public String byLogGroup(String logGroup) {
    for (Owner owner : owners) {
      if (owner.pattern().matches(logGroup)) {
        return owner.app();
      }
    }
    throw new IntakeException(
        404,
        "log group "
            + logGroup
            + " belongs to no application: name it in selfheal.apps.<app>.log-groups");
  }

  /** Whether there is one application only. */
  public boolean isSingle() {
    return names.size() == 1;
  }

  /**
   * The log groups of all applications as configured; {@code *} where one application owns every
   * group.
   */
  public List<String> logGroupPatterns() {
    return owners.stream().map(owner -> owner.pattern().text()).distinct().toList();
  }

  /**
   * The one application there is.
   *
   * @throws IntakeException 400 if there are several
   */
  public String only() {
    if (!isSingle()) {
      throw new IntakeException(
          400,
          "several applications are configured: say whose logs these are in the header SelfhealApp");
    }
    return names.iterator().next();
  }

  private record Owner(LogGroupPattern pattern, String app) {}
}
