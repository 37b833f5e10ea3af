package io.selfheal.pullrequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Issues;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.model.ModelPrices;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.pullrequest.PullRequestComment.Purpose;
import io.selfheal.pullrequest.PullRequestNews.Checks;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import io.selfheal.settings.Secret;
import io.selfheal.workspace.ScmTokens;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes that read and comment, against answers in the forges' own forms. */
class FollowUpForgesTest {
  private final WireMockServer forge = new WireMockServer(wireMockConfig().dynamicPort());

  /** Where GitHub keeps logs, which is no part of its API. */
  private final WireMockServer store = new WireMockServer(wireMockConfig().dynamicPort());

  private String scm;
  private String root;

  @BeforeEach
  void start() {
    forge.start();
    store.start();
  }

  @AfterEach
  void everyRequestIsOneThatTheForgeKnows() throws Exception {
    try {
      assertThat(forge.getAllServeEvents()).isNotEmpty();
      assertThat(ApiDescription.of(scm).violations(forge.getAllServeEvents(), root)).isEmpty();
    } finally {
      forge.stop();
      store.stop();
    }
  }

  private FollowedPullRequest followed(String scm, String base) {
    this.scm = scm;
    this.root = base.replaceFirst("/(repos|repositories|projects)/.*", "");
    Issue issue =
        Issues.like(
            SamplePrompts.issue(),
            IssueStatus.PULL_REQUEST_OPEN,
            "https://example.com/7",
            PullRequestHistory.NONE);
    return new FollowedPullRequest(
        issue, SamplePrompts.app(scm, forge.baseUrl() + base, Secret.of("t0ken")), 7);
  }

  private RouteContext routes(String scm) throws Exception {
    return new RouteContext()
        .bind("scmApi", new ScmApi(Clock.systemUTC(), new ScmTokens(Clock.systemUTC())))
        .bind("readPullRequest", new ReadPullRequest())
        .bind("peopleAndLabels", new PeopleAndLabels())
        .bind("reportIssue", new ReportIssue(null, text -> text))
        .bind(
            "describePullRequest",
            new DescribePullRequest(new ModelPrices(null, null), text -> text))
        .start(
            Map.of(),
            "routes/07-call-scm.camel.yaml",
            "routes/07-open-pull-request/" + scm + ".camel.yaml");
  }

  private PullRequestNews read(String scm, String base) throws Exception {
    try (var routes = routes(scm)) {
      return routes.ask(
          "direct:read-pull-request-" + scm, followed(scm, base), PullRequestNews.class);
    }
  }

  private void comment(String scm, String base, String existing) throws Exception {
    try (var routes = routes(scm)) {
      var comment =
          new PullRequestComment(
              followed(scm, base), existing, "<!-- m --> Seen", Purpose.NUMBERS, null);
      assertThat(
              routes.send("direct:comment-pull-request-" + scm, comment, Map.of()).getException())
          .isNull();
    }
  }

  private void answers(String url, String json) {
    forge.stubFor(get(urlEqualTo(url)).willReturn(okJson(json)));
  }

