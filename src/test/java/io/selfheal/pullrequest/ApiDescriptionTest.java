package io.selfheal.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check of the requests itself: what it lets through, and what it refuses. */
class ApiDescriptionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "github | POST /repos/a/b/issues/7/comments | | {'body': 'Seen'}",
        "github | GET /repos/a/b/commits/a1/check-runs | per_page=100 |",
        "gitlab | PUT /projects/a%2Fb/merge_requests/7/notes/9 | | {'body': 'Seen'}",
        "gitlab | GET /projects/12/pipelines/31/jobs | scope[]=failed&per_page=20 |",
        "gitea | PATCH /repos/a/b/issues/comments/9 | | {'body': 'Seen'}",
        "bitbucket | POST /repositories/a/b/pullrequests/7/comments | | {'content': {'raw': 'Seen'}}",
        "bitbucket | GET /repositories/a/b/pullrequests | state=OPEN&state=MERGED&pagelen=50 |",
        "codecommit | POST /UpdateComment | | {'commentId': '9', 'content': 'Seen'}",
      })
  void aRequestAsTheForgeDescribesItPasses(String forge, String request, String query, String body)
      throws Exception {
    assertThat(violations(forge, request, query, body)).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a misspelt field
        "github | POST /repos/a/b/issues/7/comments | | {'body': 'Seen', 'bodi': 'Seen'} | bodi",
        "gitlab | POST /projects/12/merge_requests/7/notes | | {'body': 'Seen', 'text': 'x'} | text",
        "gitea | POST /repos/a/b/pulls | | {'head': 'x', 'base': 'main', 'titel': 'x'} | titel",
        "bitbucket | POST /repositories/a/b/pullrequests/7/comments | | {'content': {'row': 'x'}} | row",
        "codecommit | POST /UpdateComment | | {'commentId': '9', 'content': 'x', 'text': 'x'} | text",
        "codecommit | POST /CreatePullRequest | | {'title': 'x', 'targets': [{'repositoryName': 'shop', 'sourceReference': 'x', 'branch': 'x'}]} | branch",
        // a field that is missing, or of another type
        "github | POST /repos/a/b/issues/7/comments | | {} | body",
        "github | POST /repos/a/b/issues | | {'title': 'x', 'labels': 'selfheal'} | labels",
        "gitlab | POST /projects/12/merge_requests | | {'title': 'x', 'source_branch': 'x'} | target_branch",
        "gitea | POST /repos/a/b/issues/7/labels | | {'labels': ['selfheal']} | labels",
        "gitea | PATCH /repos/a/b/issues/comments/9 | | {'body': null} | body",
        "codecommit | POST /PostCommentForPullRequest | | {'pullRequestId': '7', 'content': 'x'} | beforeCommitId",
        "github | POST /repos/a/b/issues/7/comments | | | has a body",
        // a wrong method or path
        "github | PUT /repos/a/b/issues/comments/9 | | {'body': 'x'} | no operation PUT",
        "gitlab | PATCH /projects/12/merge_requests/7/notes/9 | | {'body': 'x'} | no operation PATCH",
        "gitea | POST /repos/a/b/pulls/7/comments | | {'body': 'x'} | no operation POST",
        "bitbucket | PATCH /repositories/a/b/pullrequests/7/comments/9 | | {'content': {'raw': 'x'}} | no operation PATCH",
        "codecommit | POST /MergePullRequest | | {'pullRequestId': '7'} | no operation POST",
        // a wrong id
        "gitlab | GET /projects/12/members/all/ada | | | user_id=ada",
        "github | PATCH /repos/a/b/issues/comments/%7B9%7D | | {'body': 'x'} | comment_id={9}",
        // a wrong parameter
        "github | GET /repos/a/b/pulls | state=merged | | state=merged",
        "github | GET /repos/a/b/pulls | limit=50 | | no parameter limit",
        "gitlab | GET /projects/12/merge_requests/7/notes | sort[]=asc | | not a list",
        "gitea | GET /repos/a/b/issues/7/comments | page=2 | | no parameter page",
        "bitbucket | GET /repositories/a/b/pullrequests | pagelen=100 | | pagelen=100",
        // a body that is not asked for
        "gitea | GET /repos/a/b/pulls/7 | | {'state': 'open'} | has no body",
      })
  void anotherRequestIsRefused(String forge, String request, String query, String body, String said)
      throws Exception {
    assertThat(violations(forge, request, query, body)).contains(said);
  }

  private static String violations(String forge, String request, String query, String body)
      throws Exception {
    String[] methodAndPath = request.split(" ");
    String json = body == null ? "" : body.replace('\'', '"');
    return ApiDescription.of(forge)
        .violations(
            methodAndPath[0], methodAndPath[1], query, json.getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
