package io.selfheal.workspace;

/**
 * A repository that cannot be reached or used now. The message names the repository and what to do.
 */
public class WorkspaceException extends RuntimeException {
  public WorkspaceException(String message, Throwable cause) {
    super(message, cause);
  }

  public WorkspaceException(String message) {
    super(message);
  }
}
