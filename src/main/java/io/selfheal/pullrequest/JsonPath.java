package io.selfheal.pullrequest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Places in JSON that is made of maps and lists, written as {@code source.branch.name} or {@code
 * links.0.href}.
 */
final class JsonPath {
  private static final Pattern BRACES = Pattern.compile("\\{([A-Za-z_.0-9]+)}");

  private JsonPath() {}

  /** What a text such as {@code number=iid, url=web_url} names, and where it stands. */
  static Map<String, String> fields(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String pair : text.split(",")) {
      String[] nameAndPath = pair.strip().split("=", 2);
      if (nameAndPath.length == 2) {
        fields.put(nameAndPath[0].strip(), nameAndPath[1].strip());
      }
    }
    return fields;
  }

  /** The value at the path; null where there is none. */
  static Object get(Object json, String path) {
    Object value = json;
    for (String name : path.split("\\.")) {
      value =
          value instanceof Map<?, ?> map
              ? map.get(name)
              : value instanceof List<?> list && name.matches("\\d{1,4}")
                  ? list.stream().skip(Long.parseLong(name)).findFirst().orElse(null)
                  : null;
    }
    return value;
  }

  /** The text with the values at the paths that stand in it in braces. */
  static String fill(Object json, String text) {
    return BRACES
        .matcher(text)
        .replaceAll(
            place -> {
              Object value = get(json, place.group(1));
              return Matcher.quoteReplacement(value == null ? "" : value.toString());
            });
  }

  /**
   * Puts a value to the path, with objects on the way made. A path such as {@code reviewers[].uuid}
   * makes each item of a list an object of its own.
   */
  @SuppressWarnings("unchecked")
  static void put(Map<String, Object> json, String path, Object value) {
    int dot = path.indexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    if (dot < 0) {
      json.put(name, value);
    } else if (name.endsWith("[]")) {
      List<Object> items = new ArrayList<>();
      for (Object item : (List<Object>) value) {
        Map<String, Object> object = new LinkedHashMap<>();
        put(object, path.substring(dot + 1), item);
        items.add(object);
      }
      json.put(name.substring(0, name.length() - 2), items);
    } else {
      Map<String, Object> inner =
          (Map<String, Object>) json.computeIfAbsent(name, key -> new LinkedHashMap<>());
      put(inner, path.substring(dot + 1), value);
    }
  }
}
