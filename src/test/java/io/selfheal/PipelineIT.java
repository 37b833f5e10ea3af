package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.local.EmbeddedAws;
import io.selfheal.workspace.SshGitServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.io.DisabledOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The packaged program against services of the real shapes: DynamoDB Local with its stream,
 * ElasticMQ, a git server over SSH, Bedrock's wire format, GitHub's pull requests.
 */
@ExtendWith(EmbeddedAws.class)
class PipelineIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private BedrockServer bedrock;
  private GitHubServer github;
  private SshGitServer ssh;
  private Path bare;
  private IssueTable issues;
  private SqsClient sqs;
  private String queue;
  private SelfhealProcess selfheal;

  @BeforeEach
  void startServices(EmbeddedAws aws) throws Exception {
    bedrock = new BedrockServer();
    github = new GitHubServer();
    bare = ShopRepository.bareIn(Files.createDirectories(folder.resolve("git")), "shop.git");
    // The jar runs without BouncyCastle, which tests have by way of DynamoDB Local
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    ssh =
        new SshGitServer(folder.resolve("git"), SshGitServer.newKey("ecdsa-sha2-nistp256", 256))
            .allow(key.getPublic());
    String table = aws.newTable();
    queue = aws.newQueue(3);
    issues = new IssueTable(aws.dynamoDb(), table, Clock.systemUTC());
    sqs = aws.sqs();
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "deploy", null, pem);
    selfheal =
        new SelfhealProcess(Files.createDirectories(folder.resolve("run")))
            .environment("AWS_ENDPOINT_URL_DYNAMODB", aws.endpoints().dynamoDb().toString())
            .environment("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", aws.endpoints().dynamoDb().toString())
            .environment("AWS_ENDPOINT_URL_SQS", aws.endpoints().sqs().toString())
            .environment("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.url())
            .environment("DEPLOY_KEY", pem.toString(StandardCharsets.UTF_8))
            .environment("SCM_TOKEN", "ghp_test")
            // The environment wins over the file
            .environment("SELFHEAL_MODEL", "bedrock")
            .set("selfheal.model", "replay")
            .set("selfheal.sources", "http")
            .set("selfheal.issues.table", table)
            .set("selfheal.work.queue", queue)
            .set("selfheal.work.dir", folder.resolve("work").toString())
            .set("selfheal.issues.count-interval", "500ms")
            .set("selfheal.heal.retry-delay", "1s")
            .set("selfheal.apps.shop.repository", ssh.url("shop.git"))
            .set("selfheal.apps.shop.ssh-private-key", "{{env:DEPLOY_KEY}}")
            .set("selfheal.apps.shop.ssh-known-hosts", ssh.knownHostsLine())
            .set("selfheal.apps.shop.scm", "github")
            .set("selfheal.apps.shop.scm-api-url", github.apiUrl())
            .set("selfheal.apps.shop.scm-token", "{{env:SCM_TOKEN}}");
  }

  @AfterEach
  void stopServices() throws Exception {
    selfheal.close();
    ssh.close();
    github.close();
    bedrock.close();
  }

  @Test
  void anErrorBecomesOnePullRequestWhateverItsRepeats() throws Exception {
    bedrock.answer("no attribute 'price'", ShopRepository.withdrawnProductProposal());
    bedrock.answer("no attribute 'get'", ShopErrors.NULL_BODY_PROPOSAL);
    selfheal.start();

    assertThat(send(List.of(ShopErrors.withdrawnProduct()))).isEqualTo(202);

    await()
        .atMost(LONG)
        .until(() -> issuesWith(IssueStatus.PULL_REQUEST_OPEN), found -> found.size() == 1);
    Issue issue = issues.all().get(0);
    assertThat(github.pulls()).hasSize(1);
    assertThat(issue.pullRequestUrl()).isEqualTo("https://github.example/acme/shop/pull/1");
    assertThat(issue.branch()).isEqualTo("selfheal/" + issue.fingerprint().substring(0, 12));
    assertThat(issue.inputTokens()).isEqualTo(1200);
    assertThat(issue.outputTokens()).isEqualTo(300);
    assertThat(github.pulls().get(0).get("base").get("ref").asText()).isEqualTo("main");
    assertThat(github.pulls().get(0).get("body").asText())
        .contains("read_lines()", "Traceback", issue.fingerprint(), "not verified");
    assertThat(changedPaths(issue.branch()))
        .containsExactlyInAnyOrder("shop/orders.py", "tests/test_orders.py");
    assertThat(tip(issue.branch()).getFullMessage())
        .contains("Selfheal-Fingerprint: " + issue.fingerprint());
    assertThat(tip(issue.branch()).getAuthorIdent().getName()).isEqualTo("selfheal");

    for (int batch = 0; batch < 10; batch++) {
      List<String> repeats = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        repeats.add(ShopErrors.withdrawnProduct(batch * 50 + i));
      }
      assertThat(send(repeats)).isEqualTo(202);
    }
    await().atMost(LONG).until(() -> issues.all().get(0).occurrences() == 501);
    assertThat(issues.all()).hasSize(1);

    assertThat(send(List.of(ShopErrors.nullBody()))).isEqualTo(202);
    await()
        .atMost(LONG)
        .until(() -> issuesWith(IssueStatus.PULL_REQUEST_OPEN), found -> found.size() == 2);
    assertThat(github.pulls()).hasSize(2);
    assertThat(github.pulls())
        .extracting(pull -> pull.get("head").get("ref").asText())
        .doesNotHaveDuplicates();
    // A message is deleted once its issue is written
    await().atMost(LONG).until(() -> messages(queue) == 0);
    assertThat(messages(queue + "-dlq")).isZero();
    assertThat(selfheal.stop()).isZero();
    assertThat(selfheal.log()).doesNotContain("ghp_test", "PRIVATE KEY", "Traceback");
  }

  @Test
  void anErrorThatCannotBeHealedFailsWithItsReasonAndItsMessageIsADeadLetter() throws Exception {
    bedrock.answer(
        "no attribute 'price'",
        ShopRepository.withdrawnProductProposal()
            .replace("\"shop/orders.py\"", "\"../../etc/passwd\""));
    selfheal.start();

    send(List.of(ShopErrors.withdrawnProduct()));

    await().atMost(LONG).until(() -> issuesWith(IssueStatus.FAILED), found -> found.size() == 1);
    Issue issue = issues.all().get(0);
    assertThat(issue.attempts()).isEqualTo(3);
    assertThat(issue.reason()).contains("All 3 tries are used up", "../../etc/passwd");
    await().atMost(LONG).until(() -> messages(queue + "-dlq") == 1);
    assertThat(messages(queue)).isZero();
    assertThat(github.pulls()).isEmpty();
    try (Git git = Git.open(bare.toFile())) {
      assertThat(git.branchList().call())
          .extracting(ref -> ref.getName())
          .containsExactly("refs/heads/main");
    }
    // Each try told the model once why its answer was not taken.
    assertThat(bedrock.questions()).isEqualTo(6);
  }

  @Test
  void aRepairThatWasKilledIsDoneByTheNextProcess() throws Exception {
    bedrock.answerSlowly(ShopRepository.withdrawnProductProposal(), Duration.ofSeconds(20));
    selfheal.start();
    send(List.of(ShopErrors.withdrawnProduct()));
    await().atMost(LONG).until(() -> issuesWith(IssueStatus.REPAIRING), found -> found.size() == 1);
    selfheal.kill();

    bedrock.forget();
    bedrock.answer("no attribute 'price'", ShopRepository.withdrawnProductProposal());
    selfheal.set("selfheal.issues.sweep-interval", "2s").start();
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> issuesWith(IssueStatus.PULL_REQUEST_OPEN), found -> found.size() == 1);
    assertThat(github.pulls()).hasSize(1);
    assertThat(issues.all().get(0).attempts()).isEqualTo(2);
  }

  private int send(List<String> messages) throws Exception {
    return selfheal
        .post("/logs/cloudwatch", ShopErrors.lambdaEvent("/aws/lambda/shop", messages))
        .statusCode();
  }

  private List<Issue> issuesWith(IssueStatus status) {
    return issues.all().stream().filter(issue -> issue.status() == status).toList();
  }

  private int messages(String name) {
    String url = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
    return sqs
        .getQueueAttributes(
            get ->
                get.queueUrl(url)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  private RevCommit tip(String branch) throws Exception {
    try (Git git = Git.open(bare.toFile());
        RevWalk walk = new RevWalk(git.getRepository())) {
      ObjectId id = git.getRepository().resolve("refs/heads/" + branch);
      assertThat(id).as("branch " + branch).isNotNull();
      return walk.parseCommit(id);
    }
  }

  private List<String> changedPaths(String branch) throws Exception {
    try (Git git = Git.open(bare.toFile());
        DiffFormatter diff = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
      diff.setRepository(git.getRepository());
      return diff
          .scan(
              git.getRepository().resolve("refs/heads/main"),
              git.getRepository().resolve("refs/heads/" + branch))
          .stream()
          .map(DiffEntry::getNewPath)
          .toList();
    }
  }
}
