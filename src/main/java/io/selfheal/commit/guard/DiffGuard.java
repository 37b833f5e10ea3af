package io.selfheal.commit.guard;

import io.selfheal.commit.Change;
import io.selfheal.commit.guard.Diff.FailingLine;
import io.selfheal.prompt.SafeText;
import io.selfheal.settings.Application;
import io.selfheal.stacktrace.Frame;
import io.selfheal.stacktrace.StackTrace;
import io.selfheal.workspace.BaseTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Holds a change against rules that need no model: what hides an error instead of removing it, and
 * what a fix has no business to touch.
 */
public final class DiffGuard {
  /** The names of all rules, as {@code selfheal.heal.guards} takes them. */
  public static final Set<String> RULES =
      rules(1, 1, UnaryOperator.identity()).stream()
          .map(GuardRule::name)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MAX_FINDINGS = 20;

  private final List<GuardRule> rules;
  private final GuardSettings settings;
  private final Function<String, Optional<StackTrace>> traces;
  private final UnaryOperator<String> mask;

  /**
   * @param traces finds the stack trace in an issue's text
   * @param mask hides secrets; it also tells what is one
   */
  public DiffGuard(
      GuardSettings settings,
      Function<String, Optional<StackTrace>> traces,
      UnaryOperator<String> mask) {
    this.rules = rules(settings.maxFiles(), settings.maxChangedLines(), mask);
    this.settings = settings;
    this.traces = traces;
    this.mask = mask;
  }

  private static List<GuardRule> rules(int maxFiles, int maxLines, UnaryOperator<String> mask) {
    return List.of(
        new SwallowingHandler(),
        new BareExcept(),
        new WidenedCatch(),
        new EmptyDefault(),
        new WeakenedAssertion(),
        new SkippedTest(),
        new NewDependency(),
        new NewSecret(mask),
        new LockFile(),
        new CiDefinition(),
        new Dotfile(),
        new LargeDiff(maxFiles, maxLines));
  }

  /**
   * @return the same change
   * @throws GuardException when the change breaks a rule that holds for its application
   */
  public Change check(Change change) {
    Application app = change.proposal().prompt().app();
    Diff diff =
        new Diff(files(change), app.paths(), failing(change.proposal().prompt().issue().message()));
    List<String> findings = findings(diff, settings.of(app.name()));
    if (!findings.isEmpty()) {
      String unified =
          diff.files().stream().map(ChangedFile::unified).collect(Collectors.joining());
      throw new GuardException(
          change.proposal(),
          findings.stream().limit(MAX_FINDINGS).map(mask).map(SafeText::visible).toList(),
          mask.apply(unified));
    }
    return change;
  }

  /** What the named rules find, a line for each. */
  List<String> findings(Diff diff, Set<String> named) {
    List<String> findings = new ArrayList<>();
    for (GuardRule rule : rules) {
      if (named.contains(rule.name())) {
        rule.findings(diff).forEach(finding -> findings.add(finding.text(rule.name())));
      }
    }
    return findings;
  }

  private static List<ChangedFile> files(Change change) {
    List<ChangedFile> files = new ArrayList<>();
    try (BaseTree tree = change.workTree().open()) {
      for (Map.Entry<String, byte[]> file : change.files().entrySet()) {
        files.add(
            new ChangedFile(
                file.getKey(),
                tree.read(file.getKey()).map(DiffGuard::text).orElse(null),
                text(file.getValue())));
      }
    }
    return files;
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  /** Where the error and each of its causes was raised in the application's own code. */
  private List<FailingLine> failing(String message) {
    List<FailingLine> failing = new ArrayList<>();
    Optional<StackTrace> trace = message == null ? Optional.empty() : traces.apply(message);
    if (trace.isPresent()) {
      List<StackTrace> chain = new ArrayList<>(trace.get().causedBy());
      chain.add(trace.get());
      chain.forEach(error -> innermost(error).ifPresent(failing::add));
    }
    return failing;
  }

  private static Optional<FailingLine> innermost(StackTrace error) {
    for (int i = error.frames().size() - 1; i >= 0; i--) {
      Frame frame = error.frames().get(i);
      if (frame.inApp() && frame.file() != null) {
        String file = frame.file().replace('\\', '/');
        return Optional.of(
            new FailingLine(
                file.substring(file.lastIndexOf('/') + 1),
                frame.line() == null ? 0 : frame.line(),
                frame.source() == null ? "" : frame.source().strip()));
      }
    }
    return Optional.empty();
  }
}
