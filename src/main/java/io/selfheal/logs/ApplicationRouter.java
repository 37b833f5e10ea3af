package io.selfheal.logs;

import io.selfheal.camel.cwlogs.LogGroupPattern;
import io.selfheal.settings.Application;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whose logs a delivery holds.
 *
 * <p>Where the patterns of several applications match a log group, the one that pins down most
 * characters wins, then the order of the configuration. An application without patterns owns every
 * log group if it is the only one, and none otherwise.
 *
 * <p>Log groups that are left out belong to nobody: what comes of them is acknowledged and not
 * read.
 */
public final class ApplicationRouter {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationRouter.class);
  private static final int MOST_TOLD = 1000;

  private final Set<String> names = new LinkedHashSet<>();
  private final List<Owner> owners = new ArrayList<>();
  private final List<LogGroupPattern> leftOut;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** For applications whose every log group may be read. */
  public ApplicationRouter(List<Application> applications) {
    this(applications, List.of());
  }

  /**
   * @param leftOut log groups that are not read, {@code *} allowed; one that an application names
   *     in full is read all the same
   */
  public ApplicationRouter(List<Application> applications, List<String> leftOut) {
    this.leftOut = leftOut.stream().map(LogGroupPattern::new).toList();
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
    return find(logGroup)
        .orElseThrow(
            () ->
                new IntakeException(
                    404,
                    "log group "
                        + logGroup
                        + " belongs to no application: name it in selfheal.apps.<app>.log-groups"));
  }

  /** The application that the log group belongs to, if there is one. */
  public Optional<String> find(String logGroup) {
    for (Owner owner : owners) {
      if (owner.pattern().matches(logGroup)) {
        return Optional.of(owner.app());
      }
    }
    return Optional.empty();
  }

  /** Whether an application has this name. */
  public boolean knows(String name) {
    return names.contains(name);
  }

  /**
   * Whether the log group is not to be read, such as the one with this program's own log. The log
   * tells once for each.
   */
  public boolean leavesOut(String logGroup) {
    if (leftOut.stream().noneMatch(pattern -> pattern.matches(logGroup))
        || owners.stream()
            .anyMatch(owner -> owner.pattern().isExact() && owner.pattern().matches(logGroup))) {
      return false;
    }
    if (told.size() < MOST_TOLD && told.add(logGroup)) {
      LOG.info(
          "Log group {} is left out (selfheal.cloudwatch.exclude-log-groups): what comes of it is not read",
          logGroup.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?"));
    }
    return true;
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
