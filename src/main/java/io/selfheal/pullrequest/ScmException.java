package io.selfheal.pullrequest;

/**
 * The SCM refused the request in a way that another try does not mend. The message says what to
 * change.
 */
public class ScmException extends RuntimeException {
  public ScmException(String message) {
    super(message);
  }
}
