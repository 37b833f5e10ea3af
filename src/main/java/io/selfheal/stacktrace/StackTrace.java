package io.selfheal.stacktrace;

import java.util.List;

/**
 * An error as a program printed it.
 *
 * @param language lower case, e.g. {@code python}
 * @param exceptionType as printed, module-qualified where it is printed so
 * @param message the exception's message, without its type; empty when there is none
 * @param frames outermost call first, whatever order the language prints
 * @param causedBy chained exceptions, outermost first: the direct cause, then its cause, …
 * @param complete whether the trace was seen to its end
 */
public record StackTrace(
    String language,
    String exceptionType,
    String message,
    List<Frame> frames,
    List<StackTrace> causedBy,
    boolean complete) {
  public StackTrace {
    frames = List.copyOf(frames);
    causedBy = List.copyOf(causedBy);
  }
}
