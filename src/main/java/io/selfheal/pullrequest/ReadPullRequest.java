package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.pullrequest.ExistingPullRequests.Existing;
import io.selfheal.pullrequest.PullRequest.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Reads pull requests in the JSON that GitHub, Gitea and Forgejo share, as {@link ScmApi#answer}
 * left it.
 */
public final class ReadPullRequest {

  /**
   * The listed pull request to go on with, or null where a new one is to be opened.
   *
   * @param answer a list of pull requests; those of other branches are skipped
   */
  public PullRequest found(@Body Object answer, @Variable("branch") FixBranch branch) {
    if (!(answer instanceof List<?> list)) {
      throw new ScmException("the SCM answered no list of pull requests but " + type(answer));
    }
    var existing = new ArrayList<Existing>();
    for (Object item : list) {
      if (item instanceof Map<?, ?> pullRequest
          && pullRequest.get("head") instanceof Map<?, ?> head
          && branch.name().equals(head.get("ref"))
          && ofThisRepository(pullRequest, head)) {
        existing.add(existing(pullRequest, head));
      }
    }
    return ExistingPullRequests.decide(branch, existing).orElse(null);
  }

  /**
   * The pull request that was just opened; null where it {@link ScmApi#answerUnlessExists already
   * exists}.
   */
  public PullRequest opened(@Body Object answer, @Variable("branch") FixBranch branch) {
    if (answer == null) {
      return null;
    }
    if (!(answer instanceof Map<?, ?> fields)) {
      throw new ScmException("the SCM answered no pull request but " + type(answer));
    }
    return new PullRequest(branch, url(fields), number(fields));
  }

  /**
   * A pull request of another form.
   *
   * @param state {@code open}, {@code merged} or {@code closed}, in any case
   */
  public PullRequest of(FixBranch branch, String url, long number, String state) {
    return new PullRequest(branch, url, number, State.valueOf(state.toUpperCase(Locale.ROOT)));
  }

  /** A fork may have a branch of the same name. */
  private static boolean ofThisRepository(Map<?, ?> pullRequest, Map<?, ?> head) {
    return !(pullRequest.get("base") instanceof Map<?, ?> base)
        || !(base.get("repo") instanceof Map<?, ?> baseRepository)
        || !(head.get("repo") instanceof Map<?, ?> headRepository)
        || baseRepository.get("full_name") == null
        || baseRepository.get("full_name").equals(headRepository.get("full_name"));
  }

  private static Existing existing(Map<?, ?> pullRequest, Map<?, ?> head) {
    boolean merged =
        pullRequest.get("merged_at") != null || Boolean.TRUE.equals(pullRequest.get("merged"));
    State state =
        merged ? State.MERGED : "open".equals(pullRequest.get("state")) ? State.OPEN : State.CLOSED;
    return new Existing(
        number(pullRequest), url(pullRequest), state, String.valueOf(head.get("sha")));
  }

  private static String url(Map<?, ?> pullRequest) {
    if (pullRequest.get("html_url") instanceof String url) {
      return url;
    }
    throw new ScmException("the SCM's pull request has no html_url");
  }

  private static long number(Map<?, ?> pullRequest) {
    if (pullRequest.get("number") instanceof Number number) {
      return number.longValue();
    }
    throw new ScmException("the SCM's pull request has no number");
  }

  private static String type(Object answer) {
    return answer == null
        ? "nothing"
        : answer instanceof Map ? "an object" : "a " + answer.getClass().getSimpleName();
  }
}
