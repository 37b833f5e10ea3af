package html.nodes;

import java.util.LinkedHashMap;
import java.util.Map;

public final class Attributes {
  private final Map<String, String> values = new LinkedHashMap<>();

  public void put(String name, String value) {
    values.put(name, value);
  }

  /** The value, empty where there is none. */
  public String get(String name) {
    return values.getOrDefault(name, "");
  }

  public int size() {
    return values.size();
  }
}
