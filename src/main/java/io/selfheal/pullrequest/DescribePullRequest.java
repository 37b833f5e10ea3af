package io.selfheal.pullrequest;

import static java.util.Map.entry;

import io.selfheal.commit.FixBranch;
import io.selfheal.commit.Verification;
import io.selfheal.commit.Verification.Run;
import io.selfheal.issue.Issue;
import io.selfheal.model.Edit;
import io.selfheal.model.FixProposal;
import io.selfheal.model.ModelPrices;
import io.selfheal.prompt.PromptTemplate;
import io.selfheal.settings.PullRequestExtras;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Variable;

/** Writes a pull request's title and body, in Markdown. */
public final class DescribePullRequest {
  /** GitHub takes 65,536 characters; the parts below stay under 60,000 together. */
  private static final int MAX_PROSE = 14_000;

  private static final int MAX_TRACE = 18_000;
  private static final int MAX_PATHS = 40;
  private static final String TEAM = "team:";
  private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)(?::(\\d{1,6})|\\?([^{}]*))?}");

  private final PromptTemplate body = PromptTemplate.load("pull-request");
  private final ModelPrices prices;
  private final UnaryOperator<String> masked;

  /**
   * @param masked hides secrets; the model may repeat what it has read
   */
  public DescribePullRequest(ModelPrices prices, UnaryOperator<String> masked) {
    this.prices = prices;
    this.masked = masked;
  }

  /**
   * What a new pull request is made of: {@code title}, {@code head}, {@code base} and {@code body},
   * named as GitHub, Gitea and others take them.
   */
  public Map<String, Object> asMap(@Variable("branch") FixBranch branch) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("title", title(branch));
    fields.put("head", branch.name());
    fields.put("base", branch.base());
    fields.put("body", body(branch));
    // GitHub and Gitea know it; others ignore it.
    fields.put("maintainer_can_modify", true);
    return fields;
  }

  /**
   * The body of a request in the form of another SCM: the fields that the text names, as in {@code
   * source.branch.name=head, title={draft?Draft: }{title}}. On the right stand {@code title},
   * {@code head}, {@code base}, {@code body}, {@code draft}, {@code labels}, {@code reviewers}
   * (people), {@code teams} (reviewers that are written as {@code team:name}) and {@code
   * assignees}, or a text with them in braces; {@code {body:4000}} is cut to so many characters,
   * {@code {draft?word}} is the word for a draft and else nothing. {@code name[].field=list} makes
   * each item of the list an object. Empty lists and a draft that is none are left out.
   *
   * @throws IllegalArgumentException when the text names something else
   */
  public Map<String, Object> fields(FixBranch branch, String form) {
    PullRequestExtras extras = branch.proposal().prompt().app().extras();
    Map<String, Object> known = new LinkedHashMap<>(asMap(branch));
    known.put("draft", extras.draft());
    known.put("labels", extras.labels());
    known.put("assignees", extras.assignees());
    known.put(
        "reviewers", extras.reviewers().stream().filter(name -> !name.startsWith(TEAM)).toList());
    known.put(
        "teams",
        extras.reviewers().stream()
            .filter(name -> name.startsWith(TEAM))
            .map(name -> name.substring(TEAM.length()))
            .toList());
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String pair : form.split(",")) {
      String[] targetAndSource = pair.strip().split("=", 2);
      if (targetAndSource.length < 2) {
        throw new IllegalArgumentException("not of the form field=value: " + pair.strip());
      }
      String source = targetAndSource[1];
      Object value =
          source.contains("{") ? filled(source, known) : known(known, source.strip(), source);
      if (!Boolean.FALSE.equals(value) && !List.of().equals(value)) {
        JsonPath.put(fields, targetAndSource[0].strip(), value);
      }
    }
    return fields;
  }

  private static String filled(String text, Map<String, Object> known) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              Object value = known(known, place.group(1), text);
              String word = place.group(3);
              String limit = place.group(2);
              String filled =
                  word != null
                      ? Boolean.TRUE.equals(value) ? word : ""
                      : limit == null
                          ? String.valueOf(value)
                          : shortened(String.valueOf(value), Integer.parseInt(limit));
              return Matcher.quoteReplacement(filled);
            });
  }

  private static Object known(Map<String, Object> known, String name, String form) {
    if (!known.containsKey(name)) {
      throw new IllegalArgumentException(
          "in " + form + " is an unknown name; known are " + known.keySet());
    }
    return known.get(name);
  }

  /** Cut at the end of a line. */
  static String shortened(String markdown, int limit) {
    String end = "\n\n[\u2026]";
    if (markdown.length() <= limit) {
      return markdown;
    }
    String cut = markdown.substring(0, Math.max(0, limit - end.length()));
    int line = cut.lastIndexOf('\n');
    return (line > limit / 2 ? cut.substring(0, line) : cut) + end;
  }

  public String title(FixBranch branch) {
    return Markdown.title(masked.apply(branch.proposal().title()));
  }

  public String body(FixBranch branch) {
    FixProposal proposal = branch.proposal();
    Issue issue = proposal.prompt().issue();
    return body.fill(
        Map.ofEntries(
            entry("app", Markdown.code(issue.app())),
            entry("root_cause", Markdown.text(masked.apply(proposal.rootCause()), MAX_PROSE)),
            entry("description", Markdown.text(masked.apply(proposal.description()), MAX_PROSE)),
            entry("changed_files", changedFiles(proposal)),
            entry(
                "trace",
                Markdown.block(trace(issue))
                    + proposal
                        .prompt()
                        .deployed()
                        .difference()
                        .map(words -> "\n\n" + Markdown.text(masked.apply(words), MAX_PROSE))
                        .orElse("")),
            entry(
                "occurrences",
                issue.occurrences() == 1 ? "once" : number(issue.occurrences()) + " times"),
            entry("first_seen", String.valueOf(issue.firstSeen())),
            entry("last_seen", String.valueOf(issue.lastSeen())),
            entry(
                "log_group",
                issue.logGroup() == null ? "its log" : Markdown.code(issue.logGroup())),
            entry("verification", verification(branch)),
            entry("model", Markdown.code(proposal.modelId())),
            entry("tokens", tokens(proposal, issue)),
            entry("cost", cost(proposal, issue)),
            entry("fingerprint", Markdown.code(issue.fingerprint()))));
  }

  private static String changedFiles(FixProposal proposal) {
    return "Changed: "
        + proposal.edits().stream()
            .map(Edit::path)
            .distinct()
            .limit(MAX_PATHS)
            .map(path -> Markdown.code(path.length() > 200 ? path.substring(0, 200) + "…" : path))
            .collect(Collectors.joining(", "));
  }

  private String trace(Issue issue) {
    String trace = masked.apply(issue.message() == null ? "" : issue.message());
    if (trace.length() <= MAX_TRACE) {
      return trace;
    }
    return trace.substring(0, MAX_TRACE / 2)
        + "\n[…]\n"
        + trace.substring(trace.length() - MAX_TRACE / 2);
  }

  private String verification(FixBranch branch) {
    Verification verification = branch.verification();
    if (verification.command().isEmpty()) {
      return "This change is not verified: no verify command is configured (%s)."
          .formatted(
              Markdown.code(
                  "selfheal.apps." + branch.proposal().prompt().app().name() + ".verify"));
    }
    String command = masked.apply(verification.command().get());
    String name = Markdown.code(command.length() > 500 ? command.substring(0, 500) + "…" : command);
    if (verification.after().isEmpty()) {
      return "This change is not verified: the verify command %s was not run.".formatted(name);
    }
    return judged(verification, name)
        + (verification.sandboxed()
            ? ""
            : " It ran without a sandbox: with network, and with the files that selfheal can read.");
  }

  private static String judged(Verification verification, String name) {
    String after = outcome(verification.after().get());
    if (verification.before().isEmpty()) {
      return "The verify command %s %s after the change. It was not run before, so this is weak evidence."
          .formatted(name, after);
    }
    String before = outcome(verification.before().get());
    if (!verification.after().get().green()) {
      return "**This change is not verified:** the verify command %s %s before the change and %s after it."
          .formatted(name, before, after);
    }
    if (verification.before().get().green()) {
      return "The verify command %s passed before the change and passes after it. That is no evidence that the error is gone: nothing that it runs showed the error."
          .formatted(name);
    }
    return "The verify command %s %s before the change and passes after it."
        .formatted(name, before);
  }

  private static String outcome(Run run) {
    if (run.green()) {
      return "passed";
    }
    return run.exitCode() < 0
        ? run.exitCode() == -1
            ? "was stopped for taking too long"
            : "was stopped for taking too much memory"
        : "failed (exit code " + run.exitCode() + ")";
  }

  private static String tokens(FixProposal proposal, Issue issue) {
    String tokens =
        "%s tokens in and %s out"
            .formatted(number(input(proposal, issue)), number(output(proposal, issue)));
    return issue.attempts() > 1 ? tokens + " in " + issue.attempts() + " tries" : tokens;
  }

  private String cost(FixProposal proposal, Issue issue) {
    return estimate(proposal, issue)
        .map(usd -> "%s USD".formatted(usd.toPlainString()))
        .orElse("unknown, there is no price for this model");
  }

  private Optional<BigDecimal> estimate(FixProposal proposal, Issue issue) {
    if (proposal.costUsd() == null) {
      return prices.estimate(proposal.modelId(), input(proposal, issue), output(proposal, issue));
    }
    boolean more = issue.attempts() > 1 && issue.costUsd() != null;
    BigDecimal cost = more ? proposal.costUsd().add(issue.costUsd()) : proposal.costUsd();
    return Optional.of(cost.setScale(4, RoundingMode.HALF_UP));
  }

  /** Earlier tries belong to the same repair. */
  private static long input(FixProposal proposal, Issue issue) {
    return proposal.inputTokens() + (issue.attempts() > 1 ? issue.inputTokens() : 0);
  }

  private static long output(FixProposal proposal, Issue issue) {
    return proposal.outputTokens() + (issue.attempts() > 1 ? issue.outputTokens() : 0);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
