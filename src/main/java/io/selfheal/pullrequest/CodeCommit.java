package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.pullrequest.ExistingPullRequests.Existing;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Handler;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codecommit.model.PullRequestStatusEnum;
import software.amazon.awssdk.services.codecommit.model.PullRequestTarget;
import software.amazon.awssdk.services.codecommit.model.Target;

/**
 * Pull requests at AWS CodeCommit, by the AWS SDK: its requests are signed, and its list names no
 * branches. Repository and region are those of the application's URL; labels, reviewers, assignees
 * and drafts do not exist there.
 */
public final class CodeCommit implements AutoCloseable {
  /** Limits of CreatePullRequest. */
  private static final int MAX_TITLE = 150;

  private static final int MAX_DESCRIPTION = 10_240;

  /** How many closed pull requests are looked at, the newest first: each costs a request. */
  private static final int CLOSED = 50;

  private final Function<String, CodeCommitClient> clients;
  private final DescribePullRequest describe;
  private final Map<String, CodeCommitClient> byRegion = new ConcurrentHashMap<>();

  /**
   * @param clients makes a client for a region
   */
  public CodeCommit(Function<String, CodeCommitClient> clients, DescribePullRequest describe) {
    this.clients = clients;
    this.describe = describe;
  }

  /**
   * The branch's pull request, found or made.
   *
   * @throws ScmUnavailableException when a later try may succeed
   * @throws ScmException when something has to be changed first
   */
  @Handler
  public PullRequest open(FixBranch branch) {
    Application app = branch.proposal().prompt().app();
    String region = region(app);
    String repository = RepositoryUrl.nameOf(app.repository());
    CodeCommitClient client = byRegion.computeIfAbsent(region, clients);
    try {
      List<Existing> existing =
          new ArrayList<>(
              find(client, region, repository, branch, PullRequestStatusEnum.OPEN, 1_000));
      if (existing.isEmpty()) {
        existing.addAll(
            find(client, region, repository, branch, PullRequestStatusEnum.CLOSED, CLOSED));
      }
      Optional<PullRequest> found = ExistingPullRequests.decide(branch, existing);
      return found.isPresent() ? found.get() : create(client, region, repository, branch);
    } catch (SdkException e) {
      throw failure(app, repository, region, e);
    }
  }

