package io.selfheal.dedup;

import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One {@code what:pattern} of a rule.
 *
 * @param not whether it holds where the pattern does not match
 */
record Condition(What what, boolean not, Glob pattern) {
  /** What a pattern is compared with. */
  enum What {
    /** The error's type as printed, or what stands behind its last {@code .}, {@code ::}, … */
    TYPE,
    /** The same of any error that it was caused by. */
    CAUSE,
    /** The whole message, without the type. */
    MESSAGE,
    /** The file of any frame, or what stands behind any of its slashes. */
    PATH,
    /** Any frame's function as printed, or what stands behind its last {@code .}, {@code ::}, … */
    FUNCTION,
    /** The logger's name. */
    LOGGER,
    /** The record's level. */
    LEVEL,
    /** Such as {@code python}. */
    LANGUAGE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  boolean holds(StackTrace trace, Supplier<LogContext> context) {
    return not != matches(trace, context);
  }

  private boolean matches(StackTrace trace, Supplier<LogContext> context) {
    return switch (what) {
      case TYPE -> named(trace.exceptionType());
      case CAUSE -> trace.causedBy().stream().anyMatch(cause -> named(cause.exceptionType()));
      case MESSAGE -> pattern.matches(trace.message());
      case PATH -> anyFrame(trace, frame -> frame.file() != null && below(frame.file()));
      case FUNCTION ->
          anyFrame(trace, frame -> frame.function() != null && named(frame.function()));
      case LOGGER -> said(context.get().logger());
      case LEVEL -> said(context.get().level());
      case LANGUAGE -> pattern.matches(trace.language());
    };
  }

  private static boolean anyFrame(StackTrace trace, Predicate<Frame> test) {
    return trace.frames().stream().anyMatch(test)
        || trace.causedBy().stream().anyMatch(cause -> cause.frames().stream().anyMatch(test));
  }

  private boolean said(String value) {
    return value != null && pattern.matches(value);
  }

  private boolean named(String name) {
    int last = name.length() - 1;
    while (last >= 0 && ".:\\#/$".indexOf(name.charAt(last)) < 0) {
      last--;
    }
    return pattern.matches(name) || last >= 0 && pattern.matches(name.substring(last + 1));
  }

  private boolean below(String file) {
    String path = file.replace('\\', '/');
    if (pattern.matches(path)) {
      return true;
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (pattern.matches(path.substring(slash + 1))) {
        return true;
      }
    }
    return false;
  }
}
