package io.selfheal.model;

/**
 * The model refused the request in a way that another try does not mend. The message says what to
 * change.
 */
public class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
