package io.selfheal.issue;

import io.selfheal.stacktrace.LogContext;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Issues for tests. */
public final class Issues {
  public static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  private Issues() {}

  public static Issue seen(String app, String fingerprint, Instant when) {
    return new Issue(
        app,
        fingerprint,
        IssueStatus.NEW,
        "KeyError: 'order_items'",
        "KeyError",
        "KeyError in handler",
        "python",
        1,
        when,
        when,
        "/aws/lambda/create-order",
        "2026/03/01/[$LATEST]0f",
        0,
        null,
        null,
        null,
        0,
        0,
        1,
        when,
        LogContext.NONE,
        null,
        null,
        null,
        PullRequestHistory.NONE,
        0,
        null,
        0);
  }

  /** The issue with other values, as {@code name, value, name, value, …}. */
  public static Issue with(Issue issue, Object... changes) {
    Map<String, Object> values = new LinkedHashMap<>();
    List<RecordComponent> components = List.of(Issue.class.getRecordComponents());
    try {
      for (RecordComponent component : components) {
        values.put(component.getName(), component.getAccessor().invoke(issue));
      }
      for (int i = 0; i < changes.length; i += 2) {
        if (!values.containsKey(changes[i])) {
          throw new IllegalArgumentException("An issue has no " + changes[i]);
        }
        values.put((String) changes[i], changes[i + 1]);
      }
      return Issue.class
          .getDeclaredConstructor(
              components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(values.values().toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Another state of an issue. */
  public static Issue like(
      Issue issue, IssueStatus status, String pullRequestUrl, PullRequestHistory history) {
    return with(issue, "status", status, "pullRequestUrl", pullRequestUrl, "history", history);
  }
}
