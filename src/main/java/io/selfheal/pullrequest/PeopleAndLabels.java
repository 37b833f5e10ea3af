package io.selfheal.pullrequest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of people and labels, for SCMs that want them in place of names. A name that the SCM does
 * not know is left out with a warning: the pull request is worth more than its labels.
 */
public final class PeopleAndLabels {
  private static final Logger LOG = LoggerFactory.getLogger(PeopleAndLabels.class);

  /** An empty list, to {@link #add} to. */
  public List<Object> none() {
    return new ArrayList<>();
  }

  /**
   * Adds the id of the one that the name stands for.
   *
   * @param answer a list of objects with {@code id} and {@code name} or {@code username}
   */
  public void add(Object answer, String name, List<Object> ids) {
    if (answer instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> fields
            && (name.equals(fields.get("name")) || name.equalsIgnoreCase(user(fields)))) {
          ids.add(fields.get("id"));
          return;
        }
      }
    }
    LOG.warn("The SCM knows no {}; it is left out of the pull request", name);
  }

  private static String user(Map<?, ?> fields) {
    return String.valueOf(fields.get("username"));
  }

  /** The ids of all that the names stand for, in a field of that name. */
  public Map<String, Object> ids(Object answer, List<String> names, String field) {
    List<Object> ids = none();
    names.forEach(name -> add(answer, name, ids));
    return as(ids, field);
  }

  /** The body of a request with this one field. */
  public Map<String, Object> as(List<Object> ids, String field) {
    return Map.of(field, ids);
  }
}
