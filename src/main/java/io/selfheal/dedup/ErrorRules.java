package io.selfheal.dedup;

import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one application wants of its errors: which frames are its own, what its fingerprints are
 * made of, what is ignored and what is reported without a repair. Immutable and thread-safe.
 *
 * <p>An ignored error is neither stored nor counted: nobody wants to read of it, it must not cost a
 * write, and it is new when the rule is gone. An error of the environment is stored and counted, as
 * people should know of it.
 */
public final class ErrorRules {
  private static final String TYPE = "{type}";
  private static final String MESSAGE = "{message}";
  private static final String FUNCTION = "{function}";
  private static final String PATH = "{path}";
  private static final String LOGGER = "{logger}";
  private static final String DEFAULT = "{default}";
  private static final List<String> SLOTS = List.of(TYPE, MESSAGE, FUNCTION, PATH, LOGGER, DEFAULT);

  private final String prefix;
  private final Marks marks;
  private final Optional<Boolean> message;
  private final List<ErrorRule> grouping;
  private final List<ErrorRule> ignore;
  private final EnvironmentErrors environment;

  private ErrorRules(
      String prefix,
      Marks marks,
      Optional<Boolean> message,
      List<ErrorRule> grouping,
      List<ErrorRule> ignore,
      EnvironmentErrors environment) {
    this.prefix = prefix;
    this.marks = marks;
    this.message = message;
    this.grouping = grouping;
    this.ignore = ignore;
    this.environment = environment;
  }

  /** The rules of an application that has said nothing. */
  public static ErrorRules defaults() {
    return new ErrorRules(
        "selfheal.apps.<app>.",
        new Marks(List.of(), List.of()),
        Optional.empty(),
        List.of(),
        List.of(),
        EnvironmentErrors.builtIn());
  }

  /**
   * The rules of the application, from the keys below {@code selfheal.apps.<app>.}
   *
   * @throws ConfigurationException naming the key, the rule and what to do
   */
  public static ErrorRules of(Settings settings, String app) {
    String prefix = "selfheal.apps." + app + ".";
    List<String> inApp = settings.list(prefix + "in-app");
    List<String> notInApp = settings.list(prefix + "not-in-app");
    for (String place : inApp) {
      if (notInApp.contains(place)) {
        throw new ConfigurationException(
            prefix + "in-app",
            place,
            "it also stands in " + prefix + "not-in-app; take it out of one of them");
      }
    }
    String message = prefix + "fingerprint-message";
    String environment = prefix + "environment-errors";
    boolean builtIn = settings.optional(environment).isEmpty() || settings.flag(environment);
    String own = prefix + "environment-rules";
    String ignore = prefix + "ignore";
    return new ErrorRules(
        prefix,
        new Marks(inApp, notInApp),
        settings.optional(message).map(set -> settings.flag(message)),
        grouping(prefix + "fingerprint-rules", settings),
        ErrorRule.parse(ignore, settings.optional(ignore).orElse(""), false),
        (builtIn ? EnvironmentErrors.builtIn() : EnvironmentErrors.none())
            .with(EnvironmentErrors.parse(own, settings.optional(own).orElse(""))));
  }

  /** The rules of each of the applications; an application not among them has the defaults. */
  public static Function<String, ErrorRules> of(Settings settings, Collection<String> apps) {
    Map<String, ErrorRules> rules = new HashMap<>();
    apps.forEach(app -> rules.put(app, of(settings, app)));
    ErrorRules defaults = defaults();
    return app -> rules.getOrDefault(app, defaults);
  }

