package io.selfheal.pullrequest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.selfheal.commit.FixBranch;
import io.selfheal.model.FixProposal;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.workspace.ScmTokens;
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
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every route to an SCM's REST API needs around its calls by camel-http: the request's address
 * and headers, and a judgement of the answer. The API's base and token are those of the application
 * in the variable {@code app}, of the report in {@code report} or of the branch in {@code branch}.
 *
 * <p>In a path, {@code {owner}} stands for the part of the API's base before the last, {@code
 * {branch}} and {@code {base}} for the two branches, and any other name in braces for the variable
 * of that name; all are encoded. A path that begins with {@code ^} is below the API's root, which
 * is the base without the repository.
 */
public final class ScmApi {
  private static final int MAX_DETAIL = 300;

  private static final Logger LOG = LoggerFactory.getLogger(ScmApi.class);
  private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z]+)}");

  /** What GitHub, Gitea and GitLab say, and Bitbucket Data Center. */
  private static final Pattern EXISTS =
      Pattern.compile("(?i)already exist|only one pull request may be open");

  /** What GitHub asks for where it refuses for its limits and names no time. */
  private static final Duration UNTOLD_WAIT = Duration.ofMinutes(1);

  private final Clock clock;
  private final ScmTokens tokens;
  private final JsonMapper json = JsonMapper.builder().build();

  public ScmApi(Clock clock, ScmTokens tokens) {
    this.clock = clock;
    this.tokens = tokens;
  }

  /**
   * Makes the message a GET request.
   *
   * @param path what follows the API's base, query included
   */
  public void get(Exchange exchange, String path) {
    request(exchange, "GET", path);
    exchange.getMessage().setBody(null);
  }

  /** Makes the message a POST request with the body as JSON; the path as above. */
  public void post(Exchange exchange, String path) throws JsonProcessingException {
    withBody(exchange, "POST", path);
  }

  /** Makes the message a PUT request with the body as JSON; the path as above. */
  public void put(Exchange exchange, String path) throws JsonProcessingException {
    withBody(exchange, "PUT", path);
  }

  /** Makes the message a PATCH request with the body as JSON; the path as above. */
  public void patch(Exchange exchange, String path) throws JsonProcessingException {
    withBody(exchange, "PATCH", path);
  }

  /**
   * The API token, for SCMs that want it in another header than {@code Authorization: Bearer}, or
   * {@code Basic} where it is {@code user:token}.
   *
   * @throws ConfigurationException when none is set
   */
  public String token(Exchange exchange) {
    Application app = app(exchange);
    return tokens
        .of(app)
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
    if (status >= 200 && status < 300) {
      try {
        if (text.isBlank()) {
          return null;
        }
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
              .formatted(where(exchange), branchName(exchange)),
          null,
          null);
    }
    throw failure(exchange, status, shortened(exchange, detail(text)));
  }

  /** The same, or null where the SCM knows no such thing (404). */
  public Object answerIfThere(Exchange exchange) {
    if (status(exchange) == 404) {
      exchange.getMessage().setBody(null);
      return null;
    }
    return answer(exchange);
  }

  /**
   * Makes the message a GET request to where the answer has sent it, as forges do for logs that
   * others keep for them: without the token, which is not for those. The variable {@code
   * redirected} says whether there is such a place.
   */
  public void redirected(Exchange exchange) {
    Message message = exchange.getMessage();
    String location = message.getHeader("Location", String.class);
    int status = status(exchange);
    String scheme = URI.create(base(app(exchange))).getScheme();
    boolean redirected =
        status >= 301 && status <= 308 && location != null && location.startsWith(scheme + "://");
    exchange.setVariable("redirected", redirected);
    if (!redirected) {
      return;
    }
    String[] pathAndQuery = location.split("\\?", 2);
    message.removeHeaders("*", "CamelAws*");
    message.setBody(null);
    message.setHeader(Exchange.HTTP_METHOD, "GET");
    message.setHeader(Exchange.HTTP_URI, pathAndQuery[0]);
    if (pathAndQuery.length > 1) {
      message.setHeader(Exchange.HTTP_RAW_QUERY, pathAndQuery[1]);
    }
  }

  /**
   * Says that something that is not worth a second try could not be done. The pull request is there
   * all the same.
   *
   * @param what such as {@code the labels}
   */
  public void leftOut(Exchange exchange, String what) {
    var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    LOG.warn(
        "A pull request of {} is open, but {} could not be set: {}",
        app(exchange).name(),
        what,
        shortened(exchange, String.valueOf(failure == null ? "" : failure.getMessage())));
  }

  private static boolean exists(Exchange exchange) {
    return (status(exchange) == 400 || status(exchange) == 409 || status(exchange) == 422)
        && EXISTS.matcher(text(exchange)).find();
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

  private void withBody(Exchange exchange, String method, String path)
      throws JsonProcessingException {
    request(exchange, method, path);
    Message message = exchange.getMessage();
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setBody(json.writeValueAsBytes(message.getBody()));
  }

  private void request(Exchange exchange, String method, String path) {
    Message message = exchange.getMessage();
    String base = base(app(exchange));
    String token = token(exchange);
    // camel-http sends every header that is not Camel's own, and follows those that are.
    message.removeHeaders("*", "CamelAws*");
    message.setHeader(Exchange.HTTP_METHOD, method);
    String[] pathAndQuery = filled(exchange, path).split("\\?", 2);
    message.setHeader(
        Exchange.HTTP_URI,
        pathAndQuery[0].startsWith("^")
            ? root(base) + pathAndQuery[0].substring(1)
            : base + pathAndQuery[0]);
    if (pathAndQuery.length > 1) {
      message.setHeader(Exchange.HTTP_RAW_QUERY, pathAndQuery[1]);
    }
    message.setHeader("Accept", "application/json");
    message.setHeader("User-Agent", "selfheal");
    message.setHeader(
        "Authorization",
        token.contains(":")
            ? "Basic " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8))
            : "Bearer " + token);
  }

  private static String root(String base) {
    return base.replaceFirst("/(repos|repositories|projects)/.*$", "");
  }

  private static String filled(Exchange exchange, String path) {
    return PLACE
        .matcher(path)
        .replaceAll(place -> Matcher.quoteReplacement(encoded(value(exchange, place.group(1)))));
  }

  private static String value(Exchange exchange, String name) {
    String[] base = base(app(exchange)).split("/");
    FixBranch branch = exchange.getVariable("branch") instanceof FixBranch pushed ? pushed : null;
    Object value =
        switch (name) {
          case "owner" -> base[base.length - 2];
          case "branch" -> branch == null ? exchange.getVariable(name) : branch.name();
          case "base" -> branch == null ? exchange.getVariable(name) : branch.base();
          default -> exchange.getVariable(name);
        };
    if (value == null) {
      throw new IllegalStateException("the route has to set the variable " + name);
    }
    return value.toString();
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
    boolean limited = status == 429 || status == 403 && rateLimited(exchange.getMessage(), detail);
    if (limited || status == 408 || status >= 500) {
      Duration told = retryAfter(exchange.getMessage());
      return new ScmUnavailableException(
          "%s has no room now (%s)".formatted(where(exchange), said),
          told == null && limited ? UNTOLD_WAIT : told,
          null);
    }
    if (status == 401) {
      tokens.forget(app);
    }
    String whatToDo =
        switch (status) {
          case 401 ->
              app.githubApp().isPresent()
                  ? "check that the GitHub App of %s is installed on the repository"
                      .formatted(app.name())
                  : "set %s to a valid token".formatted(key(app, "scm-token"));
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
                      .formatted(key(app, "scm-api-url"), branchName(exchange), baseName(exchange));
        };
    return new ScmException(
        "%s refused the request (%s): %s".formatted(where(exchange), said, whatToDo));
  }

  private static boolean rateLimited(Message message, String detail) {
    return message.getHeader("Retry-After") != null
        || usedUp(message)
        || detail.toLowerCase(Locale.ROOT).contains("rate limit");
  }

  private static boolean usedUp(Message message) {
    return "0".equals(message.getHeader("X-RateLimit-Remaining", String.class))
        || "0".equals(message.getHeader("RateLimit-Remaining", String.class));
  }

  /**
   * Seconds or a date (RFC 9110 section 10.2.3), else the limit's reset where nothing is left of
   * it: an epoch second, as GitHub, Gitea and GitLab write it; null without.
   */
  private Duration retryAfter(Message message) {
    String retryAfter = message.getHeader("Retry-After", String.class);
    try {
      if (retryAfter != null && retryAfter.strip().matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(retryAfter.strip()));
      }
      if (retryAfter != null) {
        return until(
            ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant());
      }
    } catch (DateTimeParseException notDate) {
      return null;
    }
    String reset =
        message.getHeader(
            "X-RateLimit-Reset", message.getHeader("RateLimit-Reset", String.class), String.class);
    // GitHub and GitLab send it with every answer.
    boolean applies = usedUp(message) || status(message.getExchange()) == 429;
    return applies && reset != null && reset.strip().matches("\\d{1,12}")
        ? until(Instant.ofEpochSecond(Long.parseLong(reset.strip())))
        : null;
  }

  private Duration until(Instant instant) {
    Duration wait = Duration.between(clock.instant(), instant);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  /**
   * The message of an error answer: GitHub's and Gitea's {@code message} with its list of details,
   * GitLab's {@code message} or {@code error}, Bitbucket's {@code error.message} or {@code
   * errors.0.message}; the text itself where there is none.
   */
  private String detail(String text) {
    try {
      Object answer = json.readValue(text, Object.class);
      Object said =
          Stream.of("message", "error.message", "error", "errors.0.message")
              .map(path -> JsonPath.get(answer, path))
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      if (said != null) {
        var detail = new StringBuilder(String.valueOf(said));
        if (JsonPath.get(answer, "errors") instanceof List<?> errors) {
          for (Object error : errors) {
            Object message = JsonPath.get(error, "message");
            detail.append("; ").append(message == null ? error : message);
          }
        }
        return detail.toString();
      }
    } catch (JsonProcessingException notJson) {
      return text;
    }
    return text;
  }

  private String shortened(Exchange exchange, String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    String masked = tokens.hide(app(exchange), line);
    return masked.length() <= MAX_DETAIL ? masked : masked.substring(0, MAX_DETAIL) + "…";
  }

  private static String where(Exchange exchange) {
    return app(exchange).scmApiUrl().orElse("the SCM");
  }

  private static String branchName(Exchange exchange) {
    return exchange.getVariable("branch") instanceof FixBranch branch
        ? branch.name()
        : "the pull request's branch";
  }

  private static String baseName(Exchange exchange) {
    return exchange.getVariable("branch") instanceof FixBranch branch ? branch.base() : "its base";
  }

  private static Application app(Exchange exchange) {
    if (exchange.getVariable("app") instanceof Application app) {
      return app;
    }
    if (exchange.getVariable("report") instanceof FixProposal report) {
      return report.prompt().app();
    }
    if (exchange.getVariable("branch") instanceof FixBranch branch) {
      return branch.proposal().prompt().app();
    }
    throw new IllegalStateException(
        "the route has to keep an Application in the variable app, or its body, a FixBranch, in the"
            + " variable branch, before it calls the SCM");
  }

  private static String key(Application app, String name) {
    return "selfheal.apps." + app.name() + "." + name;
  }
}
