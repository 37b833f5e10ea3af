package io.selfheal.pullrequest;

import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.pullrequest.PullRequestNews.Checks;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import io.selfheal.settings.RepositoryUrl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Gathers {@link PullRequestNews} from an SCM's answers, one call for each, and prepares comments.
 * Where what stands in an answer is told by a text, {@code state=state, head=head.sha, …}: on the
 * left what is meant, on the right its place, or several with {@code |} between them, of which the
 * first that is there counts.
 */
public final class ReadNews {
  /** As many comments as the forges put on a page, at most. */
  private static final int PAGE = 100;

  private static final int MAX_PAGES = 10;
  private static final int MAX_LOGS = 3;
  private static final int MAX_PEOPLE = 20;
  private static final int LOG_TAIL = 6_000;
  private static final long LONGEST_LOG = 64L << 20;
  private static final String NEWS = "news";

  private final int ciAttempts;

  /**
   * @param ciAttempts how often a pull request is repaired for failed checks; after that their logs
   *     are not read
   */
  public ReadNews(int ciAttempts) {
    this.ciAttempts = ciAttempts;
  }

  /** What was gathered until now. */
  private static final class Gathered {
    private State state = State.OPEN;
    private Instant mergedAt;
    private String mergeCommit;
    private String head;
    private final Map<String, Checks> checks = new LinkedHashMap<>();
    private final StringBuilder log = new StringBuilder();
    private final List<Comment> comments = new ArrayList<>();
    private final List<Comment> words = new ArrayList<>();
    private final Set<String> writers = new LinkedHashSet<>();
    private boolean logsWanted;
  }

  /**
   * Begins with the {@link FollowedPullRequest} in the body. Sets the variables {@code app}, {@code
   * number}, {@code repository} and {@code page}, for paths.
   */
  public void begin(Exchange exchange) {
    FollowedPullRequest followed = exchange.getMessage().getBody(FollowedPullRequest.class);
    var gathered = new Gathered();
    gathered.logsWanted = followed.issue().history().checkRepairs() < ciAttempts;
    exchange.setVariable(NEWS, gathered);
    exchange.setVariable("followed", followed);
    exchange.setVariable("page", 1);
    exchange.setVariable("failed", List.of());
    exchange.setVariable("open", true);
    place(exchange, followed);
  }

  private static void place(Exchange exchange, FollowedPullRequest followed) {
    exchange.setVariable("app", followed.app());
    exchange.setVariable("number", followed.number());
    exchange.setVariable("repository", RepositoryUrl.nameOf(followed.app().repository()));
  }

  /**
   * Reads the pull request itself: {@code state}, {@code merged} (as {@link ReadPullRequest}),
   * {@code at} (when), {@code commit} (of the merge) and {@code head}. Sets the variables {@code
   * open}, {@code head} and {@code mergeCommit}.
   */
  public void state(Exchange exchange, String fields) {
    Object answer = exchange.getMessage().getBody();
    if (!(answer instanceof Map<?, ?>)) {
      throw new ScmException("the SCM answered no pull request");
    }
    Map<String, String> at = JsonPath.fields(fields);
    Gathered gathered = gathered(exchange);
    gathered.state = ReadPullRequest.state(answer, at);
    gathered.head = text(answer, at, "head");
    if (gathered.state == State.MERGED) {
      gathered.mergeCommit = text(answer, at, "commit");
      gathered.mergedAt = instant(value(answer, at, "at"));
    }
    exchange.setVariable("open", gathered.state == State.OPEN);
    exchange.setVariable("head", gathered.head == null ? "" : gathered.head);
    exchange.setVariable("mergeCommit", gathered.mergeCommit == null ? "" : gathered.mergeCommit);
  }

  /** Reads when it was merged where another answer says it: {@code at}. */
  public void merged(Exchange exchange, String fields) {
    gathered(exchange).mergedAt =
        instant(value(exchange.getMessage().getBody(), JsonPath.fields(fields), "at"));
  }