  @Test
  void readsAnOpenPullRequestAtGithub() throws Exception {
    String base = "/api/v3/repos/acme/shop";
    answers(
        base + "/pulls/7",
        """
        {"number": 7, "state": "open", "merged": false, "merged_at": null, "merge_commit_sha": "te57",
         "head": {"ref": "selfheal/3f2a9c0d1e4b", "sha": "a1"}, "base": {"ref": "main"}}
        """);
    answers(
        base + "/commits/a1/status?per_page=100",
        """
        {"state": "success", "total_count": 1, "statuses": [
          {"id": 1, "state": "success", "context": "lint", "description": "ok"}]}
        """);
    answers(
        base + "/commits/a1/check-runs?per_page=100",
        """
        {"total_count": 2, "check_runs": [
          {"id": 42, "name": "unit", "status": "completed", "conclusion": "failure",
           "output": {"title": null, "summary": null, "annotations_count": 1}},
          {"id": 43, "name": "docs", "status": "completed", "conclusion": "skipped", "output": {}}]}
        """);
    forge.stubFor(
        get(urlEqualTo(base + "/actions/jobs/42/logs"))
            .willReturn(
                aResponse()
                    .withStatus(302)
                    .withHeader("Location", store.baseUrl() + "/blob/log.txt?sig=a%2Fb")));
    store.stubFor(
        get(urlEqualTo("/blob/log.txt?sig=a%2Fb"))
            .willReturn(aResponse().withBody("x".repeat(20_000) + "\nassert 1 == 2")));
    answers(
        base + "/issues/7/comments?per_page=100&page=1",
        """
        [{"id": 900, "user": {"login": "ada"}, "body": "/selfheal explain\\r\\n", "created_at": "2026-01-07T10:00:00Z"},
         {"id": 901, "user": {"login": "mallory"}, "body": "/selfheal stop", "created_at": "2026-01-07T10:01:00Z"},
         {"id": 902, "user": {"login": "ben"}, "body": "Nice", "created_at": "2026-01-07T10:02:00Z"}]
        """);
    answers(
        base + "/collaborators/ada/permission",
        "{\"permission\": \"write\", \"role_name\": \"maintain\", \"user\": {\"login\": \"ada\"}}");
    answers(base + "/collaborators/mallory/permission", "{\"permission\": \"read\"}");

    PullRequestNews news = read("github", base);

    assertThat(news.state()).isEqualTo(State.OPEN);
    assertThat(news.mergeCommit()).isNull();
    assertThat(news.head()).isEqualTo("a1");
    assertThat(news.checks()).isEqualTo(Checks.RED);
    assertThat(news.checkLog()).endsWith("assert 1 == 2\n").hasSizeLessThan(7_000);
    assertThat(news.comments())
        .extracting(Comment::id, Comment::author, Comment::text)
        .contains(org.assertj.core.groups.Tuple.tuple("900", "ada", "/selfheal explain"));
    assertThat(news.writers()).containsExactly("ada");
    store.verify(
        getRequestedFor(urlEqualTo("/blob/log.txt?sig=a%2Fb"))
            .withHeader("Authorization", absent()));
    forge.verify(0, getRequestedFor(urlEqualTo(base + "/collaborators/ben/permission")));
  }

  @Test
  void readsAllPagesAndReviewsOfAClosedOneAtGithub() throws Exception {
    String base = "/api/v3/repos/acme/shop";
    answers(
        base + "/pulls/7",
        "{\"number\": 7, \"state\": \"closed\", \"merged_at\": null, \"head\": {\"sha\": \"a1\"}}");
    answers(
        base + "/pulls/7/reviews?per_page=100",
        "[{\"id\": 5, \"user\": {\"login\": \"ada\"}, \"body\": \"Wrong layer\", \"state\": \"CHANGES_REQUESTED\", \"submitted_at\": \"2026-01-07T10:00:00Z\"}]");
    answers(
        base + "/pulls/7/comments?per_page=100",
        "[{\"id\": 6, \"user\": {\"login\": \"ben\"}, \"body\": \"This line\", \"created_at\": \"2026-01-07T10:00:00Z\"}]");
    var page = new StringBuilder("[");
    for (int i = 0; i < 100; i++) {
      page.append(i == 0 ? "" : ",")
          .append("{\"id\": ")
          .append(i)
          .append(
              ", \"user\": {\"login\": \"ada\"}, \"body\": \"b\", \"created_at\": \"2026-01-07T10:00:00Z\"}");
    }
    answers(base + "/issues/7/comments?per_page=100&page=1", page.append("]").toString());
    answers(
        base + "/issues/7/comments?per_page=100&page=2",
        "[{\"id\": 200, \"user\": {\"login\": \"ada\"}, \"body\": \"/selfheal stop\", \"created_at\": \"2026-01-07T10:00:00Z\"}]");

    PullRequestNews news = read("github", base);

    assertThat(news.state()).isEqualTo(State.CLOSED);
    assertThat(news.comments()).hasSize(101);
    assertThat(news.words()).extracting(Comment::text).containsExactly("Wrong layer", "This line");
    assertThat(news.writers()).isEmpty();
  }