  private static List<ErrorRule> grouping(String key, Settings settings) {
    List<ErrorRule> rules = ErrorRule.parse(key, settings.optional(key).orElse(""), true);
    for (ErrorRule rule : rules) {
      for (String word : rule.outcome()) {
        String rest = word;
        for (String slot : SLOTS) {
          rest = slot.equals(DEFAULT) && !word.equals(DEFAULT) ? rest : rest.replace(slot, "");
        }
        if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
          throw new ConfigurationException(
              key,
              rule.text(),
              "'"
                  + word
                  + "' has braces; known are "
                  + String.join(" ", SLOTS)
                  + ", the last as a word of its own");
        }
      }
    }
    return rules;
  }

  /** The error with its frames marked as this application wants them. */
  public StackTrace marked(StackTrace trace) {
    return marks.isEmpty() ? trace : marks.mark(trace);
  }

  /**
   * The fingerprint of an error that {@link #marked} has returned.
   *
   * @param context asked for only where a rule needs it
   */
  public Fingerprint fingerprint(
      Fingerprints fingerprints, StackTrace trace, Supplier<LogContext> context) {
    if (grouping.isEmpty() && message.isEmpty()) {
      return fingerprints.of(trace);
    }
    Optional<ErrorRule> rule = first(grouping, trace, context);
    if (rule.isPresent()) {
      return Fingerprint.of(components(rule.get(), fingerprints, trace, context));
    }
    return Fingerprint.of(usual(fingerprints, trace));
  }

  private List<String> usual(Fingerprints fingerprints, StackTrace trace) {
    List<String> components = new ArrayList<>(fingerprints.of(trace).components());
    int last = components.size() - 1;
    boolean has = components.get(last).startsWith(Fingerprints.MESSAGE);
    if (has && !message.orElse(true)) {
      components.remove(last);
    } else if (!has && message.orElse(false)) {
      components.add(Fingerprints.MESSAGE + MessagePattern.of(trace.message()));
    }
    return components;
  }

  private List<String> components(
      ErrorRule rule, Fingerprints fingerprints, StackTrace trace, Supplier<LogContext> context) {
    List<String> components = new ArrayList<>();
    for (String word : rule.outcome()) {
      if (word.equals(DEFAULT)) {
        components.addAll(usual(fingerprints, trace));
      } else {
        components.add("rule: " + filled(word, trace, context));
      }
    }
    return components;
  }

  private static String filled(String word, StackTrace trace, Supplier<LogContext> context) {
    if (word.indexOf('{') < 0) {
      return word;
    }
    Frame frame = innermost(trace);
    StringBuilder text = new StringBuilder();
    int from = 0;
    // One pass, so that what is filled in is never taken for a slot.
    for (int open = word.indexOf('{'); open >= 0; open = word.indexOf('{', from)) {
      int close = word.indexOf('}', open) + 1;
      text.append(word, from, open);
      String value =
          switch (word.substring(open, close)) {
            case TYPE -> Fingerprints.simpleName(trace.language(), trace.exceptionType());
            case MESSAGE -> MessagePattern.of(trace.message());
            case FUNCTION ->
                frame == null || frame.function() == null
                    ? ""
                    : FunctionName.of(trace.language(), frame.function());
            case PATH -> frame == null || frame.file() == null ? "" : Fingerprints.place(frame, "");
            default -> context.get().logger();
          };
      text.append(value == null ? "" : value);
      from = close;
    }
    return text.append(word.substring(from)).toString();
  }

  /** The application's innermost frame, or the innermost of all where it has none. */
  private static Frame innermost(StackTrace trace) {
    List<Frame> frames = trace.frames();
    for (int i = frames.size() - 1; i >= 0; i--) {
      if (frames.get(i).inApp()) {
        return frames.get(i);
      }
    }
    return frames.isEmpty() ? null : frames.get(frames.size() - 1);
  }

  /** The rule that made the fingerprint, as it was written. */
  public Optional<String> fingerprintRule(StackTrace trace, Supplier<LogContext> context) {
    return first(grouping, trace, context).map(ErrorRule::text);
  }

  /** Whether the message counts though there are frames, or does not though there are none. */
  public Optional<Boolean> fingerprintMessage() {
    return message;
  }

  /**
   * Whether all that these rules say of an error with the fingerprint of its stored issue follows
   * from its types and frames, so that repeats need not be read.
   */
  boolean goByTraceOnly() {
    return grouping.isEmpty() && message.isEmpty() && ignore.isEmpty();
  }

  /** Whether the error is neither to be stored nor to be counted; cheap without such rules. */
  public boolean ignores(StackTrace trace, Supplier<LogContext> context) {
    return !ignore.isEmpty() && first(ignore, trace, context).isPresent();
  }

  /** What becomes of an error that {@link #marked} has returned. */
  public Verdict verdict(StackTrace trace, Supplier<LogContext> context) {
    Optional<ErrorRule> ignored = first(ignore, trace, context);
    if (ignored.isPresent()) {
      return new Verdict(
          Verdict.Kind.IGNORED,
          ignored.get().text(),
          "A rule of " + prefix + "ignore matches; the error is neither stored nor counted.");
    }
    return environment
        .find(trace, context)
        .map(
            found ->
                new Verdict(
                    Verdict.Kind.ENVIRONMENT,
                    found.name(),
                    "The error comes from the environment (rule "
                        + found.name()
                        + "), so no model was asked. "
                        + found.advice()
                        + " If the code is to blame after all, 'issues retry' sends it on; "
                        + prefix
                        + "environment-errors=false switches these rules off."))
        .orElseGet(
            () ->
                new Verdict(
                    Verdict.Kind.REPAIR,
                    null,
                    "No rule says that it is ignored or comes from the environment."));
  }

  private static Optional<ErrorRule> first(
      List<ErrorRule> rules, StackTrace trace, Supplier<LogContext> context) {
    for (ErrorRule rule : rules) {
      if (rule.matches(trace, context)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** Beginnings of packages, modules and paths; the longest that fits a frame decides. */
  private record Marks(List<String> inApp, List<String> notInApp) {
    boolean isEmpty() {
      return inApp.isEmpty() && notInApp.isEmpty();
    }

    StackTrace mark(StackTrace trace) {
      List<Frame> frames = new ArrayList<>(trace.frames().size());
      for (Frame frame : trace.frames()) {
        frames.add(mark(frame));
      }
      return new StackTrace(
          trace.language(),
          trace.exceptionType(),
          trace.message(),
          frames,
          trace.causedBy().stream().map(this::mark).toList(),
          trace.complete());
    }

    private Frame mark(Frame frame) {
      int own = longest(inApp, frame);
      int others = longest(notInApp, frame);
      boolean marked = own == others ? frame.inApp() : own > others;
      return marked == frame.inApp()
          ? frame
          : new Frame(
              frame.file(), frame.line(), frame.function(), frame.module(), marked, frame.source());
    }

    private static int longest(List<String> places, Frame frame) {
      int longest = 0;
      for (String place : places) {
        if (place.length() > longest
            && (begins(frame.function(), place)
                || begins(frame.module(), place)
                || isIn(frame.file(), place))) {
          longest = place.length();
        }
      }
      return longest;
    }

    private static boolean isIn(String file, String place) {
      if (file == null) {
        return false;
      }
      String path = file.replace('\\', '/');
      if (begins(path, place)) {
        return true;
      }
      for (int at = path.indexOf('/' + place); at >= 0; at = path.indexOf('/' + place, at + 1)) {
        if (begins(path.substring(at + 1), place)) {
          return true;
        }
      }
      return false;
    }

    /** {@code com.acme} begins {@code com.acme.Order}, not {@code com.acmecorp.Order}. */
    private static boolean begins(String text, String place) {
      return text != null
          && text.startsWith(place)
          && (text.length() == place.length()
              || !Character.isLetterOrDigit(place.charAt(place.length() - 1))
              || !Character.isJavaIdentifierPart(text.charAt(place.length())));
    }
  }
}
