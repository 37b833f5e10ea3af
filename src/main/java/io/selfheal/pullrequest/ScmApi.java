package io.selfheal.pullrequest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.commit.FixBranch;
import io.selfheal.model.FixProposal;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What every route to an SCM's REST API needs around its calls by camel-http: the request's address
 * and headers, and a judgement of the answer. A route keeps the branch in the variable {@code
 * branch}, or a report in {@code report}; the API's base and token are those of its application.
 */
public final class ScmApi {
  private static final int MAX_DETAIL = 300;

  private final Clock clock;
  private final JsonMapper json = JsonMapper.builder().build();

  public ScmApi(Clock clock) {
    this.clock = clock;
  }

  /**
   * Makes the message a GET request. {@code {owner}}, {@code {branch}} and {@code {base}} in the
   * path stand for the repository's owner and the two branches.
   *
   * @param path what follows the API's base, query included
   */
  public void get(Exchange exchange, String path) {
    request(exchange, "GET", path);
    exchange.getMessage().setBody(null);
  }

  /** Makes the message a POST request with the body as JSON; the path as above. */
  public void post(Exchange exchange, String path) throws JsonProcessingException {
    request(exchange, "POST", path);
    Message message = exchange.getMessage();
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setBody(json.writeValueAsBytes(message.getBody()));
  }

