package io.selfheal.dedup;

import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Computes what makes an error distinct, version {@value #VERSION}.
 *
 * <p>Hashed are, for the error and each error it was caused by, the type without its package and
 * the application's frames, outermost first: path without the deployment's prefix, function, source
 * line where one was printed. Left out are messages, line numbers, addresses, library frames and
 * whatever compilers make up. Errors without an application frame are told apart by all frames,
 * errors without frames by their message with ids, numbers and dates replaced.
 */
public final class Fingerprints {
  public static final int VERSION = 1;

  /** How the component begins that holds the message. */
  static final String MESSAGE = "message: ";

  /** Types that mean a stack too deep; how often the cycle went round differs each time. */
  private static final Set<String> RECURSION =
      Set.of(
          "RecursionError",
          "java.lang.StackOverflowError",
          "SystemStackError",
          "System.StackOverflowException");

  /** Frames that Python before 3.12 prints for what later versions inline. */
  private static final Set<String> INLINED = Set.of("<listcomp>", "<dictcomp>", "<setcomp>");

  /** Where a program starts: another script or thread is no other bug. */
  private static final Set<String> ENTRY_POINTS =
      Set.of("<module>", "<main>", "main.main", "main::main");

  /** Exceptions that only carry another one from thread to thread or past a signature. */
  private static final Set<String> WRAPPERS =
      Set.of(
          "java.lang.RuntimeException",
          "java.lang.reflect.InvocationTargetException",
          "java.lang.reflect.UndeclaredThrowableException",
          "java.util.concurrent.CompletionException",
          "java.util.concurrent.ExecutionException");

  private static final Set<String> CAUSES_NOT_ALWAYS_PRINTED =
      Set.of("python", "javascript", "ruby");

  /** File names that say nothing without their folder. */
  private static final Set<String> COMMON_NAMES =
      Set.of(
          "__init__.py",
          "index.js",
          "index.ts",
          "index.mjs",
          "index.jsx",
          "index.tsx",
          "index.php",
          "mod.rs",
          "route.ts",
          "route.js",
          "page.tsx",
          "page.jsx");

  /** Folders that hold libraries; what stands behind is the same everywhere. */
  private static final List<String> LIBRARY_FOLDERS =
      List.of("/site-packages/", "/dist-packages/", "/node_modules/");

  private static final int MAX_CYCLE = 8;
  private static final int MAX_SOURCE = 400;

  /** The fingerprint of an error. Thread-safe. */
  public Fingerprint of(StackTrace trace) {
    return compute(dependsOnMessages(trace) ? trace : withoutMessages(trace));
  }

  /** Whether another message could make another fingerprint; if not, none is looked at. */
  public static boolean dependsOnMessages(StackTrace trace) {
    return dependsOnMessage(trace)
        || trace.causedBy().stream().anyMatch(Fingerprints::dependsOnMessage);
  }

  /**
   * Whether it is a panic of whose message no more counts than its {@link PanicReason reason}: with
   * another message of the same reason it has the same fingerprint.
   */
  static boolean isToldByReason(StackTrace trace) {
    boolean panic = trace.exceptionType().equals("panic");
    boolean fatal = trace.language().equals("go") && trace.exceptionType().equals("fatal error");
    return (panic || fatal)
        && PanicReason.isGivenFor(trace.language())
        && trace.causedBy().isEmpty()
        && isNamed(trace.frames());
  }

  private static StackTrace withoutMessages(StackTrace trace) {
    return new StackTrace(
        trace.language(),
        trace.exceptionType(),
        "",
        trace.frames(),
        trace.causedBy().stream().map(Fingerprints::withoutMessages).toList(),
        trace.complete());
  }

  private static boolean dependsOnMessage(StackTrace trace) {
    return trace.exceptionType().equals("RangeError")
        || PanicReason.isGivenFor(trace.language())
        || isSyntaxError(trace.exceptionType())
        || !isNamed(trace.frames());
  }

  /** Whether a function is named by the frames that count: the application's, or else all. */
  private static boolean isNamed(List<Frame> frames) {
    boolean inApp = false;
    boolean named = false;
    for (Frame frame : frames) {
      if (frame.inApp() && frame.function() != null) {
        return true;
      }
      inApp |= frame.inApp();
      named |= frame.function() != null;
    }
    return named && !inApp;
  }

  static boolean isSyntaxError(String type) {
    return type.equals("SyntaxError") || type.equals("IndentationError") || type.equals("TabError");
  }

  private Fingerprint compute(StackTrace trace) {
    List<String> components = new ArrayList<>();
    components.add("language: " + trace.language());
    StackTrace error = withoutBareWrapper(trace);
    boolean frames = describe(error, "", components);
    if (!error.causedBy().isEmpty()) {
      frames |= describeCauses(error, components);
    }
    if (!frames) {
      components.add(MESSAGE + MessagePattern.of(error.language(), error.message()));
    }
    return Fingerprint.of(components);
  }

  /**
   * The first cause of an exception that only carries others, where it was made no deeper than
   * where the program starts: which script or thread started the work is no other bug.
   */
  static StackTrace withoutBareWrapper(StackTrace trace) {
    if (trace.causedBy().isEmpty() || !WRAPPERS.contains(trace.exceptionType())) {
      return trace;
    }
    for (Frame frame : trace.frames()) {
      if (frame.inApp() && !isEntryPoint(trace.language(), frame.function())) {
        return trace;
      }
    }
    StackTrace cause = trace.causedBy().get(0);
    if (cause.frames().stream().noneMatch(Frame::inApp)) {
      return trace;
    }
    return new StackTrace(
        cause.language(),
        cause.exceptionType(),
        cause.message(),
        cause.frames(),
        trace.causedBy().subList(1, trace.causedBy().size()),
        trace.complete());
  }

  /**
   * Whether a cause never left the function that caught it and raised the next error. The runtimes
   * of AWS Lambda for these languages print no causes, and it must not matter who printed an error.
   */
  static boolean isToldByWrapper(StackTrace cause, StackTrace error) {
    if (!CAUSES_NOT_ALWAYS_PRINTED.contains(error.language())
        || error.exceptionType().endsWith("ExceptionGroup")
        || error.exceptionType().equals("AggregateError")) {
      return false;
    }
    Set<Function> own = applicationFunctions(cause);
    return !own.isEmpty() && applicationFunctions(error).containsAll(own);
  }

  private record Function(String file, String name) {}

  private static Set<Function> applicationFunctions(StackTrace trace) {
    List<Frame> frames = trace.frames().stream().filter(Frame::inApp).toList();
    Set<Function> functions = new HashSet<>();
    for (Frame frame : trace.language().equals("ruby") ? withoutNative(frames) : frames) {
      functions.add(new Function(frame.file(), frame.function()));
    }
    return functions;
  }

  /** Without frames that only some versions of the language print. */
  static List<Frame> own(String language, List<Frame> frames) {
    return switch (language) {
      case "python" -> inlined(frames);
      case "ruby" -> withoutNative(frames);
      default -> frames;
    };
  }

  /** Ruby prints methods written in C at the place of their caller, and which those are varies. */
  private static List<Frame> withoutNative(List<Frame> frames) {
    List<Frame> result = new ArrayList<>(frames.size());
    for (Frame frame : frames) {
      Frame caller = result.isEmpty() ? null : result.get(result.size() - 1);
      boolean isNative =
          caller != null
              && Objects.equals(caller.file(), frame.file())
              && Objects.equals(caller.line(), frame.line())
              && !Objects.equals(caller.function(), frame.function());
      if (!isNative) {
        result.add(frame);
      }
    }
    return result;
  }

  private boolean describeCauses(StackTrace trace, List<String> components) {
    boolean frames = false;
    // Tasks of a group fail in any number and order.
    Collection<List<String>> causes =
        trace.exceptionType().endsWith("ExceptionGroup")
            ? new TreeSet<>(Comparator.comparing((List<String> cause) -> String.join("\n", cause)))
            : new LinkedHashSet<>();
    StackTrace outer = trace;
    for (StackTrace cause : trace.causedBy()) {
      if (!isToldByWrapper(cause, outer)) {
        List<String> one = new ArrayList<>();
        frames |= describe(cause, "caused by ", one);
        causes.add(one);
        outer = cause;
      }
    }
    causes.forEach(components::addAll);
    return frames;
  }

  private boolean describe(StackTrace trace, String role, List<String> components) {
    String type = simpleName(trace.language(), trace.exceptionType());
    components.add(role + "type: " + type);
    String reason = PanicReason.of(trace);
    if (!reason.isEmpty()) {
      components.add(role + "reason: " + reason);
    }
    boolean syntaxFile = addSyntaxErrorFile(trace, type, role, components);
    List<Frame> chosen = new ArrayList<>(trace.frames().size());
    for (Frame frame : trace.frames()) {
      if (frame.inApp() && !(syntaxFile && frame.function() == null)) {
        chosen.add(frame);
      }
    }
    if (chosen.isEmpty() && !syntaxFile) {
      chosen = trace.frames();
    }
    List<Frame> frames = withoutEntryPoint(trace.language(), own(trace.language(), chosen));
    boolean recursion = isRecursion(type, trace.message());
    String root = recursion ? "" : commonFolder(frames);
    List<String> lines = new ArrayList<>();
    for (Frame frame : frames) {
      lines.add(role + "frame: " + describe(trace.language(), frame, root));
      int cycle = collapse(lines);
      if (cycle > 0 && recursion) {
        // How it got there, and where in the cycle the stack ended, is cut off or by chance.
        lines = new ArrayList<>(lines.subList(lines.size() - cycle, lines.size()));
        Collections.sort(lines);
        break;
      }
    }
    components.addAll(lines);
    return syntaxFile || isNamed(trace.frames());
  }

  /** A syntax error is in the file it names, and not every format prints that file as a frame. */
  private static boolean addSyntaxErrorFile(
      StackTrace trace, String type, String role, List<String> components) {
    if (!trace.language().equals("python") || !isSyntaxError(type)) {
      return false;
    }
    String file = null;
    for (Frame frame : trace.frames()) {
      if (frame.function() == null && frame.file() != null) {
        file = frame.file();
      }
    }
    if (file == null) {
      // "invalid syntax (orders.py, line 3)"
      String message = trace.message();
      int open = message.lastIndexOf(" (");
      int line = message.lastIndexOf(", line ");
      if (open < 0 || line < open) {
        return false;
      }
      file = message.substring(open + 2, line);
    }
    components.add(role + "file: " + baseName(file));
    return true;
  }

  /**
   * Comprehensions stand on a frame of their own before Python 3.12; later they run in the frame
   * around them, which then shows their line.
   */
  static List<Frame> inlined(List<Frame> frames) {
    List<Frame> result = new ArrayList<>(frames.size());
    for (Frame frame : frames) {
      if (frame.function() == null || !INLINED.contains(frame.function()) || result.isEmpty()) {
        result.add(frame);
        continue;
      }
      Frame around = result.get(result.size() - 1);
      if (around.file() != null && around.file().equals(frame.file())) {
        result.set(
            result.size() - 1,
            new Frame(
                around.file(),
                frame.line(),
                around.function(),
                around.module(),
                around.inApp(),
                frame.source()));
      } else {
        result.add(frame);
      }
    }
    return result;
  }

  static List<Frame> withoutEntryPoint(String language, List<Frame> frames) {
    int from = 0;
    while (from < frames.size() - 1 && isEntryPoint(language, frames.get(from).function())) {
      from++;
    }
    return frames.subList(from, frames.size());
  }

  private static boolean isEntryPoint(String language, String function) {
    return function != null
        && (ENTRY_POINTS.contains(function)
            || language.equals("java")
                && (function.endsWith(".main") || function.contains(".lambda$main$")));
  }

  static String describe(String language, Frame frame, String root) {
    StringBuilder text = new StringBuilder();
    boolean qualified = FunctionName.isQualified(language) && frame.function() != null;
    if (!qualified && frame.file() != null) {
      text.append(withoutIds(place(frame, root)));
    }
    if (frame.function() != null) {
      String function = FunctionName.of(language, frame.function());
      if (!function.isEmpty()) {
        text.append(text.isEmpty() ? "" : " in ").append(function);
      }
    }
    if (frame.source() != null && !isPartOfChain(frame.source())) {
      String source = frame.source();
      text.append(" | ")
          .append(source.length() > MAX_SOURCE ? source.substring(0, MAX_SOURCE) : source);
    }
    return text.toString();
  }

  /**
   * Whether it is one line of a chain of calls that spans several; Python 3.9 and 3.10 disagree on
   * which of them they print.
   */
  private static boolean isPartOfChain(String source) {
    if (source.startsWith(".")) {
      return true;
    }
    int open = source.lastIndexOf('(');
    boolean unclosed = open >= 0 && source.indexOf(')', open) < 0;
    return unclosed && (open == 0 || !Character.isJavaIdentifierPart(source.charAt(open - 1)));
  }

  /**
   * What of a path is the same wherever the application was deployed and however its script was
   * started: the file's name, where a source line tells the rest; else the path below the folder
   * that all frames share. For library files it is the path inside the library.
   */
  static String place(Frame frame, String root) {
    String path = frame.file().replace('\\', '/');
    for (String library : LIBRARY_FOLDERS) {
      int at = path.lastIndexOf(library);
      if (at >= 0) {
        return path.substring(at + library.length());
      }
    }
    int python = path.lastIndexOf("/lib/python");
    if (python >= 0) {
      int slash = path.indexOf('/', python + "/lib/python".length());
      return slash < 0 ? baseName(path) : path.substring(slash + 1);
    }
    if (frame.source() == null && !root.isEmpty() && path.startsWith(root)) {
      String rest = path.substring(root.length());
      if (!COMMON_NAMES.contains(rest)) {
        return rest;
      }
    }
    String name = baseName(path);
    return COMMON_NAMES.contains(name) ? withFolder(path, name) : name;
  }

  /** {@code orders/index.js}, but {@code index.js} where the folder is where it was deployed to. */
  private static String withFolder(String path, String name) {
    int slash = path.length() - name.length() - 1;
    if (slash <= 0) {
      return name;
    }
    int before = path.lastIndexOf('/', slash - 1);
    String folder = path.substring(before + 1, slash);
    boolean deployed =
        before <= 0
            // A release's date or hash.
            || withoutIds(folder).equals("#")
            || Set.of("/var/task", "/usr/src/app", "/var/runtime", "/var/www/html")
                .contains(path.substring(0, slash))
            || Set.of("app", "src", "dist", "build", "current", "code", "workspace")
                .contains(folder);
    return deployed ? name : folder + "/" + name;
  }

  static String commonFolder(List<Frame> frames) {
    String root = null;
    for (Frame frame : frames) {
      // A script started by its relative path has no folder to share.
      if (frame.source() != null
          || frame.file() == null
          || !frame.inApp()
          || frame.file().indexOf('/') < 0) {
        continue;
      }
      String path = frame.file().replace('\\', '/');
      String folder = path.substring(0, path.lastIndexOf('/') + 1);
      if (root == null) {
        root = folder;
      } else {
        int same = 0;
        int lastSlash = 0;
        while (same < Math.min(root.length(), folder.length())
            && root.charAt(same) == folder.charAt(same)) {
          if (root.charAt(same++) == '/') {
            lastSlash = same;
          }
        }
        root = root.substring(0, lastSlash);
      }
    }
    return root == null ? "" : root;
  }

  /** Bundlers name files by content: {@code main.3f2a9c1b.js}. */
  static String withoutIds(String path) {
    StringBuilder text = null;
    int i = 0;
    while (i < path.length()) {
      int end = i;
      boolean digit = false;
      boolean hex = true;
      while (end < path.length() && Character.isLetterOrDigit(path.charAt(end))) {
        char c = path.charAt(end++);
        digit |= Character.isDigit(c);
        hex &= Character.digit(c, 16) >= 0;
      }
      if (digit && hex && end - i >= 6) {
        if (text == null) {
          text = new StringBuilder(path.substring(0, i));
        }
        text.append('#');
      } else if (text != null) {
        text.append(path, i, end);
      }
      if (end < path.length()) {
        if (text != null) {
          text.append(path.charAt(end));
        }
        end++;
      }
      i = end;
    }
    return text == null ? path : text.toString();
  }

  static boolean isRecursion(String type, String message) {
    return RECURSION.contains(type)
        || type.equals("RangeError") && message.startsWith("Maximum call stack")
        || type.equals("fatal error") && message.startsWith("stack overflow");
  }

  /**
   * Drops a repeated cycle at the end of the list, of up to {@value #MAX_CYCLE} frames; returns its
   * length, 0 if there is none.
   */
  private static int collapse(List<String> lines) {
    for (int length = 1; length <= MAX_CYCLE && 2 * length <= lines.size(); length++) {
      int end = lines.size();
      if (!lines.get(end - 1).equals(lines.get(end - 1 - length))) {
        continue;
      }
      if (lines.subList(end - length, end).equals(lines.subList(end - 2 * length, end - length))) {
        lines.subList(end - length, end).clear();
        return length;
      }
    }
    return 0;
  }

  private static String baseName(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /**
   * {@code OrderError} of {@code services.orders.OrderError}: Python's formats differ in whether
   * they print the module. AWS Lambda's Ruby runtime wraps the type.
   */
  static String simpleName(String language, String type) {
    String name =
        type.startsWith("Function<") && type.endsWith(">")
            ? type.substring(9, type.length() - 1)
            : type;
    return language.equals("python") ? name.substring(name.lastIndexOf('.') + 1) : name;
  }
}
