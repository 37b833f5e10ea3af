package io.selfheal.pullrequest;

import io.selfheal.commit.FixBranch;
import io.selfheal.pullrequest.ExistingPullRequests.Existing;
import io.selfheal.pullrequest.PullRequest.State;
import io.selfheal.settings.Application;
import io.selfheal.settings.ConfigurationException;
import io.selfheal.settings.RepositoryUrl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
    String region =
        RepositoryUrl.codeCommitRegion(app.repository())
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "selfheal.apps." + app.name() + ".repository",
                        app.repository().replaceAll("//.*@", "//***@"),
                        "set it to an address such as https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop"));
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
              "give the AWS credentials the rights codecommit:ListPullRequests, codecommit:GetPullRequest and codecommit:CreatePullRequest on "
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