  /**
   * The API token, for SCMs that want it in another header than {@code Authorization: Bearer}.
   *
   * @throws ConfigurationException when none is set
   */
  public String token(Exchange exchange) {
    Application app = app(exchange);
    return app.scmToken()
        .reveal()
        .map(String::strip)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    key(app, "scm-token"), "", "set it to a token that may open pull requests"));
  }

  /**
   * The answer's JSON as maps and lists, or null where the SCM says in the first round of the
   * route's loop that the pull request already exists, so that the next round finds it.
   *
   * @throws ScmUnavailableException when a later try may succeed
   * @throws ScmException when something has to be changed first
   */
  public Object answerUnlessExists(Exchange exchange) {
    boolean first = exchange.getProperty(Exchange.LOOP_INDEX, 0, Integer.class) == 0;
    return first && exists(exchange) ? null : answer(exchange);
  }

  /**
   * The answer's JSON as maps and lists.
   *
   * @throws ScmUnavailableException when a later try may succeed
   * @throws ScmException when something has to be changed first
   */
  public Object answer(Exchange exchange) {
    int status = status(exchange);
    String text = text(exchange);
    if (status == 200 || status == 201) {
      try {
        return json.readValue(text, Object.class);
      } catch (JsonProcessingException e) {
        throw new ScmException(
            "%s answered something that is not JSON: %s. Check %s."
                .formatted(
                    where(exchange), shortened(exchange, text), key(app(exchange), "scm-api-url")));
      }
    }
    if (exists(exchange)) {
      throw new ScmUnavailableException(
          "%s says that the pull request of %s already exists, but did not list it"
              .formatted(where(exchange), branch(exchange).name()),
          null,
          null);
    }
    throw failure(exchange, status, shortened(exchange, detail(text)));
  }

  private static boolean exists(Exchange exchange) {
    return (status(exchange) == 409 || status(exchange) == 422)
        && text(exchange).toLowerCase(Locale.ROOT).contains("already exist");
  }

  private static int status(Exchange exchange) {
    return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
  }

  private static String text(Exchange exchange) {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    // The answer is a stream; it is read more than once.
    exchange.getMessage().setBody(body);
    return body == null ? "" : new String(body, StandardCharsets.UTF_8);
  }

  /** A call that got no answer at all. */
  public void unreachable(Exchange exchange) {
    var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, IOException.class);
    throw new ScmUnavailableException(
        "no answer from %s: %s"
            .formatted(where(exchange), shortened(exchange, String.valueOf(failure))),
        null,
        failure);
  }

  private void request(Exchange exchange, String method, String path) {
    Message message = exchange.getMessage();
    String base = base(app(exchange));
    // camel-http sends every header that is not Camel's own, and follows those that are.
    message.removeHeaders("*", "CamelAws*");
    message.setHeader(Exchange.HTTP_METHOD, method);
    String[] pathAndQuery = filled(exchange, path).split("\\?", 2);
    message.setHeader(Exchange.HTTP_URI, base + pathAndQuery[0]);
    if (pathAndQuery.length > 1) {
      message.setHeader(Exchange.HTTP_RAW_QUERY, pathAndQuery[1]);
    }
    message.setHeader("Accept", "application/json");
    message.setHeader("User-Agent", "selfheal");
    message.setHeader("Authorization", "Bearer " + token(exchange));
  }

  private static String filled(Exchange exchange, String path) {
    String[] base = base(app(exchange)).split("/");
    String owned = path.replace("{owner}", encoded(base[base.length - 2]));
    if (!owned.contains("{")) {
      return owned;
    }
    FixBranch branch = branch(exchange);
    return owned
        .replace("{branch}", encoded(branch.name()))
        .replace("{base}", encoded(branch.base()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String base(Application app) {
    String key = key(app, "scm-api-url");
    String url = app.scmApiUrl().map(value -> value.strip().replaceAll("/+$", "")).orElse("");
    String whatToDo =
        "set it to the REST base of the repository, e.g. https://api.github.com/repos/foo/bar";
    if (url.isEmpty()) {
      throw new ConfigurationException(key, "", whatToDo);
    }
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new ConfigurationException(key, url.replaceAll("//.*@", "//***@"), whatToDo);
  }

  private RuntimeException failure(Exchange exchange, int status, String detail) {
    Application app = app(exchange);
    String said = detail.isEmpty() ? "HTTP " + status : "HTTP " + status + ", " + detail;
    boolean limited = status == 403 && rateLimited(exchange.getMessage(), detail);
    if (limited || status == 408 || status == 429 || status >= 500) {
      return new ScmUnavailableException(
          "%s has no room now (%s)".formatted(where(exchange), said),
          retryAfter(exchange.getMessage()),
          null);
    }
    String whatToDo =
        switch (status) {
          case 401 -> "set %s to a valid token".formatted(key(app, "scm-token"));
          case 403 ->
              "give the token of %s the right to write %s of this repository"
                  .formatted(
                      key(app, "scm-token"),
                      exchange.getVariable("report") != null
                          ? "issues"
                          : "pull requests and contents");
          case 404 ->
              "check %s, and that the token of %s may see the repository"
                  .formatted(key(app, "scm-api-url"), key(app, "scm-token"));
          case 301, 302, 307, 308 ->
              "the repository has moved; set %s to its new address"
                  .formatted(key(app, "scm-api-url"));
          case 410 -> "the repository takes no issues; set selfheal.heal.report-to-scm=false";
          default ->
              exchange.getVariable("report") != null
                  ? "check that the repository of %s takes issues"
                      .formatted(key(app, "scm-api-url"))
                  : "check that %s has the branches %s and %s, and that they differ"
                      .formatted(
                          key(app, "scm-api-url"),
                          branch(exchange).name(),
                          branch(exchange).base());
        };
    return new ScmException(
        "%s refused the request (%s): %s".formatted(where(exchange), said, whatToDo));
  }

  private static boolean rateLimited(Message message, String detail) {
    return message.getHeader("Retry-After") != null
        || "0".equals(message.getHeader("X-RateLimit-Remaining", String.class))
        || detail.toLowerCase(Locale.ROOT).contains("rate limit");
  }

  /**
   * Seconds or a date (RFC 9110 section 10.2.3), else GitHub's epoch second of the limit's reset;
   * null without.
   */
  private Duration retryAfter(Message message) {
    String retryAfter = message.getHeader("Retry-After", String.class);
    String reset = message.getHeader("X-RateLimit-Reset", String.class);
    try {
      if (retryAfter != null && retryAfter.strip().matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(retryAfter.strip()));
      }
      if (retryAfter != null) {
        return until(
            ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant());
      }
    } catch (DateTimeParseException notADate) {
      return null;
    }
    return reset != null && reset.strip().matches("\\d{1,12}")
        ? until(Instant.ofEpochSecond(Long.parseLong(reset.strip())))
        : null;
  }

  private Duration until(Instant instant) {
    Duration wait = Duration.between(clock.instant(), instant);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  /**
   * The message of an error answer, with GitHub's list of details; the text itself where there is
   * none.
   */
  private String detail(String text) {
    try {
      if (json.readValue(text, Object.class) instanceof Map<?, ?> answer
          && answer.get("message") != null) {
        var detail = new StringBuilder(String.valueOf(answer.get("message")));
        if (answer.get("errors") instanceof List<?> errors) {
          for (Object error : errors) {
            Object said =
                error instanceof Map<?, ?> fields && fields.get("message") != null
                    ? fields.get("message")
                    : error;
            detail.append("; ").append(said);
          }
        }
        return detail.toString();
      }
    } catch (JsonProcessingException notJson) {
      return text;
    }
    return text;
  }

  private static String shortened(Exchange exchange, String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    String masked =
        app(exchange)
            .scmToken()
            .reveal()
            .map(token -> line.replace(token.strip(), "***"))
            .orElse(line);
    return masked.length() <= MAX_DETAIL ? masked : masked.substring(0, MAX_DETAIL) + "…";
  }

  private static String where(Exchange exchange) {
    return app(exchange).scmApiUrl().orElse("the SCM");
  }

  private static FixBranch branch(Exchange exchange) {
    FixBranch branch = exchange.getVariable("branch", FixBranch.class);
    if (branch == null) {
      throw new IllegalStateException(
          "the route has to keep its body, a FixBranch, in the variable branch before it calls the SCM");
    }
    return branch;
  }

  private static Application app(Exchange exchange) {
    FixProposal report = exchange.getVariable("report", FixProposal.class);
    return (report != null ? report : branch(exchange).proposal()).prompt().app();
  }

  private static String key(Application app, String name) {
    return "selfheal.apps." + app.name() + "." + name;
  }
}