  @Test
  void commentsAtGithubAndChangesComments() throws Exception {
    forge.stubFor(
        any(urlPathEqualTo("/api/v3/repos/acme/shop/issues/7/comments")).willReturn(okJson("{}")));
    forge.stubFor(
        any(urlPathEqualTo("/api/v3/repos/acme/shop/issues/comments/9")).willReturn(okJson("{}")));
    comment("github", "/api/v3/repos/acme/shop", null);
    comment("github", "/api/v3/repos/acme/shop", "9");
    var body = equalToJson("{\"body\": \"<!-- m --> Seen\"}");
    forge.verify(
        1,
        postRequestedFor(urlEqualTo("/api/v3/repos/acme/shop/issues/7/comments"))
            .withRequestBody(body));
    forge.verify(
        1,
        patchRequestedFor(urlEqualTo("/api/v3/repos/acme/shop/issues/comments/9"))
            .withRequestBody(body));
  }

  @Test
  void readsAnOpenMergeRequestAtGitlabAndComments() throws Exception {
    String base = "/api/v4/projects/acme%2Fshop";
    answers(
        base + "/merge_requests/7",
        """
        {"iid": 7, "state": "opened", "merged_at": null, "merge_commit_sha": null, "squash_commit_sha": null,
         "sha": "a1", "head_pipeline": {"id": 31, "status": "failed", "ref": "selfheal/3f2a9c0d1e4b"}}
        """);
    answers(
        base + "/pipelines/31/jobs?scope[]=failed&per_page=20",
        "[{\"id\": 77, \"name\": \"unit\", \"status\": \"failed\", \"stage\": \"test\"}]");
    forge.stubFor(
        get(urlEqualTo(base + "/jobs/77/trace")).willReturn(aResponse().withBody("FAILED (1)")));
    answers(
        base + "/merge_requests/7/notes?sort=asc&order_by=created_at&per_page=100&page=1",
        """
        [{"id": 1, "body": "added 1 commit", "author": {"id": 3, "username": "ada"}, "system": true, "created_at": "2026-01-07T10:00:00.000Z"},
         {"id": 2, "body": "/selfheal retry use a default", "author": {"id": 3, "username": "ada"}, "system": false, "created_at": "2026-01-07T10:00:01.000Z"},
         {"id": 3, "body": "/selfheal stop", "author": {"id": 4, "username": "guest"}, "system": false, "created_at": "2026-01-07T10:00:02.000Z"},
         {"id": 4, "body": "/selfheal stop", "author": {"id": 5, "username": "mallory"}, "system": false, "created_at": "2026-01-07T10:00:03.000Z"}]
        """);
    answers(base + "/members/all/3", "{\"id\": 3, \"username\": \"ada\", \"access_level\": 30}");
    answers(base + "/members/all/4", "{\"id\": 4, \"username\": \"guest\", \"access_level\": 20}");
    forge.stubFor(
        get(urlEqualTo(base + "/members/all/5"))
            .willReturn(aResponse().withStatus(404).withBody("{\"message\": \"404 Not found\"}")));

    PullRequestNews news = read("gitlab", base);

    assertThat(news.state()).isEqualTo(State.OPEN);
    assertThat(news.checks()).isEqualTo(Checks.RED);
    assertThat(news.checkLog()).contains("unit failed", "FAILED (1)");
    assertThat(news.comments()).extracting(Comment::id).containsExactly("2", "3", "4");
    assertThat(news.writers()).containsExactly("3");
    forge.verify(
        getRequestedFor(urlEqualTo(base + "/merge_requests/7"))
            .withHeader("PRIVATE-TOKEN", equalTo("t0ken")));

    forge.stubFor(any(urlPathEqualTo(base + "/merge_requests/7/notes/9")).willReturn(okJson("{}")));
    comment("gitlab", base, "9");
    forge.verify(1, putRequestedFor(urlEqualTo(base + "/merge_requests/7/notes/9")));
  }

