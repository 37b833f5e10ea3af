package io.selfheal.commit.syntax;

import io.selfheal.commit.Change;
import io.selfheal.commit.RunTool;
import io.selfheal.model.ProposalException;
import io.selfheal.prompt.SafeText;
import io.selfheal.workspace.BaseTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parses the changed files: data and Java in this process, other languages by their own tool where
 * it is installed. A file that did not parse before the change is not held against it, and one that
 * nothing here can parse is passed with a line in the log.
 */
public final class CheckSyntax {
  private static final Logger LOG = LoggerFactory.getLogger(CheckSyntax.class);
  private static final int SHOWN_CHARACTERS = 1500;
  private static final String PYTHON =
      "python3 -I -B -c 'import ast, sys; ast.parse(open(sys.argv[1], \"rb\").read(), \"file\")'";
  private static final String RUBY = "ruby -c";
  private static final String PHP = "php -n -l";
  // It prints the formatted source otherwise
  private static final String GO = "f() { gofmt -e \"$1\" > /dev/null; }; f";
  private static final String NODE = "node --check";

  private final DataSyntax data = new DataSyntax();
  private final RunTool tool;
  private final UnaryOperator<String> mask;

  /**
   * @param tool runs a language's own parser
   * @param mask hides secrets in what parsers say
   */
  public CheckSyntax(RunTool tool, UnaryOperator<String> mask) {
    this.tool = tool;
    this.mask = mask;
  }

  /**
   * @return the same change
   * @throws ProposalException when a file does not parse that did before, or is new
   */
  public Change check(Change change) {
    List<String> problems = new ArrayList<>();
    List<String> unparsed = new ArrayList<>();
    try (BaseTree tree = change.workTree().open()) {
      for (Map.Entry<String, byte[]> file : change.files().entrySet()) {
        String path = file.getKey();
        Syntax.Verdict after = parse(change, path, file.getValue());
        if (!after.parsed()) {
          unparsed.add(path);
        }
        Optional<byte[]> before = tree.read(path);
        if (after.error().isPresent()
            && before.map(content -> parses(change, path, content)).orElse(true)) {
          problems.add("- " + path + ": " + shown(after.error().get()));
        }
      }
    }
    if (!unparsed.isEmpty()) {
      LOG.info("Not parsed, as nothing here can: {}", String.join(", ", unparsed));
    }
    if (!problems.isEmpty()) {
      throw new ProposalException(
          change.proposal(),
          "The change was applied, and then files do not parse:\n" + String.join("\n", problems));
    }
    return change;
  }

  private boolean parses(Change change, String path, byte[] content) {
    return parse(change, path, content).error().isEmpty();
  }

  private String shown(String error) {
    String plain = SafeText.visible(mask.apply(error)).strip();
    return plain.length() > SHOWN_CHARACTERS ? plain.substring(0, SHOWN_CHARACTERS) + "…" : plain;
  }

  private Syntax.Verdict parse(Change change, String path, byte[] content) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "json" -> data.json(path, content);
      case "toml" -> data.toml(path, content);
      case "yaml", "yml" -> data.yaml(path, content);
      case "xml", "xsd", "xsl", "xslt", "svg", "pom", "csproj", "fsproj", "props" ->
          data.xml(path, content);
      case "java" ->
          JavaSyntax.isThere() ? new JavaSyntax().parse(path, content) : Syntax.Verdict.NO_PARSER;
      case "py", "pyi" -> run(change, PYTHON, "file.py", content);
      case "rb", "rake" -> run(change, RUBY, "file.rb", content);
      case "php" -> run(change, PHP, "file.php", content);
      case "go" -> run(change, GO, "file.go", content);
      case "cjs" -> run(change, NODE, "file.cjs", content);
      case "mjs" -> run(change, NODE, "file.mjs", content);
      case "js" -> javaScript(change, content);
      default -> Syntax.Verdict.NO_PARSER;
    };
  }

  /** A script or a module: which of them a {@code .js} file is depends on where it is used. */
  private Syntax.Verdict javaScript(Change change, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.contains("</") || text.contains("/>") || text.contains("@flow")) {
      // JSX and Flow are other languages under the same ending
      return Syntax.Verdict.NO_PARSER;
    }
    Syntax.Verdict script = run(change, NODE, "file.cjs", content);
    if (script.error().isEmpty()) {
      return script;
    }
    return run(change, NODE, "file.mjs", content).error().isEmpty() ? Syntax.Verdict.GOOD : script;
  }

  private Syntax.Verdict run(Change change, String command, String name, byte[] content) {
    RunTool.Answer answer = tool.run(change.workTree(), command, name, content);
    if (!answer.isThere()) {
      return Syntax.Verdict.NO_PARSER;
    }
    return answer.succeeded() ? Syntax.Verdict.GOOD : Syntax.Verdict.bad(answer.output());
  }
}
