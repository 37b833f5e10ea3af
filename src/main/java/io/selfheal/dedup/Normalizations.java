package io.selfheal.dedup;

import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Tells people what of an error did not count for its usual fingerprint, or counted in another
 * form. It takes the same steps as {@link Fingerprints}.
 */
public final class Normalizations {
  /**
   * Something that was logged and what became of it.
   *
   * @param to the component or the part of it; null where it does not count at all
   * @param why what was taken away, or why it does not count
   */
  public record Normalized(String from, String to, String why) {}

  private final List<Normalized> all = new ArrayList<>();
  private final Fingerprint fingerprint;

  private Normalizations(Fingerprint fingerprint) {
    this.fingerprint = fingerprint;
  }

  /**
   * What was taken away on the way from the error to the fingerprint, in the order of the trace.
   *
   * @param trace as marked for its application
   */
  public static List<Normalized> of(StackTrace trace, Fingerprint fingerprint) {
    Normalizations normalizations = new Normalizations(fingerprint);
    StackTrace error = Fingerprints.withoutBareWrapper(trace);
    if (error != trace) {
      normalizations.note(trace.exceptionType(), null, "it only carries what it was caused by");
    }
    normalizations.add(error, "");
    StackTrace outer = error;
    for (StackTrace cause : error.causedBy()) {
      if (Fingerprints.isToldByWrapper(cause, outer)) {
        normalizations.note(
            "caused by " + cause.exceptionType(),
            null,
            "it never left the function that wrapped it, and not every log prints such causes");
      } else {
        normalizations.add(cause, "caused by ");
        outer = cause;
      }
    }
    normalizations.addMessages(trace);
    return List.copyOf(normalizations.all);
  }

  private void add(StackTrace trace, String role) {
    String printed = trace.exceptionType();
    String type = Fingerprints.simpleName(trace.language(), printed);
    if (!type.equals(printed) && counts(role + "type: " + type)) {
      note(printed, type, "the type's module or wrapper");
    }
    boolean inApp = trace.frames().stream().anyMatch(Frame::inApp);
    boolean syntax = fingerprint.components().stream().anyMatch(c -> c.startsWith(role + "file: "));
    List<Frame> chosen =
        trace.frames().stream().filter(frame -> frame.inApp() || !inApp && !syntax).toList();
    List<Frame> counted =
        Fingerprints.withoutEntryPoint(
            trace.language(), Fingerprints.own(trace.language(), chosen));
    boolean recursion = Fingerprints.isRecursion(type, trace.message());
    String root = recursion ? "" : Fingerprints.commonFolder(counted);
    for (Frame frame : trace.frames()) {
      Frame as = counted.contains(frame) ? frame : around(counted, frame);
      String from = printed(frame);
      if (!chosen.contains(frame)) {
        note(from, null, syntax && !inApp ? "a syntax error is in its file" : "library frame");
      } else if (isComprehension(frame) && !counted.contains(frame)) {
        note(from, null, "a comprehension runs in the frame around it in newer versions");
      } else if (as == null && counted.stream().anyMatch(other -> isSamePlace(frame, other))) {
        note(from, null, "a method of the runtime, printed at its caller's place");
      } else if (as == null) {
        note(from, null, "where the program starts");
      } else {
        String to = Fingerprints.describe(trace.language(), as, root);
        if (counts(role + "frame: " + to)) {
          counted(trace.language(), as, from, to);
        } else {
          note(
              from,
              null,
              syntax ? "a syntax error is in its file" : "how a recursion began does not count");
        }
      }
    }
  }

  /** The frame that counts for one whose line a comprehension inside it has replaced. */
  private static Frame around(List<Frame> counted, Frame frame) {
    for (Frame other : counted) {
      if (frame.file() != null
          && frame.file().equals(other.file())
          && Objects.equals(frame.function(), other.function())) {
        return other;
      }
    }
    return null;
  }

  private static boolean isSamePlace(Frame frame, Frame other) {
    return Objects.equals(frame.file(), other.file()) && Objects.equals(frame.line(), other.line());
  }

  private void counted(String language, Frame frame, String from, String to) {
    Set<String> why = new LinkedHashSet<>();
    if (frame.line() != null) {
      why.add("line number");
    }
    if (frame.file() != null) {
      String name = frame.file().replace('\\', '/');
      if (!to.contains(name)) {
        String place = name.substring(name.lastIndexOf('/') + 1);
        why.add(
            FunctionName.isQualified(language) && frame.function() != null
                ? "the function tells the file"
                : to.contains(place)
                    ? "folder of the deployment"
                    : "content hash in the file's name");
      }
    }
    if (frame.function() != null) {
      String function = FunctionName.of(language, frame.function());
      if (!function.equals(frame.function())) {
        why.add(
            function.isEmpty()
                ? "anonymous function"
                : "generated or version-dependent part of " + frame.function());
      }
    }
    if (frame.source() != null && !to.contains(" | ")) {
      why.add("source line that is only part of a statement");
    }
    if (!why.isEmpty()) {
      note(from, to, String.join("; ", why));
    }
  }

  private void addMessages(StackTrace trace) {
    int last = fingerprint.components().size() - 1;
    String component = last < 0 ? "" : fingerprint.components().get(last);
    if (component.startsWith(Fingerprints.MESSAGE)) {
      String pattern = component.substring(Fingerprints.MESSAGE.length());
      if (!pattern.equals(trace.message())) {
        note(trace.message(), pattern, "ids, numbers, dates and values of the message");
      }
    } else if (!trace.message().isEmpty()) {
      note(trace.message(), null, "the message does not count where there are frames");
    }
    for (StackTrace cause : trace.causedBy()) {
      if (!cause.message().isEmpty()) {
        note(cause.message(), null, "the messages of causes do not count");
      }
    }
  }

  private boolean counts(String component) {
    return fingerprint.components().contains(component);
  }

  private void note(String from, String to, String why) {
    all.add(new Normalized(from, to, why));
  }

  private static boolean isComprehension(Frame frame) {
    return frame.function() != null && frame.function().endsWith("comp>");
  }

  private static String printed(Frame frame) {
    String place =
        (frame.file() == null ? "" : frame.file())
            + (frame.line() == null ? "" : ":" + frame.line());
    if (frame.function() == null) {
      return place.isEmpty() ? "?" : place;
    }
    return place.isEmpty() ? frame.function() : place + " in " + frame.function();
  }
}
