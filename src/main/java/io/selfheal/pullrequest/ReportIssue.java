package io.selfheal.pullrequest;

import static java.util.Map.entry;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueTable;
import io.selfheal.model.FixProposal;
import io.selfheal.prompt.PromptTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of a report in an issue of the source-control system, once: an issue that was made before
 * is known by the fingerprint in its body. The report itself is in the table by then, whatever
 * becomes of this. A route keeps the report in the variable {@code report}.
 */
public final class ReportIssue {
  /** The label of every issue that is made, by which they are found again. */
  public static final String LABEL = "selfheal";

  private static final Logger LOG = LoggerFactory.getLogger(ReportIssue.class);

  private static final int MAX_PROSE = 14_000;
  private static final int MAX_TRACE = 18_000;

  private final PromptTemplate body = PromptTemplate.load("report-issue");
  private final IssueTable issues;
  private final UnaryOperator<String> masked;

  /**
   * @param masked hides secrets; the model may repeat what it has read
   */
  public ReportIssue(IssueTable issues, UnaryOperator<String> masked) {
    this.issues = issues;
    this.masked = masked;
  }

  /** What a new issue is made of, named as GitHub, Gitea and others take it. */
  public Map<String, Object> asMap(@Variable("report") FixProposal report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("title", title(report));
    fields.put("body", body(report));
    fields.put("labels", List.of(LABEL));
    return fields;
  }

  public String title(FixProposal report) {
    return Markdown.title(masked.apply(report.title()));
  }

  public String body(FixProposal report) {
    Issue issue = report.prompt().issue();
    String trace = masked.apply(issue.message() == null ? "" : issue.message());
    if (trace.length() > MAX_TRACE) {
      trace =
          trace.substring(0, MAX_TRACE / 2)
              + "\n[…]\n"
              + trace.substring(trace.length() - MAX_TRACE / 2);
    }
    return body.fill(
        Map.ofEntries(
            entry("app", Markdown.code(issue.app())),
            entry("root_cause", Markdown.text(masked.apply(report.rootCause()), MAX_PROSE)),
            entry("description", Markdown.text(masked.apply(report.description()), MAX_PROSE)),
            entry("trace", Markdown.block(trace)),
            entry(
                "occurrences", issue.occurrences() == 1 ? "once" : issue.occurrences() + " times"),
            entry("first_seen", String.valueOf(issue.firstSeen())),
            entry("last_seen", String.valueOf(issue.lastSeen())),
            entry(
                "log_group",
                issue.logGroup() == null ? "its log" : Markdown.code(issue.logGroup())),
            entry("model", Markdown.code(report.modelId())),
            entry("fingerprint", marker(report))));
  }

  /** What tells the issue of this report from others. */
  static String marker(FixProposal report) {
    return Markdown.code(report.prompt().issue().fingerprint());
  }

  /**
   * The address of the report's issue among those listed, or null.
   *
   * @param answer a list of issues in GitHub's form, as {@link ScmApi#answer} left it
   */
  public String found(@Body Object answer, @Variable("report") FixProposal report) {
    if (!(answer instanceof List<?> list)) {
      throw new ScmException("the SCM answered no list of issues");
    }
    for (Object item : list) {
      // GitHub lists pull requests as issues too.
      if (item instanceof Map<?, ?> issue
          && issue.get("pull_request") == null
          && String.valueOf(issue.get("body")).contains(marker(report))
          && issue.get("html_url") instanceof String url) {
        return url;
      }
    }
    return null;
  }

  /** The address of the issue that was just made. */
  public String created(@Body Object answer) {
    if (answer instanceof Map<?, ?> issue && issue.get("html_url") instanceof String url) {
      return url;
    }
    throw new ScmException("the SCM's issue has no html_url");
  }

  /** Keeps the issue's address in the table. */
  public void opened(@Body String url, @Variable("report") FixProposal report) {
    Issue issue = report.prompt().issue();
    issues.issueOpened(issue.app(), issue.fingerprint(), url);
    LOG.info("The report on issue {} of {} is {}", issue.fingerprint(), issue.app(), url);
  }

  /** There is no issue at the SCM; the report stays where it is. */
  public void failed(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    FixProposal report = exchange.getVariable("report", FixProposal.class);
    String scm = report.prompt().app().scm();
    String why =
        failure instanceof DirectConsumerNotAvailableException
            ? "%s has no route open-issue-%s; add one (selfheal.routes), or set selfheal.heal.report-to-scm=false"
                .formatted(scm, scm)
            : masked.apply(String.valueOf(failure.getMessage()));
    LOG.warn(
        "The report on issue {} of {} is in the table, but not at its source-control system: {}",
        report.prompt().issue().fingerprint(),
        report.prompt().app().name(),
        why);
  }
}