  /**
   * Reads checks: the {@code list} of them, or without it one; of each {@code state}, {@code name},
   * {@code text} and {@code id}. Sets the variable {@code failed} to the ids of those whose logs
   * are to be read.
   */
  public void checks(Exchange exchange, String fields) {
    Map<String, String> at = JsonPath.fields(fields);
    Gathered gathered = gathered(exchange);
    List<String> failed = new ArrayList<>();
    for (Object check : items(exchange.getMessage().getBody(), at)) {
      String state = text(check, at, "state");
      if (state == null && !at.containsKey("list")) {
        continue;
      }
      Checks read = check(state);
      String name = String.valueOf(text(check, at, "name"));
      gathered.checks.merge(name, read, (a, b) -> a.compareTo(b) > 0 ? a : b);
      if (read == Checks.RED) {
        String said = text(check, at, "text");
        gathered.log.append(name).append(": ").append(said == null ? "failed" : said).append('\n');
        String id = text(check, at, "id");
        if (id != null && failed.size() < MAX_LOGS) {
          failed.add(id);
        }
      }
    }
    exchange.setVariable("failed", gathered.logsWanted ? failed : List.of());
  }

  /**
   * Takes the jobs of a failed pipeline in place of it: the {@code list}, {@code name}, {@code id}.
   */
  public void jobs(Exchange exchange, String fields) {
    Map<String, String> at = JsonPath.fields(fields);
    Gathered gathered = gathered(exchange);
    List<String> failed = new ArrayList<>();
    for (Object job : items(exchange.getMessage().getBody(), at)) {
      gathered.log.append(text(job, at, "name")).append(" failed\n");
      if (failed.size() < MAX_LOGS) {
        failed.add(text(job, at, "id"));
      }
    }
    exchange.setVariable("failed", failed);
  }

