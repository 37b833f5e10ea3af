package io.selfheal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.selfheal.dedup.ErrorRules;
import io.selfheal.dedup.Fingerprint;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.Normalizations;
import io.selfheal.dedup.Normalizations.Normalized;
import io.selfheal.dedup.TraceAssembler;
import io.selfheal.dedup.Verdict;
import io.selfheal.logs.LogEvent;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.Settings;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.LogContext;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.stacktrace.StackTraces;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the errors in a log text and why each has the fingerprint it has. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Prints every error found in log text: language, exception, frames, fingerprint and why.",
      "Touches no network. Exit code 1 if no error was found."
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final String STDIN = "-";

  /** Characters of what was normalised, in text. */
  private static final int SHOWN = 160;

  @Option(
      names = "--event",
      description = "Each file is one log event. Without it each line is one.")
  private boolean event;

  @Option(names = "--json", description = "Print a JSON array.")
  private boolean json;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A properties file with the applications' rules.")
  private Path config;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a key; may be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--app",
      paramLabel = "APP",
      description = "Whose log it is, for its rules. With one application: its.")
  private String app;

  @Parameters(paramLabel = "FILE", description = "Log text; standard input without it, or as -.")
  private List<String> files = new ArrayList<>();

  @Spec private CommandSpec spec;

  private final InputStream in;
  private final Fingerprints fingerprints = new Fingerprints();
  private final StackTraces traces = new StackTraces();
  private ErrorRules rules = ErrorRules.defaults();

  public ExplainCommand() {
    this(System.in);
  }

  ExplainCommand(InputStream in) {
    this.in = in;
  }

  /** An error, with its frames marked as the application wants them. */
  private record Explained(
      String source,
      FoundTrace found,
      StackTrace trace,
      LogContext context,
      Fingerprint fingerprint,
      Optional<String> fingerprintRule,
      Verdict verdict) {
    List<Normalized> normalized() {
      boolean usual = fingerprint.components().stream().anyMatch(one -> one.startsWith("type: "));
      return usual ? Normalizations.of(trace, fingerprint) : List.of();
    }
  }

  @Override
  public Integer call() throws IOException {
    rules = rules();
    List<Explained> all = new ArrayList<>();
    boolean unread = false;
    for (String file : files.isEmpty() ? List.of(STDIN) : files) {
      try {
        all.addAll(explain(file, read(file)));
      } catch (NoSuchFileException e) {
        unread = true;
        spec.commandLine().getErr().println("Cannot read " + file + ": there is no such file");
      } catch (IOException e) {
        unread = true;
        spec.commandLine().getErr().println("Cannot read " + file + ": " + e.getMessage());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(toJson(all));
    } else if (all.isEmpty()) {
      out.println("No error found.");
    } else {
      all.forEach(error -> print(out, error));
    }
    out.flush();
    return all.isEmpty() || unread ? 1 : 0;
  }

  private String read(String file) throws IOException {
    byte[] bytes = file.equals(STDIN) ? in.readAllBytes() : Files.readAllBytes(Path.of(file));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * @throws ConfigurationException when a rule cannot be used, or there is no such application
   */
  private ErrorRules rules() {
    Settings settings = Settings.load(Optional.ofNullable(config), System.getenv(), set);
    Set<String> apps = settings.applicationNames();
    if (app != null && !apps.isEmpty() && !apps.contains(app)) {
      throw new ConfigurationException(
          "--app = " + app + ": there is no such application; use one of " + apps);
    }
    String whose = app != null ? app : apps.size() == 1 ? apps.iterator().next() : null;
    if (whose == null && apps.size() > 1) {
      throw new ConfigurationException(
          "--app is not set: name the application whose log it is, one of " + apps);
    }
    return whose == null ? ErrorRules.defaults() : ErrorRules.of(settings, whose);
  }

  private Explained explained(String source, FoundTrace found) {
    StackTrace trace = rules.marked(found.trace());
    LogContext context = found.context();
    return new Explained(
        source,
        found,
        trace,
        context,
        rules.fingerprint(fingerprints, trace, () -> context),
        rules.fingerprintRule(trace, () -> context),
        rules.verdict(trace, () -> context));
  }

  private List<Explained> explain(String source, String text) {
    List<Explained> explained = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(traces, error -> explained.add(explained(source, error.found())));
    if (event) {
      assembler.add(new LogEvent(null, Instant.EPOCH, text));
    } else {
      text.lines().forEach(line -> assembler.add(new LogEvent(null, Instant.EPOCH, line)));
    }
    assembler.finish();
    return explained;
  }

  private static void print(PrintWriter out, Explained error) {
    FoundTrace found = error.found();
    StackTrace trace = error.trace();
    out.printf("%s, lines %d to %d%n", error.source(), found.firstLine(), found.lastLine());
    out.println("  language     " + trace.language());
    out.println("  exception    " + trace.exceptionType());
    out.println("  message      " + indented(trace.message()));
    print(out, "level", error.context().level());
    print(out, "logger", error.context().logger());
    print(out, "request id", error.context().requestId());
    print(out, "trace id", error.context().traceId());
    if (!trace.complete()) {
      out.println("  complete     no: the trace's end or middle is missing");
    }
    printFrames(out, trace, "  frames       ");
    for (StackTrace cause : trace.causedBy()) {
      out.println("  caused by    " + cause.exceptionType() + ": " + indented(cause.message()));
      printFrames(out, cause, "               ");
    }
    Fingerprint fingerprint = error.fingerprint();
    out.println(
        "  fingerprint  " + fingerprint.value() + " (version " + fingerprint.version() + ")");
    out.println("  because      the md5 of these lines:");
    fingerprint.components().forEach(component -> out.println("                 " + component));
    out.println("               " + reason(error));
    String label = "  normalised   ";
    for (Normalized one : error.normalized()) {
      String to = one.to() == null ? "left out" : "-> " + one.to();
      out.println(label + cut(one.from()));
      out.println("                 " + cut(to) + " (" + one.why() + ")");
      label = "               ";
    }
    Verdict verdict = error.verdict();
    out.println("  verdict      " + word(verdict));
    print(out, "rule", verdict.rule());
    out.println("               " + verdict.why());
    out.println();
  }

  private static void print(PrintWriter out, String label, String value) {
    if (value != null) {
      out.printf("  %-12s %s%n", label, indented(value));
    }
  }

  private static String word(Verdict verdict) {
    return verdict.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }

  private static void printFrames(PrintWriter out, StackTrace trace, String label) {
    String start = label;
    for (Frame frame : trace.frames()) {
      out.print(start);
      out.print(frame.inApp() ? "app      " : "library  ");
      out.print(frame.file() == null ? "?" : frame.file());
      out.print(frame.line() == null ? "" : ":" + frame.line());
      out.println(frame.function() == null ? "" : "  " + frame.function());
      if (frame.source() != null) {
        out.println("                            " + frame.source());
      }
      start = "               ";
    }
    if (trace.frames().isEmpty()) {
      out.println(label + "none");
    }
  }

  private static String reason(Explained error) {
    if (error.fingerprintRule().isPresent()) {
      return "A rule of fingerprint-rules made it: " + error.fingerprintRule().get();
    }
    StackTrace trace = error.trace();
    if (hasMessage(error.fingerprint())
        && trace.frames().isEmpty()
        && trace.causedBy().stream().allMatch(c -> c.frames().isEmpty())) {
      return "There are no frames, so the message counts, with ids, numbers and dates replaced.";
    }
    boolean inApp = trace.frames().stream().anyMatch(Frame::inApp);
    return (inApp
            ? "Library frames are left out"
            : "No frame is the application's own, so all frames count")
        + "; so are "
        + (hasMessage(error.fingerprint()) ? "" : "the message, ")
        + "line numbers, the folder of the deployment and repeats.";
  }

  private static boolean hasMessage(Fingerprint fingerprint) {
    return fingerprint.components().stream().anyMatch(one -> one.startsWith("message: "));
  }

  private static String indented(String text) {
    return text.replace("\n", "\n               ");
  }

  private static String toJson(List<Explained> errors) throws JsonProcessingException {
    List<Map<String, Object>> array = new ArrayList<>();
    Fingerprints fingerprints = new Fingerprints();
    for (Explained error : errors) {
      StackTrace trace = error.trace();
      Map<String, Object> object = errorJson(error, trace, error.fingerprint());
      object.put("fingerprintRule", error.fingerprintRule().orElse(null));
      object.put("normalized", error.normalized());
      object.put("verdict", word(error.verdict()));
      object.put("rule", error.verdict().rule());
      object.put("why", error.verdict().why());
      object.put("level", error.context().level());
      object.put("logger", error.context().logger());
      object.put("requestId", error.context().requestId());
      object.put("traceId", error.context().traceId());
      if (!trace.causedBy().isEmpty()) {
        object.put(
            "causedBy",
            trace.causedBy().stream()
                .map(cause -> errorJson(error, cause, fingerprints.of(cause)))
                .toList());
      }
      array.add(object);
    }
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(array);
  }

  /**
   * An error or one of its causes, which has the lines of the whole error and the fingerprint that
   * it alone would have.
   */
  private static Map<String, Object> errorJson(
      Explained error, StackTrace trace, Fingerprint fingerprint) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("source", error.source());
    object.put("fingerprint", fingerprint.value());
    object.put("fingerprintVersion", fingerprint.version());
    object.putAll(traceJson(trace));
    object.put("components", fingerprint.components());
    object.put("firstLine", error.found().firstLine());
    object.put("lastLine", error.found().lastLine());
    object.put("complete", trace.complete());
    return object;
  }

  private static Map<String, Object> traceJson(StackTrace trace) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("language", trace.language());
    object.put("exceptionType", trace.exceptionType());
    object.put("message", trace.message());
    List<Map<String, Object>> frames = new ArrayList<>();
    for (Frame frame : trace.frames()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("file", frame.file());
      one.put("line", frame.line());
      one.put("function", frame.function());
      one.put("module", frame.module());
      one.put("inApp", frame.inApp());
      frames.add(one);
    }
    object.put("frames", frames);
    return object;
  }
}
