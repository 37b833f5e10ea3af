package io.selfheal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.selfheal.dedup.Fingerprint;
import io.selfheal.dedup.Fingerprints;
import io.selfheal.dedup.TraceAssembler;
import io.selfheal.logs.LogEvent;
import io.selfheal.stacktrace.FoundTrace;
import io.selfheal.stacktrace.Frame;
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
import java.util.Map;
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

  @Option(
      names = "--event",
      description = "Each file is one log event. Without it each line is one.")
  private boolean event;

  @Option(names = "--json", description = "Print a JSON array.")
  private boolean json;

  @Parameters(paramLabel = "FILE", description = "Log text; standard input without it, or as -.")
  private List<String> files = new ArrayList<>();

  @Spec private CommandSpec spec;

  private final InputStream in;
  private final Fingerprints fingerprints = new Fingerprints();
  private final StackTraces traces = new StackTraces();

  public ExplainCommand() {
    this(System.in);
  }

  ExplainCommand(InputStream in) {
    this.in = in;
  }

  private record Explained(String source, FoundTrace found, Fingerprint fingerprint) {}

  @Override
  public Integer call() throws IOException {
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

  private List<Explained> explain(String source, String text) {
    List<Explained> explained = new ArrayList<>();
    TraceAssembler assembler =
        new TraceAssembler(
            traces,
            error ->
                explained.add(
                    new Explained(source, error.found(), fingerprints.of(error.found().trace()))));
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
    StackTrace trace = found.trace();
    out.printf("%s, lines %d to %d%n", error.source(), found.firstLine(), found.lastLine());
    out.println("  language     " + trace.language());
    out.println("  exception    " + trace.exceptionType());
    out.println("  message      " + indented(trace.message()));
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
    out.println("               " + reason(trace));
    out.println();
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

  private static String reason(StackTrace trace) {
    if (trace.frames().isEmpty() && trace.causedBy().stream().allMatch(c -> c.frames().isEmpty())) {
      return "There are no frames, so the message counts, with ids, numbers and dates replaced.";
    }
    boolean inApp = trace.frames().stream().anyMatch(Frame::inApp);
    return (inApp
            ? "Library frames are left out"
            : "No frame is the application's own, so all frames count")
        + "; so are the message, line numbers, the folder of the deployment and repeats.";
  }

  private static String indented(String text) {
    return text.replace("\n", "\n               ");
  }

  private static String toJson(List<Explained> errors) throws JsonProcessingException {
    List<Map<String, Object>> array = new ArrayList<>();
    Fingerprints fingerprints = new Fingerprints();
    for (Explained error : errors) {
      StackTrace trace = error.found().trace();
      Map<String, Object> object = errorJson(error, trace, error.fingerprint());
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
