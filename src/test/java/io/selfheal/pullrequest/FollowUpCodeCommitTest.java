package io.selfheal.pullrequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.Issues;
import io.selfheal.issue.PullRequestHistory;
import io.selfheal.model.RouteContext;
import io.selfheal.prompt.SamplePrompts;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.pullrequest.PullRequestComment.Purpose;
import io.selfheal.pullrequest.PullRequestNews.Checks;
import io.selfheal.pullrequest.PullRequestNews.Comment;
import io.selfheal.settings.Application;
import io.selfheal.settings.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The routes that read and comment at CodeCommit, against answers in its wire format, AWS JSON 1.1:
 * times are seconds since 1970, and an error's name stands in {@code __type}.
 */
class FollowUpCodeCommitTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ADA = "arn:aws:sts::111122223333:assumed-role/Developers/ada";

  private final WireMockServer aws = new WireMockServer(wireMockConfig().dynamicPort());
  private CodeCommit codeCommit;
  private RouteContext routes;

  @BeforeEach
  void start() throws Exception {
    aws.start();
    codeCommit = new CodeCommit(region -> ForgesTest.codeCommit(region, aws.baseUrl()), null);
    routes =
        new RouteContext()
            .bind("codeCommit", codeCommit)
            .start(
                Map.of(),
                "scm/fail-to-caller.camel.yaml",
                "routes/07-open-pull-request/codecommit.camel.yaml");
  }

  @AfterEach
  void everyRequestIsOneThatCodeCommitKnows() throws Exception {
    routes.close();
    codeCommit.close();
    try {
      assertThat(aws.getAllServeEvents())
          .isNotEmpty()
          .allSatisfy(
              event ->
                  assertThat(event.getRequest().getHeader("X-Amz-Target"))
                      .startsWith("CodeCommit_20150413."));
      assertThat(ApiDescription.of("codecommit").violations(aws.getAllServeEvents(), "")).isEmpty();
    } finally {
      aws.stop();
    }
  }

  private static FollowedPullRequest followed() {
    Application app =
        new Application(
            "shop",
            List.of(),
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
            Optional.empty(),
            Secret.NONE,
            Optional.empty(),
            "codecommit",
            Optional.empty(),
            Secret.NONE,
            Optional.empty(),
            Optional.empty(),
            List.of());
    return new FollowedPullRequest(
        Issues.like(
            SamplePrompts.issue(),
            IssueStatus.PULL_REQUEST_OPEN,
            "https://example.com/7",
            PullRequestHistory.NONE),
        app,
        7);
  }

  private PullRequestNews read() {
    return routes.ask("direct:read-pull-request-codecommit", followed(), PullRequestNews.class);
  }

  private void comment(String existing) {
    routes.ask(
        "direct:comment-pull-request-codecommit",
        new PullRequestComment(followed(), existing, "<!-- m --> Seen", Purpose.NUMBERS, null),
        Object.class);
  }

  private static MappingBuilder asked(String operation) {
    return post(urlEqualTo("/"))
        .withHeader("X-Amz-Target", equalTo("CodeCommit_20150413." + operation));
  }

  private static RequestPatternBuilder ask(String operation) {
    return postRequestedFor(urlEqualTo("/"))
        .withHeader("X-Amz-Target", equalTo("CodeCommit_20150413." + operation));
  }

  private static ResponseDefinitionBuilder answer(int status, String json) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/x-amz-json-1.1")
        .withBody(json);
  }

  private void pullRequest(String status, String mergeMetadata) {
    aws.stubFor(
        asked("GetPullRequest")
            .willReturn(
                answer(
                    200,
                    """
                    {"pullRequest": {"pullRequestId": "7", "title": "Fix", "pullRequestStatus": "%s",
                     "lastActivityDate": 1767780000.25, "creationDate": 1767776400.0, "authorArn": "%s",
                     "pullRequestTargets": [{"repositoryName": "shop", "sourceReference": "refs/heads/selfheal/3f2a9c0d1e4b",
                      "destinationReference": "refs/heads/main", "sourceCommit": "a1", "destinationCommit": "b2", "mergeBase": "b0",
                      "mergeMetadata": %s}]}}
                    """
                        .formatted(status, ADA, mergeMetadata))));
  }

  private void commentsThatFollow(String token, String next, String... comments) {
    aws.stubFor(
        asked("GetCommentsForPullRequest")
            .withRequestBody(
                matchingJsonPath("$.nextToken", token == null ? absent() : equalTo(token)))
            .willReturn(
                answer(
                    200,
                    """
                    {%s"commentsForPullRequestData": [{"pullRequestId": "7", "repositoryName": "shop",
                      "beforeCommitId": "b2", "afterCommitId": "a1", "comments": [%s]}]}
                    """
                        .formatted(
                            next == null ? "" : "\"nextToken\": \"" + next + "\", ",
                            String.join(",", comments)))));
  }

  private static String said(String id, String arn, String text, double at) throws Exception {
    return JSON.writeValueAsString(
        Map.of(
            "commentId",
            id,
            "content",
            text,
            "authorArn",
            arn,
            "creationDate",
            at,
            "deleted",
            false));
  }

  @Test
  void anOpenOneIsReadWithTheCommentsOfAllPages() throws Exception {
    pullRequest("OPEN", "{\"isMerged\": false}");
    commentsThatFollow(
        null,
        "page-2",
        said("c2", ADA, "/selfheal retry use a default\r\n", 1767780002.5),
        "{\"commentId\": \"c9\", \"deleted\": true, \"authorArn\": \"%s\", \"creationDate\": 1767780001.0}"
            .formatted(ADA));
    commentsThatFollow(
        "page-2", null, said("c1", "arn:aws:iam::111122223333:user/ben", "Nice", 1767780000.0));

    PullRequestNews news = read();

    assertThat(news.state()).isEqualTo(State.OPEN);
    assertThat(news.head()).isEqualTo("a1");
    assertThat(news.mergeCommit()).isNull();
    assertThat(news.mergedAt()).isNull();
    assertThat(news.checks()).isEqualTo(Checks.NONE);
    assertThat(news.comments())
        .containsExactly(
            new Comment(
                "c1",
                "arn:aws:iam::111122223333:user/ben",
                "ben",
                "Nice",
                Instant.parse("2026-01-07T10:00:00Z")),
            new Comment(
                "c2",
                ADA,
                "ada",
                "/selfheal retry use a default",
                Instant.parse("2026-01-07T10:00:02.500Z")));
    assertThat(news.comments().get(1).command()).isTrue();
    aws.verify(1, ask("GetPullRequest").withRequestBody(equalToJson("{\"pullRequestId\": \"7\"}")));
    aws.verify(
        2,
        ask("GetCommentsForPullRequest")
            .withHeader("Authorization", matching("AWS4-HMAC-SHA256 .*/eu-west-1/codecommit/.*"))
            .withRequestBody(matchingJsonPath("$.pullRequestId", equalTo("7")))
            .withRequestBody(matchingJsonPath("$.repositoryName", equalTo("shop"))));
  }

  /** IAM lets in who may comment; there is nothing else to ask. */
  @Test
  void whoeverCommentsMayGiveCommands() throws Exception {
    pullRequest("OPEN", "{\"isMerged\": false}");
    commentsThatFollow(null, null, said("c1", ADA, "/selfheal stop", 1767780000.0));

    assertThat(read().writers()).containsExactly(ADA);
  }

  @Test
  void aMergedOneHasItsCommitAndTime() {
    pullRequest(
        "CLOSED",
        "{\"isMerged\": true, \"mergedBy\": \"" + ADA + "\", \"mergeCommitId\": \"c0ffee\"}");
    commentsThatFollow(null, null);

    PullRequestNews news = read();

    assertThat(news.state()).isEqualTo(State.MERGED);
    assertThat(news.mergeCommit()).isEqualTo("c0ffee");
    assertThat(news.mergedAt()).isEqualTo(Instant.parse("2026-01-07T10:00:00.250Z"));
    assertThat(news.comments()).isEmpty();
    assertThat(news.writers()).isEmpty();
  }

  @Test
  void oneThatWasClosedWithoutAMergeIsClosed() {
    pullRequest("CLOSED", "{\"isMerged\": false}");
    commentsThatFollow(null, null);

    PullRequestNews news = read();

    assertThat(news.state()).isEqualTo(State.CLOSED);
    assertThat(news.mergedAt()).isNull();
    assertThat(news.mergeCommit()).isNull();
  }

  @Test
  void aNewCommentStandsBetweenTheTwoTipsAndIsMadeOnce() throws Exception {
    pullRequest("OPEN", "{\"isMerged\": false}");
    aws.stubFor(
        asked("PostCommentForPullRequest")
            .willReturn(answer(200, "{\"comment\": {\"commentId\": \"c3\"}}")));

    comment(null);
    comment(null);

    aws.verify(
        2,
        ask("PostCommentForPullRequest")
            .withRequestBody(
                equalToJson(
                    """
                    {"pullRequestId": "7", "repositoryName": "shop", "beforeCommitId": "b2",
                     "afterCommitId": "a1", "content": "<!-- m --> Seen"}
                    """,
                    true,
                    true)));
    assertThat(
            aws.findAll(ask("PostCommentForPullRequest")).stream()
                .map(request -> token(request.getBody()))
                .distinct())
        .as("CodeCommit takes a second request with the same token for the first")
        .singleElement()
        .asString()
        .isNotEmpty();
  }

  private static String token(byte[] body) {
    try {
      return JSON.readTree(body).path("clientRequestToken").asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anEditedCommentIsChangedByItsId() {
    aws.stubFor(
        asked("UpdateComment").willReturn(answer(200, "{\"comment\": {\"commentId\": \"c3\"}}")));

    comment("c3");

    aws.verify(
        1,
        ask("UpdateComment")
            .withRequestBody(
                equalToJson("{\"commentId\": \"c3\", \"content\": \"<!-- m --> Seen\"}")));
    assertThat(aws.getAllServeEvents()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, 30, 30",
    "400, ThrottlingException, , ",
    "503, ServiceUnavailable, 5, 5",
    "500, EncryptionKeyUnavailableException, , "
  })
  void aBusyCodeCommitIsAskedLater(int status, String type, String told, Long seconds) {
    ResponseDefinitionBuilder busy = answer(status, "{\"__type\": \"%s\"}".formatted(type));
    aws.stubFor(
        post(urlEqualTo("/"))
            .willReturn(told == null ? busy : busy.withHeader("Retry-After", told)));

    for (var ask : List.<Runnable>of(this::read, () -> comment(null), () -> comment("c3"))) {
      var failure = catchThrowableOfType(ScmUnavailableException.class, ask::run);
      assertThat(failure)
          .hasMessageContaining("CodeCommit in eu-west-1 has no room now")
          .hasMessageContaining("HTTP " + status);
      assertThat(failure.retryAfter().map(Duration::toSeconds).orElse(null)).isEqualTo(seconds);
    }
  }

  @Test
  void throttlingAmongThePagesLosesNoCommentSilently() throws Exception {
    pullRequest("OPEN", "{\"isMerged\": false}");
    commentsThatFollow(null, "page-2", said("c1", ADA, "Nice", 1767780000.0));
    aws.stubFor(
        asked("GetCommentsForPullRequest")
            .withRequestBody(matchingJsonPath("$.nextToken", equalTo("page-2")))
            .willReturn(answer(400, "{\"__type\": \"ThrottlingException\"}")));

    assertThatThrownBy(this::read).isInstanceOf(ScmUnavailableException.class);
  }

  @Test
  void noAnswerIsAskedLater() {
    aws.stubFor(post(urlEqualTo("/")).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));

    assertThatThrownBy(this::read)
        .isInstanceOf(ScmUnavailableException.class)
        .hasMessageContaining("no answer from CodeCommit in eu-west-1");
  }

  @ParameterizedTest
  @CsvSource({
    "GetPullRequest, codecommit:GetPullRequest",
    "GetCommentsForPullRequest, codecommit:GetCommentsForPullRequest"
  })
  void aReaderWithoutTheRightIsToldWhichOne(String operation, String right) {
    pullRequest("OPEN", "{\"isMerged\": false}");
    denied(operation);

    assertThatThrownBy(this::read)
        .isInstanceOf(ScmException.class)
        .hasMessageContaining("HTTP 400, AccessDeniedException")
        .hasMessageContaining(right);
  }

  @ParameterizedTest
  @CsvSource({
    "PostCommentForPullRequest, , codecommit:PostCommentForPullRequest",
    "UpdateComment, c3, codecommit:UpdateComment"
  })
  void aWriterWithoutTheRightIsToldWhichOne(String operation, String existing, String right) {
    pullRequest("OPEN", "{\"isMerged\": false}");
    denied(operation);

    assertThatThrownBy(() -> comment(existing))
        .isInstanceOf(ScmException.class)
        .hasMessageContaining("HTTP 400, AccessDeniedException")
        .hasMessageContaining(right);
  }

  private void denied(String operation) {
    aws.stubFor(
        asked(operation)
            .willReturn(
                answer(
                    400,
                    "{\"__type\": \"AccessDeniedException\", \"Message\": \"User is not authorized\"}")));
  }

  @ParameterizedTest
  @CsvSource({
    "PullRequestDoesNotExistException, could not be found",
    "UnrecognizedClientException, check the AWS credentials",
    "RepositoryDoesNotExistException, selfheal.apps.shop.repository"
  })
  void anotherRefusalSaysWhy(String type, String said) {
    aws.stubFor(
        post(urlEqualTo("/"))
            .willReturn(
                answer(
                    400,
                    "{\"__type\": \"%s\", \"message\": \"It could not be found\"}"
                        .formatted(type))));

    assertThatThrownBy(this::read)
        .isInstanceOf(ScmException.class)
        .hasMessageContaining(type)
        .hasMessageContaining(said);
  }
}
