package io.selfheal.commit.syntax;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Java, by the parser of the running JDK's compiler; a JRE has none. */
final class JavaSyntax implements Syntax {
  private static final int SHOWN = 5;

  /** Whether this class can be loaded. */
  static boolean isThere() {
    return ModuleLayer.boot().findModule("jdk.compiler").isPresent();
  }

  @Override
  public Verdict parse(String path, byte[] content) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      return Verdict.NO_PARSER;
    }
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            null,
            null,
            said,
            List.of("-proc:none"),
            null,
            List.of(new Source(new String(content, StandardCharsets.UTF_8))));
    if (!(task instanceof JavacTask javac)) {
      return Verdict.NO_PARSER;
    }
    try {
      javac.parse();
    } catch (IOException e) {
      return Verdict.bad(e.toString());
    }
    String errors =
        said.getDiagnostics().stream()
            .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
            .limit(SHOWN)
            .map(d -> "line " + d.getLineNumber() + ": " + d.getMessage(Locale.ENGLISH))
            .collect(Collectors.joining("\n"));
    return errors.isEmpty() ? Verdict.GOOD : Verdict.bad(errors);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Source.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