  private static String region(Application app) {
    return RepositoryUrl.codeCommitRegion(app.repository())
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "selfheal.apps." + app.name() + ".repository",
                    app.repository().replaceAll("//.*@", "//***@"),
                    "set it to an address such as https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop"));
  }

  /**
   * What has become of a pull request. Whoever may comment there has been let in by IAM, and so may
   * give commands; there are no checks.
   *
   * @throws ScmUnavailableException when a later try may succeed
   * @throws ScmException when something has to be changed first
   */
  public PullRequestNews read(FollowedPullRequest followed) {
    Application app = followed.app();
    String region = region(app);
    String repository = RepositoryUrl.nameOf(app.repository());
    CodeCommitClient client = byRegion.computeIfAbsent(region, clients);
    String id = String.valueOf(followed.number());
    try {
      var pullRequest = client.getPullRequest(get -> get.pullRequestId(id)).pullRequest();
      PullRequestTarget target = pullRequest.pullRequestTargets().get(0);
      boolean merged =
          target.mergeMetadata() != null && Boolean.TRUE.equals(target.mergeMetadata().isMerged());
      List<PullRequestNews.Comment> comments =
          client
              .getCommentsForPullRequestPaginator(
                  get -> get.pullRequestId(id).repositoryName(repository))
              .stream()
              .flatMap(page -> page.commentsForPullRequestData().stream())
              .flatMap(data -> data.comments().stream())
              .filter(comment -> comment.content() != null)
              .map(
                  comment ->
                      new PullRequestNews.Comment(
                          comment.commentId(),
                          String.valueOf(comment.authorArn()),
                          String.valueOf(comment.authorArn()).replaceFirst(".*/", ""),
                          comment.content().strip(),
                          comment.creationDate() == null ? Instant.EPOCH : comment.creationDate()))
              .sorted(Comparator.comparing(PullRequestNews.Comment::at))
              .toList();
      return new PullRequestNews(
          merged
              ? State.MERGED
              : pullRequest.pullRequestStatus() == PullRequestStatusEnum.OPEN
                  ? State.OPEN
                  : State.CLOSED,
          merged ? pullRequest.lastActivityDate() : null,
          merged ? target.mergeMetadata().mergeCommitId() : null,
          target.sourceCommit(),
          PullRequestNews.Checks.NONE,
          "",
          comments,
          List.of(),
          comments.stream().map(PullRequestNews.Comment::who).collect(Collectors.toSet()));
    } catch (SdkException e) {
      throw failure(app, repository, region, e);
    }
  }

  /** Writes a comment, or another text in its place; failures as above. */
  public void comment(PullRequestComment comment) {
    Application app = comment.followed().app();
    String region = region(app);
    String repository = RepositoryUrl.nameOf(app.repository());
    CodeCommitClient client = byRegion.computeIfAbsent(region, clients);
    String id = String.valueOf(comment.followed().number());
    try {
      if (comment.existing() != null) {
        client.updateComment(
            update -> update.commentId(comment.existing()).content(comment.text()));
        return;
      }
      PullRequestTarget target =
          client
              .getPullRequest(get -> get.pullRequestId(id))
              .pullRequest()
              .pullRequestTargets()
              .get(0);
      client.postCommentForPullRequest(
          post ->
              post.pullRequestId(id)
                  .repositoryName(repository)
                  .beforeCommitId(target.destinationCommit())
                  .afterCommitId(target.sourceCommit())
                  .clientRequestToken(
                      UUID.nameUUIDFromBytes(
                              (repository + id + comment.text()).getBytes(StandardCharsets.UTF_8))
                          .toString())
                  .content(comment.text()));
    } catch (SdkException e) {
      throw failure(app, repository, region, e);
    }
  }

  private static List<Existing> find(
      CodeCommitClient client,
      String region,
      String repository,
      FixBranch branch,
      PullRequestStatusEnum status,
      int limit) {
    List<String> ids =
        client
            .listPullRequestsPaginator(
                list -> list.repositoryName(repository).pullRequestStatus(status))
            .stream()
            .flatMap(page -> page.pullRequestIds().stream())
            .sorted(Comparator.comparingLong((String id) -> Long.parseLong(id)).reversed())
            .limit(limit)
            .toList();
    List<Existing> found = new ArrayList<>();
    for (String id : ids) {
      var pullRequest = client.getPullRequest(get -> get.pullRequestId(id)).pullRequest();
      for (PullRequestTarget target : pullRequest.pullRequestTargets()) {
        if (target.repositoryName().equals(repository)
            && target.sourceReference().equals("refs/heads/" + branch.name())) {
          boolean merged =
              target.mergeMetadata() != null
                  && Boolean.TRUE.equals(target.mergeMetadata().isMerged());
          State state =
              status == PullRequestStatusEnum.OPEN
                  ? State.OPEN
                  : merged ? State.MERGED : State.CLOSED;
          found.add(
              new Existing(
                  Long.parseLong(id),
                  url(region, repository, id),
                  state,
                  String.valueOf(target.sourceCommit())));
        }
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return found;
  }

  private PullRequest create(
      CodeCommitClient client, String region, String repository, FixBranch branch) {
    String title = describe.title(branch);
    // A request that is repeated with the same token makes no second one.
    String token =
        UUID.nameUUIDFromBytes(
                (repository + branch.name() + branch.commit() + branch.base())
                    .getBytes(StandardCharsets.UTF_8))
            .toString();
    String id =
        client
            .createPullRequest(
                create ->
                    create
                        .title(title.length() <= MAX_TITLE ? title : title.substring(0, MAX_TITLE))
                        .description(
                            DescribePullRequest.shortened(describe.body(branch), MAX_DESCRIPTION))
                        .clientRequestToken(token)
                        .targets(
                            Target.builder()
                                .repositoryName(repository)
                                .sourceReference(branch.name())
                                .destinationReference(branch.base())
                                .build()))
            .pullRequest()
            .pullRequestId();
    return new PullRequest(branch, url(region, repository, id), Long.parseLong(id));
  }

  private static String url(String region, String repository, String id) {
    return "https://%1$s.console.aws.amazon.com/codesuite/codecommit/repositories/%2$s/pull-requests/%3$s/details?region=%1$s"
        .formatted(region, repository, id);
  }

  private static RuntimeException failure(
      Application app, String repository, String region, SdkException e) {
    String where = "CodeCommit in " + region;
    if (!(e instanceof AwsServiceException service)) {
      return new ScmUnavailableException(
          "no answer from " + where + ": " + e.getMessage(), null, e);
    }
    String code = service.awsErrorDetails() == null ? "" : service.awsErrorDetails().errorCode();
    String said = "HTTP %d, %s".formatted(service.statusCode(), code);
    if (service.isThrottlingException() || service.statusCode() >= 500) {
      Duration wait =
          service.awsErrorDetails() == null || service.awsErrorDetails().sdkHttpResponse() == null
              ? null
              : service
                  .awsErrorDetails()
                  .sdkHttpResponse()
                  .firstMatchingHeader("Retry-After")
                  .filter(seconds -> seconds.matches("\\d{1,6}"))
                  .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                  .orElse(null);
      return new ScmUnavailableException("%s has no room now (%s)".formatted(where, said), wait, e);
    }
    String whatToDo =
        switch (code) {
          case "RepositoryDoesNotExistException" ->
              "there is no repository %s; check selfheal.apps.%s.repository"
                  .formatted(repository, app.name());
          case "AccessDeniedException" ->
              "give the AWS credentials the rights codecommit:ListPullRequests, codecommit:GetPullRequest, codecommit:CreatePullRequest, codecommit:GetCommentsForPullRequest, codecommit:PostCommentForPullRequest and codecommit:UpdateComment on "
                  + repository;
          case "UnrecognizedClientException",
              "ExpiredTokenException",
              "InvalidSignatureException",
              "IncompleteSignatureException" ->
              "check the AWS credentials";
          default ->
              service.awsErrorDetails() == null ? "" : service.awsErrorDetails().errorMessage();
        };
    return new ScmException("%s refused the request (%s): %s".formatted(where, said, whatToDo));
  }

  @Override
  public void close() {
    byRegion.values().forEach(CodeCommitClient::close);
  }
}
