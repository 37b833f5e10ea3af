package io.selfheal.settings;

/** A setting that cannot be used. The message names the key, the value and what to do. */
public class ConfigurationException extends RuntimeException {
  public ConfigurationException(String key, String value, String whatToDo) {
    super(key + (value.isEmpty() ? " is not set: " : " = " + value + ": ") + whatToDo);
  }

  public ConfigurationException(String message) {
    super(message);
  }
}