  /** Adds the end of a log that is the answer itself; another answer than 200 is none. */
  public void log(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    if (message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class) != 200) {
      return;
    }
    try (InputStream stream = message.getBody(InputStream.class)) {
      if (stream != null) {
        gathered(exchange).log.append(tail(stream)).append('\n');
      }
    }
  }

  private static String tail(InputStream stream) throws IOException {
    byte[] ring = new byte[LOG_TAIL];
    byte[] buffer = new byte[8192];
    long read = 0;
    for (int n = stream.read(buffer); n >= 0 && read < LONGEST_LOG; n = stream.read(buffer)) {
      for (int i = 0; i < n; i++) {
        ring[(int) (read++ % LOG_TAIL)] = buffer[i];
      }
    }
    int length = (int) Math.min(read, LOG_TAIL);
    byte[] last = new byte[length];
    for (int i = 0; i < length; i++) {
      last[i] = ring[(int) ((read - length + i) % LOG_TAIL)];
    }
    return new String(last, StandardCharsets.UTF_8);
  }

  /**
   * Reads comments: the {@code list} of them, or the answer itself; of each {@code id}, {@code
   * who}, {@code author}, {@code text} and {@code at}. Sets the variable {@code page} to the next
   * page, or 0 after the last, and {@code people} to those whose right to write is to be asked for.
   */
  public void comments(Exchange exchange, String fields) {
    Gathered gathered = gathered(exchange);
    int found = read(exchange, fields, gathered.comments);
    int page = exchange.getVariable("page", 1, Integer.class);
    exchange.setVariable("page", found < PAGE || page >= MAX_PAGES ? 0 : page + 1);
    FollowedPullRequest followed = exchange.getVariable("followed", FollowedPullRequest.class);
    String handled = followed.issue().history().handledComment();
    exchange.setVariable(
        "people",
        gathered.state != State.OPEN
            ? List.of()
            : gathered.comments.stream()
                .filter(comment -> comment.command() && !comment.ours())
                .filter(comment -> handled == null || comment.cursor().compareTo(handled) > 0)
                .map(Comment::who)
                .distinct()
                .limit(MAX_PEOPLE)
                .toList());
  }

  /** Reads what reviewers wrote elsewhere, which is kept and never acted on; fields as above. */
  public void words(Exchange exchange, String fields) {
    read(exchange, fields, gathered(exchange).words);
  }

  private static int read(Exchange exchange, String fields, List<Comment> comments) {
    Map<String, String> at = JsonPath.fields(fields);
    List<?> items = items(exchange.getMessage().getBody(), at);
    for (Object item : items) {
      String id = text(item, at, "id");
      String body = text(item, at, "text");
      Instant when = instant(value(item, at, "at"));
      // GitLab writes what happened among what people say.
      if (id != null && body != null && !"true".equals(text(item, at, "system"))) {
        String author = String.valueOf(text(item, at, "author"));
        String who = text(item, at, "who");
        comments.add(
            new Comment(
                id,
                who == null ? author : who,
                author,
                body.strip(),
                when == null ? Instant.EPOCH : when));
      }
    }
    return items.size();
  }

  /**
   * Reads whether a person may write: {@code right}, which is one of the words after {@code
   * allowed} or a number that is as high as {@code least}. No answer is no right.
   */
  public void right(Exchange exchange, String person, String fields) {
    Map<String, String> at = JsonPath.fields(fields);
    for (Object item : items(exchange.getMessage().getBody(), at)) {
      String right = text(item, at, "right");
      boolean may =
          right != null
              && (at.containsKey("least")
                  ? right.matches("\\d{1,4}")
                      && Integer.parseInt(right) >= Integer.parseInt(at.get("least"))
                  : List.of(at.getOrDefault("allowed", "").split(" ")).contains(right));
      if (may) {
        gathered(exchange).writers.add(person);
      }
    }
  }

  /** Everything that was gathered. */
  public PullRequestNews all(Exchange exchange) {
    Gathered gathered = gathered(exchange);
    var states = gathered.checks.values();
    Checks checks =
        states.isEmpty()
            ? Checks.NONE
            : states.contains(Checks.PENDING)
                ? Checks.PENDING
                : states.contains(Checks.RED) ? Checks.RED : Checks.GREEN;
    return new PullRequestNews(
        gathered.state,
        gathered.mergedAt,
        gathered.mergeCommit,
        gathered.head,
        checks,
        gathered.log.toString(),
        gathered.comments,
        gathered.words,
        gathered.writers);
  }

  /**
   * Makes a {@link PullRequestComment} in the body the object of a request.
   *
   * @param field where the SCM wants its text
   * @return sets the variables {@code app}, {@code number} and {@code comment}, which is empty for
   *     a new comment
   */
  public Map<String, Object> comment(Exchange exchange, String field) {
    PullRequestComment comment = exchange.getMessage().getBody(PullRequestComment.class);
    place(exchange, comment.followed());
    exchange.setVariable("comment", comment.existing() == null ? "" : comment.existing());
    Map<String, Object> body = new LinkedHashMap<>();
    JsonPath.put(body, field, comment.text());
    return body;
  }

  private static Checks check(String state) {
    return switch (state == null ? "" : state.toLowerCase(Locale.ROOT)) {
      case "failure", "failed", "error", "timed_out", "startup_failure" -> Checks.RED;
      case "",
          "null",
          "queued",
          "in_progress",
          "inprogress",
          "pending",
          "running",
          "created",
          "preparing",
          "requested",
          "waiting",
          "waiting_for_resource" ->
          Checks.PENDING;
      default -> Checks.GREEN;
    };
  }

  private static Gathered gathered(Exchange exchange) {
    if (exchange.getVariable(NEWS) instanceof Gathered gathered) {
      return gathered;
    }
    throw new IllegalStateException("the route has to call readNews.begin first");
  }

  private static List<?> items(Object answer, Map<String, String> at) {
    Object items = at.containsKey("list") ? JsonPath.get(answer, at.get("list")) : answer;
    return items instanceof List<?> list ? list : items == null ? List.of() : List.of(items);
  }

  private static String text(Object json, Map<String, String> at, String name) {
    Object value = value(json, at, name);
    return value == null ? null : value.toString();
  }

  private static Object value(Object json, Map<String, String> at, String name) {
    for (String path : at.getOrDefault(name, "").split("\\|")) {
      Object value = path.isBlank() ? null : JsonPath.get(json, path.strip());
      if (value != null && !"".equals(value)) {
        return value;
      }
    }
    return null;
  }

  private static Instant instant(Object time) {
    try {
      return time == null ? null : OffsetDateTime.parse(time.toString()).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
