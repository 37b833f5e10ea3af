package io.selfheal.pullrequest;

import io.selfheal.pullrequest.PullRequest.State;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What an SCM says about a pull request now. Every text is other people's.
 *
 * @param mergedAt null where it is not merged or the SCM does not say
 * @param mergeCommit the base branch's commit by the merge; null where it is not merged
 * @param head the branch's tip
 * @param checkLog what the failed checks said; empty if none failed
 * @param comments oldest first
 * @param words what else reviewers wrote
 * @param writers who of the commands' authors may write to the repository, by {@link Comment#who}
 */
public record PullRequestNews(
    State state,
    Instant mergedAt,
    String mergeCommit,
    String head,
    Checks checks,
    String checkLog,
    List<Comment> comments,
    List<Comment> words,
    Set<String> writers) {

  /** How the branch's CI stands. */
  public enum Checks {
    NONE,
    PENDING,
    GREEN,
    RED
  }

  /**
   * @param id the SCM's own
   * @param who what the SCM knows its author by
   * @param author the author's name for people
   */
  public record Comment(String id, String who, String author, String text, Instant at) {
    /** Sorts as the comments do. */
    String cursor() {
      return "%015d %24s".formatted(at.toEpochMilli(), id.length() > 64 ? id.substring(0, 64) : id);
    }

    /** Whether it is one of our own. */
    boolean ours() {
      return text.startsWith("<!-- selfheal:");
    }

    /** Whether it speaks to us. */
    boolean command() {
      return text.matches("(?s)/selfheal(?:\\s.*)?");
    }
  }

  public PullRequestNews {
    comments = List.copyOf(comments);
    words = List.copyOf(words);
    writers = Set.copyOf(writers);
  }
}
