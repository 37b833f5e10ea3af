package io.selfheal.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueJson;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.IntakeException;
import io.selfheal.logs.UnreadBody;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people can do with an issue: send it again, or put it away. */
public final class ChangeIssues {
  /** Exchange property: the issue that the request names. */
  static final String ISSUE = "selfhealIssue";

  private static final Logger LOG = LoggerFactory.getLogger(ChangeIssues.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LONGEST_TEXT = 2_000;

  private final IssueTable table;
  private final IssueOverview overview;
  private final UnaryOperator<String> masked;

  /**
   * @param masked hides secrets in what people write
   */
  public ChangeIssues(IssueTable table, IssueOverview overview, UnaryOperator<String> masked) {
    this.table = table;
    this.overview = overview;
    this.masked = masked;
  }

  /**
   * Notes which issue is meant, before the body is read.
   *
   * @throws IntakeException 404 or 409, see {@link IssuePath}
   */
  public void find(Exchange exchange) {
    HttpServerRequest request = exchange.getMessage().getBody(HttpServerRequest.class);
    try {
      exchange.setProperty(ISSUE, IssuePath.find(request, table, overview));
    } catch (RuntimeException e) {
      UnreadBody.discard(request);
      throw e;
    }
  }

  /** {@code {"hint": "a word for the model"}}, the hint being optional. */
  public void retry(@Body byte[] body, @ExchangeProperty(ISSUE) Issue issue, Exchange exchange) {
    Optional<String> hint = text(body, "hint");
    answer(exchange, table.retry(issue.app(), issue.fingerprint(), hint), "is gone", 404);
    LOG.info("Issue {} of {} was sent again by a person", issue.fingerprint(), issue.app());
  }

  /** {@code {"reason": "why"}}, the reason being optional. */
  public void suppress(@Body byte[] body, @ExchangeProperty(ISSUE) Issue issue, Exchange exchange) {
    String reason =
        text(body, "reason")
            .map("A person who suppressed the issue says: "::concat)
            .orElse("A person has suppressed the issue.");
    answer(
        exchange,
        table.suppress(issue.app(), issue.fingerprint(), reason),
        "is in work, has a pull request or is gone: it cannot be suppressed now",
        409);
    LOG.info("Issue {} of {} was suppressed by a person", issue.fingerprint(), issue.app());
  }

  private void answer(Exchange exchange, Optional<Issue> changed, String otherwise, int status) {
    Issue issue = changed.orElseThrow(() -> new IntakeException(status, "the issue " + otherwise));
    overview.changed(issue);
    AnswerPerson.json(exchange, 200, IssueJson.of(issue));
  }

  private Optional<String> text(byte[] body, String name) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (IOException e) {
      throw new IntakeException(400, "the body is not JSON");
    }
    if (json == null || !json.isObject()) {
      throw new IntakeException(400, "the body is not a JSON object");
    }
    JsonNode text = json.path(name);
    if (text.isMissingNode() || text.isNull()) {
      return Optional.empty();
    }
    if (!text.isTextual() || text.asText().length() > LONGEST_TEXT) {
      throw new IntakeException(
          400, name + " is not a text of " + LONGEST_TEXT + " characters at most");
    }
    return Optional.of(text.asText().strip()).filter(said -> !said.isEmpty()).map(masked);
  }
}
