package io.selfheal.doctor;

import io.selfheal.settings.Secret;
import java.util.Map;
import java.util.TreeMap;

/** Whether what settings refer to, in Parameter Store or the environment, can be read. */
public final class ParametersCheck {
  private final Map<String, Secret> secrets;

  /**
   * @param secrets the keys whose values are placeholders
   */
  public ParametersCheck(Map<String, Secret> secrets) {
    this.secrets = new TreeMap<>(secrets);
  }

  public Finding look() {
    if (secrets.isEmpty()) {
      return Finding.ok("no setting refers to a parameter");
    }
    for (Map.Entry<String, Secret> entry : secrets.entrySet()) {
      if (entry.getValue().reveal().isEmpty()) {
        return Finding.fail(
            entry.getKey() + " refers to a parameter that is empty", "put the value there");
      }
    }
    return Finding.ok("readable: " + String.join(", ", secrets.keySet()));
  }
}
