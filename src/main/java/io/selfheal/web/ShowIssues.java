package io.selfheal.web;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueJson;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.logs.IntakeException;
import io.selfheal.workspace.RepairRecords;
import io.vertx.core.http.HttpServerRequest;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** The issues as JSON: all of them counted, a page of them, one. */
public final class ShowIssues {
  private static final int DAYS = 30;
  private static final int USUAL_PAGE = 50;
  private static final int LARGEST_PAGE = 500;
  private static final int LONGEST_SEARCH = 200;

  private final IssueTable table;
  private final IssueOverview overview;
  private final RepairRecords records;
  private final Supplier<Map<String, Object>> pipeline;

  /**
   * @param records what is kept of repairs, with the embedded default
   * @param pipeline numbers of this process, by their name
   */
  public ShowIssues(
      IssueTable table,
      IssueOverview overview,
      RepairRecords records,
      Supplier<Map<String, Object>> pipeline) {
    this.table = table;
    this.overview = overview;
    this.records = records;
    this.pipeline = pipeline;
  }

  /** Counts by status and day, tokens and cost of all issues, and what the pipeline has done. */
  public void overview(Exchange exchange) {
    IssueOverview.Snapshot snapshot = overview.snapshot();
    List<Issue> issues = snapshot.issues();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("taken", snapshot.taken().toString());
    json.put("total", issues.size());
    json.put("statuses", snapshot.byStatus());
    json.put("apps", issues.stream().map(Issue::app).collect(TreeSet::new, Set::add, Set::addAll));
    json.put(
        "days",
        snapshot.byDay(DAYS).stream()
            .map(day -> Map.of("date", day.date().toString(), "counts", day.counts()))
            .toList());
    json.put("occurrences", issues.stream().mapToLong(Issue::occurrences).sum());
    json.put("input_tokens", issues.stream().mapToLong(Issue::inputTokens).sum());
    json.put("output_tokens", issues.stream().mapToLong(Issue::outputTokens).sum());
    json.put(
        "cost_usd",
        issues.stream()
            .map(Issue::costUsd)
            .filter(Objects::nonNull)
            .reduce(BigDecimal.ZERO, BigDecimal::add));
    json.put("pipeline", pipeline.get());
    AnswerPerson.json(exchange, 200, json);
  }

  /**
   * A page of issues. Parameters, all optional: {@code status} (a list), {@code app}, {@code q}
   * (words that title, exception, application, log group, branch or fingerprint hold), {@code sort}
   * ({@code last_seen}, {@code first_seen}, {@code occurrences} or {@code cost_usd}, the largest
   * first), {@code limit}, {@code offset}.
   *
   * @throws IntakeException 400 where a parameter cannot be used
   */
  public void page(Exchange exchange) {
    HttpServerRequest request = exchange.getMessage().getBody(HttpServerRequest.class);
    int limit = number(request, "limit", USUAL_PAGE, 1, LARGEST_PAGE);
    int offset = number(request, "offset", 0, 0, Integer.MAX_VALUE);
    List<Issue> found =
        sorted(
                overview.snapshot().issues().stream()
                    .filter(statuses(request))
                    .filter(app(request))
                    .filter(words(request)),
                request.getParam("sort"))
            .toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("total", found.size());
    json.put("offset", offset);
    json.put("limit", limit);
    json.put("issues", found.stream().skip(offset).limit(limit).map(IssueJson::of).toList());
    AnswerPerson.json(exchange, 200, json);
  }

  /**
   * One issue with its trace, as it is in the table now, and what is kept of its repairs.
   *
   * @throws IntakeException 404 if there is none
   */
  public void one(Exchange exchange) {
    HttpServerRequest request = exchange.getMessage().getBody(HttpServerRequest.class);
    Issue named = IssuePath.find(request, table, overview);
    Issue issue =
        table
            .find(named.app(), named.fingerprint())
            .orElseThrow(() -> new IntakeException(404, "this issue is gone"));
    Map<String, Object> json = IssueJson.of(issue);
    put(json, "diff", issue.history().diff());
    json.put(
        "repairs", records.attempts(issue.fingerprint()).stream().map(ShowIssues::repair).toList());
    AnswerPerson.json(exchange, 200, json);
  }

  private static Map<String, Object> repair(RepairRecords.Attempt attempt) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("attempt", attempt.number());
    Map<String, String> files = attempt.files();
    Optional.ofNullable(files.get("prompt.txt"))
        .ifPresent(prompt -> json.put("prompt", PromptParts.of(prompt)));
    put(json, "answer", files.get("answer.json"));
    put(json, "diff", files.get("change.diff"));
    put(json, "verify_before", files.get("verify-before.txt"));
    put(json, "verify_after", files.get("verify-after.txt"));
    return json;
  }

  private static void put(Map<String, Object> json, String name, String text) {
    if (text != null) {
      json.put(name, text);
    }
  }

  private static Predicate<Issue> statuses(HttpServerRequest request) {
    String asked = request.getParam("status");
    if (asked == null || asked.isBlank()) {
      return issue -> true;
    }
    Set<IssueStatus> statuses = EnumSet.noneOf(IssueStatus.class);
    for (String name : asked.split(",")) {
      try {
        statuses.add(IssueStatus.valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IntakeException(
            400, "status: use one of " + Arrays.toString(IssueStatus.values()));
      }
    }
    return issue -> statuses.contains(issue.status());
  }

  private static Predicate<Issue> app(HttpServerRequest request) {
    String app = request.getParam("app");
    return app == null || app.isBlank() ? issue -> true : issue -> issue.app().equals(app);
  }

  private static Predicate<Issue> words(HttpServerRequest request) {
    String asked = request.getParam("q");
    if (asked == null || asked.isBlank()) {
      return issue -> true;
    }
    if (asked.length() > LONGEST_SEARCH) {
      throw new IntakeException(400, "q: " + LONGEST_SEARCH + " characters at most");
    }
    String[] words = asked.strip().toLowerCase(Locale.ROOT).split("\\s+");
    return issue -> Arrays.stream(words).allMatch(word -> holds(issue, word));
  }

  private static boolean holds(Issue issue, String word) {
    return Stream.of(
            issue.fingerprint(),
            issue.title(),
            issue.exceptionType(),
            issue.app(),
            issue.logGroup(),
            issue.branch())
        .anyMatch(text -> text != null && text.toLowerCase(Locale.ROOT).contains(word));
  }

  private static Stream<Issue> sorted(Stream<Issue> issues, String sort) {
    return switch (sort == null ? "last_seen" : sort) {
      case "last_seen" -> issues;
      case "first_seen" -> issues.sorted(Comparator.comparing(Issue::firstSeen).reversed());
      case "occurrences" -> issues.sorted(Comparator.comparing(Issue::occurrences).reversed());
      case "cost_usd" ->
          issues.sorted(
              Comparator.comparing(
                  Issue::costUsd, Comparator.nullsLast(Comparator.reverseOrder())));
      default ->
          throw new IntakeException(
              400, "sort: use last_seen, first_seen, occurrences or cost_usd");
    };
  }

  private static int number(
      HttpServerRequest request, String name, int otherwise, int least, int most) {
    String text = request.getParam(name);
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IntakeException(400, name + ": a number from " + least + " to " + most);
  }
}
