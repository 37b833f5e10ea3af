package io.selfheal.pullrequest;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.prompt.SafeText;
import io.selfheal.pullrequest.PullRequestNews.Checks;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Decides what a pull request's news mean for its issue: one thing at a time, the weightiest first.
 * What people and checks wrote is hostile: three known words act, everything else is data for the
 * model, masked and cut.
 */
final class DecideFollowUp {
  private static final int MAX_HINT = 1_000;
  private static final int MAX_LOG = 3_000;
  private static final int MAX_REVIEW = 4_000;
  private static final int MAX_NAME = 60;

  /** A change of the numbers that is worth a notice to people: a tenth. */
  private static final int NOTICEABLE = 10;

  private final FollowUpSettings settings;
  private final UnaryOperator<String> masked;

  DecideFollowUp(FollowUpSettings settings, UnaryOperator<String> masked) {
    this.settings = settings;
    this.masked = masked;
  }

  /** What is to be done. */
  sealed interface Action {}

  record Nothing() implements Action {}

  record Merge(Instant at, String commit, String head) implements Action {}

  record Reject(String reason, String review, String cursor) implements Action {}

  /** A further commit for the pull request. */
  record Again(String reason, String cursor, boolean forChecks) implements Action {}

  record Explain(Comment comment) implements Action {}

  /** Comments were read that ask for nothing. */
  record Read(String cursor) implements Action {}

  /**
   * @param existing id of the comment to change; null if there is none yet
   */
  record TellNumbers(String existing) implements Action {}

  /**
   * @param told whether the comment is there already
   */
  record Confirm(boolean told) implements Action {}

  Action decide(Issue issue, PullRequestNews news, Instant now) {
    if (issue.status() == IssueStatus.MERGED) {
      return quiet(issue, now)
          ? new Confirm(marked(news, quietMark(issue)).isPresent())
          : new Nothing();
    }
    return switch (news.state()) {
      case MERGED ->
          new Merge(
              news.mergedAt() == null ? now : news.mergedAt(), news.mergeCommit(), news.head());
      case CLOSED -> new Reject("Its pull request was closed without a merge", review(news), null);
      case OPEN -> open(issue, news, now);
    };
  }

  /** Whether the error of a merged change has stayed away for long enough. */
  boolean quiet(Issue issue, Instant now) {
    Instant merged = issue.history().mergedAt();
    if (merged == null) {
      return false;
    }
    Instant since = issue.lastSeen().isAfter(merged) ? issue.lastSeen() : merged;
    return !since.plus(settings.quietAfter()).isAfter(now);
  }

  private Action open(Issue issue, PullRequestNews news, Instant now) {
    return command(issue, news)
        .or(() -> checks(issue, news))
        .orElseGet(() -> numbers(issue, news, now));
  }

  private Optional<Action> command(Issue issue, PullRequestNews news) {
    String handled = String.valueOf(issue.history().handledComment());
    boolean none = issue.history().handledComment() == null;
    List<Comment> unread =
        news.comments().stream()
            .filter(comment -> comment.command() && !comment.ours())
            .filter(comment -> none || comment.cursor().compareTo(handled) > 0)
            .sorted(Comparator.comparing(Comment::cursor))
            .toList();
    for (Comment comment : unread) {
      String[] words = comment.text().strip().split("\\s+", 3);
      String word = words.length > 1 ? words[1] : "";
      if (!news.writers().contains(comment.who())) {
        continue;
      }
      switch (word) {
        case "retry" -> {
          String hint = words.length > 2 ? words[2] : "";
          return Optional.of(
              new Again(
                  "A reviewer of the pull request asks for another change"
                      + (hint.isBlank() ? "." : ": " + data(hint, MAX_HINT)),
                  comment.cursor(),
                  false));
        }
        case "explain" -> {
          return Optional.of(new Explain(comment));
        }
        case "stop" -> {
          return Optional.of(
              new Reject(
                  "stopped by " + data(comment.author(), MAX_NAME).replaceAll("\\s+", " "),
                  review(news),
                  comment.cursor()));
        }
        default -> {
          // Nobody is told which words there are: not every author is a friend.
        }
      }
    }
    return unread.isEmpty()
        ? Optional.empty()
        : Optional.of(new Read(unread.get(unread.size() - 1).cursor()));
  }

  private Optional<Action> checks(Issue issue, PullRequestNews news) {
    boolean due =
        news.checks() == Checks.RED
            && news.head() != null
            && issue.history().checkRepairs() < settings.ciAttempts();
    return due
        ? Optional.of(
            new Again(
                "The pull request's checks failed. The end of what they said:\n"
                    + tail(data(news.checkLog(), Integer.MAX_VALUE)),
                null,
                true))
        : Optional.empty();
  }

  private Action numbers(Issue issue, PullRequestNews news, Instant now) {
    Instant toldAt = issue.history().toldAt();
    long told = issue.history().toldOccurrences();
    boolean due = toldAt == null || !toldAt.plus(settings.refreshInterval()).isAfter(now);
    boolean noticeable = issue.occurrences() > told + told / NOTICEABLE;
    return due && noticeable
        ? new TellNumbers(marked(news, mark(issue)).map(Comment::id).orElse(null))
        : new Nothing();
  }

  private String review(PullRequestNews news) {
    var words = new StringBuilder();
    Stream.concat(news.comments().stream(), news.words().stream())
        .filter(comment -> !comment.ours() && !comment.command() && !comment.text().isBlank())
        .sorted(Comparator.comparing(Comment::at))
        .forEach(
            comment ->
                words
                    .append(data(comment.author(), MAX_NAME).replaceAll("\\s+", " "))
                    .append(": ")
                    .append(data(comment.text(), MAX_REVIEW))
                    .append('\n'));
    return words.length() == 0
        ? null
        : words.substring(0, Math.min(words.length(), MAX_REVIEW)).strip();
  }

  private String data(String text, int limit) {
    String safe = masked.apply(SafeText.visible(text == null ? "" : text)).strip();
    return safe.length() <= limit ? safe : safe.substring(0, limit) + "…";
  }

  private static String tail(String text) {
    return text.length() <= MAX_LOG ? text : "…" + text.substring(text.length() - MAX_LOG);
  }

  /** The comment that begins with a mark. */
  static Optional<Comment> marked(PullRequestNews news, String mark) {
    return news.comments().stream().filter(comment -> comment.text().startsWith(mark)).findFirst();
  }

  /** Begins the comment with the numbers. */
  static String mark(Issue issue) {
    return "<!-- selfheal:" + issue.fingerprint() + " -->";
  }

  /** Begins the comment that says that the error has stayed away. */
  static String quietMark(Issue issue) {
    return "<!-- selfheal:" + issue.fingerprint() + ":quiet -->";
  }

  /** Begins the answer to a comment. */
  static String answerMark(Issue issue, Comment comment) {
    return "<!-- selfheal:%s:answer:%s -->"
        .formatted(issue.fingerprint(), comment.id().replaceAll("[^A-Za-z0-9]", ""));
  }
}