  @Test
  void readsAMergedOneAtGitlab() throws Exception {
    String base = "/api/v4/projects/12";
    answers(
        base + "/merge_requests/7",
        """
        {"iid": 7, "state": "merged", "merged_at": "2026-01-07T10:00:00.250Z", "merge_commit_sha": null,
         "squash_commit_sha": "5q", "sha": "a1", "head_pipeline": null}
        """);
    answers(
        base + "/merge_requests/7/notes?sort=asc&order_by=created_at&per_page=100&page=1", "[]");

    PullRequestNews news = read("gitlab", base);

    assertThat(news.state()).isEqualTo(State.MERGED);
    assertThat(news.mergedAt()).isEqualTo(Instant.parse("2026-01-07T10:00:00.250Z"));
    assertThat(news.mergeCommit()).isEqualTo("5q");
    assertThat(news.head()).isEqualTo("a1");
  }

  @Test
  void readsAtGitea() throws Exception {
    String base = "/api/v1/repos/acme/shop";
    answers(
        base + "/pulls/7",
        "{\"number\": 7, \"state\": \"open\", \"merged\": false, \"merged_at\": null, \"head\": {\"ref\": \"x\", \"sha\": \"a1\"}}");
    answers(
        base + "/commits/a1/status?limit=50",
        "{\"state\": \"failure\", \"sha\": \"a1\", \"statuses\": [{\"id\": 1, \"status\": \"failure\", \"context\": \"ci/unit\", \"description\": \"2 tests failed\"}]}");
    answers(
        base + "/issues/7/comments",
        "[{\"id\": 2, \"user\": {\"login\": \"ada\"}, \"body\": \"/selfheal stop\", \"created_at\": \"2026-01-07T11:00:00+01:00\"}]");
    answers(
        base + "/collaborators/ada/permission",
        "{\"permission\": \"owner\", \"role_name\": \"owner\"}");

    PullRequestNews news = read("gitea", base);

    assertThat(news.checks()).isEqualTo(Checks.RED);
    assertThat(news.checkLog()).contains("ci/unit: 2 tests failed");
    assertThat(news.comments().get(0).at()).isEqualTo(Instant.parse("2026-01-07T10:00:00Z"));
    assertThat(news.writers()).containsExactly("ada");
    forge.stubFor(any(urlPathEqualTo(base + "/issues/7/comments")).willReturn(okJson("{}")));
    comment("gitea", base, null);
    forge.verify(1, postRequestedFor(urlEqualTo(base + "/issues/7/comments")));
  }

