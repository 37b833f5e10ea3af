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
 * Reads pull requests from an SCM's JSON, as {@link ScmApi#answer} left it. Where what stands is
 * told by the variable {@code fields}, {@code number=iid, url=web_url, …}; what it does not name
 * stands where GitHub, Gitea and Forgejo have it:
 *
 * <ul>
 *   <li>{@code number=number}, {@code url=html_url} (what people look at; a text with paths in
 *       braces is filled), {@code state=state}
 *   <li>{@code merged=merged_at}: it is merged if that is there and not {@code false}
 *   <li>{@code branch=head.ref}, {@code commit=head.sha}: the branch and its tip
 *   <li>{@code from=head.repo.full_name}, {@code to=base.repo.full_name}: a fork may have a branch
 *       of the same name
 *   <li>{@code list}: the field that holds the list, where the answer itself is none
 * </ul>
 */
public final class ReadPullRequest {
  private static final String GITHUB =
      "number=number, url=html_url, state=state, merged=merged_at, branch=head.ref,"
          + " commit=head.sha, from=head.repo.full_name, to=base.repo.full_name";

  /**
   * The listed pull request to go on with, or null where a new one is to be opened.
   *
   * @param answer a list of pull requests; those of other branches are skipped
   */
  public PullRequest found(
      @Body Object answer,
      @Variable("branch") FixBranch branch,
      @Variable("fields") String fieldNames) {
    Map<String, String> fields = fields(fieldNames);
    Object listed = fields.containsKey("list") ? JsonPath.get(answer, fields.get("list")) : answer;
    if (!(listed instanceof List<?> list)) {
      throw new ScmException("the SCM answered no list of pull requests but " + type(answer));
    }
    var existing = new ArrayList<Existing>();
    for (Object item : list) {
      String ref = String.valueOf(JsonPath.get(item, fields.get("branch")));
      if (branch.name().equals(ref.replaceFirst("^refs/heads/", ""))
          && ofThisRepository(item, fields)) {
        existing.add(
            new Existing(
                number(item, fields),
                url(item, fields),
                state(item, fields),
                String.valueOf(JsonPath.get(item, fields.get("commit")))));
      }
    }
    return ExistingPullRequests.decide(branch, existing).orElse(null);
  }

  /**
   * The pull request that was just opened; null where it {@link ScmApi#answerUnlessExists already
   * exists}.
   */
  public PullRequest opened(
      @Body Object answer,
      @Variable("branch") FixBranch branch,
      @Variable("fields") String fieldNames) {
    if (answer == null) {
      return null;
    }
    if (!(answer instanceof Map<?, ?>)) {
      throw new ScmException("the SCM answered no pull request but " + type(answer));
    }
    Map<String, String> fields = fields(fieldNames);
    return new PullRequest(branch, url(answer, fields), number(answer, fields));
  }

  /**
   * A pull request of another form.
   *
   * @param state {@code open}, {@code merged} or {@code closed}, in any case
   */
  public PullRequest of(FixBranch branch, String url, long number, String state) {
    return new PullRequest(branch, url, number, State.valueOf(state.toUpperCase(Locale.ROOT)));
  }

  private static Map<String, String> fields(String names) {
    return JsonPath.fields(GITHUB + (names == null ? "" : "," + names));
  }

  private static boolean ofThisRepository(Object pullRequest, Map<String, String> fields) {
    Object from = JsonPath.get(pullRequest, fields.get("from"));
    Object to = JsonPath.get(pullRequest, fields.get("to"));
    return from == null || to == null || from.equals(to);
  }

  /** What the forges call it; any other word is a pull request that people have turned down. */
  static State state(Object pullRequest, Map<String, String> fields) {
    Object merged =
        fields.containsKey("merged") ? JsonPath.get(pullRequest, fields.get("merged")) : null;
    if (merged != null && !Boolean.FALSE.equals(merged)) {
      return State.MERGED;
    }
    String state = String.valueOf(JsonPath.get(pullRequest, fields.get("state")));
    return switch (state.toLowerCase(Locale.ROOT)) {
      // GitLab's "locked" is a merge that is under way.
      case "open", "opened", "active", "locked" -> State.OPEN;
      case "merged", "completed" -> State.MERGED;
      default -> State.CLOSED;
    };
  }

  private static String url(Object pullRequest, Map<String, String> fields) {
    String field = fields.get("url");
    Object url =
        field.contains("{") ? JsonPath.fill(pullRequest, field) : JsonPath.get(pullRequest, field);
    if (url instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new ScmException("the SCM's pull request has no " + field);
  }

  private static long number(Object pullRequest, Map<String, String> fields) {
    if (JsonPath.get(pullRequest, fields.get("number")) instanceof Number number) {
      return number.longValue();
    }
    throw new ScmException("the SCM's pull request has no " + fields.get("number"));
  }

  private static String type(Object answer) {
    return answer == null
        ? "nothing"
        : answer instanceof Map ? "an object" : "a " + answer.getClass().getSimpleName();
  }
}
