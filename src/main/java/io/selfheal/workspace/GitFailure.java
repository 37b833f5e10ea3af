package io.selfheal.workspace;

import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;

/**
 * Why git could not speak with a remote.
 *
 * @param why in the words of git
 * @param kind whether somebody has to change something
 */
public record GitFailure(String why, Kind kind) {
  /** What it takes to mend it. */
  public enum Kind {
    /** The SSH key is none of the repository's. */
    SSH_KEY,
    /** The token is missing, wrong, or has too few rights. */
    TOKEN,
    /** The host key is not among the known ones. */
    HOST_KEY,
    /** There is no such repository, or the key may not see it. */
    NOT_FOUND,
    /** The host was not reached, or had no answer: a later try may succeed. */
    UNREACHABLE
  }

  private static final List<String> OF_THE_KEY = List.of("Cannot log in", "Auth fail");
  private static final List<String> OF_THE_TOKEN =
      List.of("not authorized", "not permitted", "no CredentialsProvider", "403 Forbidden");

  /** What a failure or one of its causes says; empty when git spoke with no remote. */
  public static Optional<GitFailure> of(Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth++ < 20; cause = cause.getCause()) {
      // The API's exception around it says only that the remote is invalid.
      if (cause instanceof TransportException transport) {
        String why = String.valueOf(transport.getMessage());
        return Optional.of(new GitFailure(why, kind(transport, why)));
      }
    }
    return Optional.empty();
  }

  private static Kind kind(TransportException failure, String why) {
    if (OF_THE_KEY.stream().anyMatch(why::contains)) {
      return Kind.SSH_KEY;
    }
    if (why.contains("the host key of ")) {
      return Kind.HOST_KEY;
    }
    if (OF_THE_TOKEN.stream().anyMatch(why::contains)) {
      return Kind.TOKEN;
    }
    return failure instanceof NoRemoteRepositoryException || why.contains("not found")
        ? Kind.NOT_FOUND
        : Kind.UNREACHABLE;
  }
}