  @Test
  void readsAtBitbucket() throws Exception {
    String base = "/2.0/repositories/acme/shop";
    answers(
        base + "/pullrequests/7",
        """
        {"id": 7, "state": "MERGED", "merge_commit": {"hash": "c0ffee123456"}, "updated_on": "2026-01-09T10:00:00+00:00",
         "source": {"branch": {"name": "x"}, "commit": {"hash": "a1"}}}
        """);
    answers(
        base + "/commit/c0ffee123456",
        "{\"hash\": \"c0ffee1234567890\", \"date\": \"2026-01-07T10:00:00+00:00\"}");
    answers(
        base + "/pullrequests/7/comments?pagelen=100&sort=created_on&page=1",
        "{\"pagelen\": 100, \"values\": []}");
    PullRequestNews merged = read("bitbucket", base);
    assertThat(merged.state()).isEqualTo(State.MERGED);
    assertThat(merged.mergedAt()).isEqualTo(Instant.parse("2026-01-07T10:00:00Z"));

    answers(
        base + "/pullrequests/7",
        "{\"id\": 7, \"state\": \"OPEN\", \"merge_commit\": null, \"source\": {\"commit\": {\"hash\": \"a1\"}}}");
    answers(
        base + "/commit/a1/statuses?pagelen=100",
        "{\"values\": [{\"key\": \"b\", \"name\": \"Build\", \"state\": \"FAILED\", \"description\": \"red\"}, {\"name\": \"Lint\", \"state\": \"INPROGRESS\"}]}");
    answers(
        base + "/pullrequests/7/comments?pagelen=100&sort=created_on&page=1",
        "{\"values\": [{\"id\": 3, \"content\": {\"raw\": \"/selfheal stop\"}, \"user\": {\"uuid\": \"{aa}\", \"display_name\": \"Ada\"}, \"created_on\": \"2026-01-07T10:00:00+00:00\", \"deleted\": false}]}");
    answers(
        "/2.0/workspaces/acme/permissions/repositories/shop?q=user.uuid%3D%22%7Baa%7D%22",
        "{\"values\": [{\"permission\": \"write\", \"user\": {\"uuid\": \"{aa}\"}}]}");
    PullRequestNews open = read("bitbucket", base);
    assertThat(open.checks()).isEqualTo(Checks.PENDING);
    assertThat(open.writers()).containsExactly("{aa}");
    forge.stubFor(any(urlPathEqualTo(base + "/pullrequests/7/comments")).willReturn(okJson("{}")));
    comment("bitbucket", base, null);
    forge.verify(
        1,
        postRequestedFor(urlEqualTo(base + "/pullrequests/7/comments"))
            .withRequestBody(equalToJson("{\"content\": {\"raw\": \"<!-- m --> Seen\"}}")));
  }

  @Test
  void readsWhatReviewersWroteOnAClosedOneAtGitea() throws Exception {
    String base = "/api/v1/repos/acme/shop";
    answers(
        base + "/pulls/7",
        "{\"number\": 7, \"state\": \"closed\", \"merged\": false, \"merged_at\": null, \"head\": {\"sha\": \"a1\"}}");
    answers(
        base + "/pulls/7/reviews?limit=50",
        "[{\"id\": 5, \"user\": {\"login\": \"ada\"}, \"body\": \"Wrong layer\", \"state\": \"REQUEST_CHANGES\", \"submitted_at\": \"2026-01-07T10:00:00Z\"}]");
    answers(base + "/issues/7/comments", "[]");

    PullRequestNews news = read("gitea", base);

    assertThat(news.state()).isEqualTo(State.CLOSED);
    assertThat(news.words()).extracting(Comment::text).containsExactly("Wrong layer");
  }

  @ParameterizedTest
  @CsvSource({
    "github, /api/v3/repos/acme/shop, POST /issues/7/comments, PATCH /issues/comments/9",
    "gitlab, /api/v4/projects/12, POST /merge_requests/7/notes, PUT /merge_requests/7/notes/9",
    "gitea, /api/v1/repos/acme/shop, POST /issues/7/comments, PATCH /issues/comments/9",
    "bitbucket, /2.0/repositories/acme/shop, POST /pullrequests/7/comments, PUT /pullrequests/7/comments/9"
  })
  void commentsAreMadeAndChanged(String scm, String base, String made, String changed)
      throws Exception {
    forge.stubFor(any(anyUrl()).willReturn(okJson("{}")));

    comment(scm, base, null);
    comment(scm, base, "9");

    assertThat(forge.getAllServeEvents())
        .extracting(event -> event.getRequest().getMethod() + " " + event.getRequest().getUrl())
        .containsExactlyInAnyOrder(made.replace(" ", " " + base), changed.replace(" ", " " + base));
    assertThat(forge.getAllServeEvents())
        .allSatisfy(
            event -> assertThat(event.getRequest().getBodyAsString()).contains("<!-- m --> Seen"));
  }
}
