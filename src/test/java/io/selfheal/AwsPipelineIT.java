package io.selfheal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfheal.camel.MotoServer;
import io.selfheal.issue.Issue;
import io.selfheal.issue.IssueStatus;
import io.selfheal.issue.IssueTable;
import io.selfheal.local.LocalResources;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * The packaged program against AWS as moto plays it, all services by one {@code AWS_ENDPOINT_URL}:
 * CloudWatch Logs, Parameter Store, DynamoDB with its stream, SQS. Skipped where there is no {@code
 * moto_server}.
 */
class AwsPipelineIT {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final String GROUP = "/aws/lambda/shop";
  private static final String STREAM = "2026/03/01/[$LATEST]0f";

  @TempDir private Path folder;
  private MotoServer aws;
  private BedrockServer bedrock;
  private GitHubServer github;
  private SshGitServer ssh;
  private CloudWatchLogsClient logs;
  private IssueTable issues;
  private SelfhealProcess selfheal;
  private String deployKey;

  @BeforeEach
  void startServices() throws Exception {
    aws = MotoServer.start();
    bedrock = new BedrockServer();
    github = new GitHubServer();
    ShopRepository.bareIn(Files.createDirectories(folder.resolve("git")), "shop.git");
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    ssh =
        new SshGitServer(folder.resolve("git"), SshGitServer.newKey("ecdsa-sha2-nistp256", 256))
            .allow(key.getPublic());
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "deploy", null, pem);
    deployKey = pem.toString(StandardCharsets.UTF_8);
    DynamoDbClient dynamoDb = aws.client(DynamoDbClient.builder());
    new LocalResources(dynamoDb).createTable("selfheal-issues");
    LocalResources.createQueues(aws.client(SqsClient.builder()), "selfheal-work", 3);
    issues = new IssueTable(dynamoDb, "selfheal-issues", Clock.systemUTC());
    logs = aws.client(CloudWatchLogsClient.builder());
    logs.createLogGroup(create -> create.logGroupName(GROUP));
    logs.createLogStream(create -> create.logGroupName(GROUP).logStreamName(STREAM));
    selfheal =
        new SelfhealProcess(Files.createDirectories(folder.resolve("run")))
            .environment("AWS_ENDPOINT_URL", aws.endpoint().toString())
            .environment("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.url())
            .set("selfheal.cloudwatch.poll-interval", "500ms")
            .set("selfheal.work.dir", folder.resolve("work").toString())
            .set("selfheal.issues.count-interval", "500ms")
            .set("selfheal.apps.shop.log-groups", GROUP)
            .set("selfheal.apps.shop.repository", ssh.url("shop.git"))
            .set("selfheal.apps.shop.ssh-private-key", "{{aws-parameterstore:/shop/deploy-key}}")
            .set("selfheal.apps.shop.ssh-known-hosts", ssh.knownHostsLine())
            .set("selfheal.apps.shop.scm", "github")
            .set("selfheal.apps.shop.scm-api-url", github.apiUrl())
            .set("selfheal.apps.shop.scm-token", "{{aws-parameterstore:/shop/token}}");
  }

  @AfterEach
  void stopServices() throws Exception {
    if (selfheal != null) {
      selfheal.close();
      ssh.close();
      github.close();
      bedrock.close();
      aws.close();
    }
  }

  @Test
  void anErrorInALogGroupBecomesOnePullRequest() throws Exception {
    bedrock.answer("no attribute 'price'", ShopRepository.withdrawnProductProposal());
    bedrock.answer("no attribute 'get'", ShopErrors.NULL_BODY_PROPOSAL);
    selfheal.start();
    // Secrets are read when a repair needs them, not before.
    SsmClient parameters = aws.client(SsmClient.builder());
    parameters.putParameter(
        put -> put.name("/shop/deploy-key").value(deployKey).type(ParameterType.SECURE_STRING));
    parameters.putParameter(
        put -> put.name("/shop/token").value("ghp_test").type(ParameterType.SECURE_STRING));

    log(List.of(ShopErrors.withdrawnProduct()));

    await().atMost(LONG).until(() -> open().size() == 1);
    assertThat(github.pulls()).hasSize(1);

    List<String> repeats = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      repeats.add(ShopErrors.withdrawnProduct(i));
    }
    log(repeats);
    await().atMost(LONG).until(() -> issues.all().get(0).occurrences() == 501);
    assertThat(issues.all()).hasSize(1);

    // What is logged while nobody reads is read after the restart, from the saved checkpoint.
    assertThat(selfheal.stop()).isZero();
    log(List.of(ShopErrors.nullBody()));
    selfheal.start();
    await().atMost(LONG).until(() -> open().size() == 2);
    assertThat(github.pulls()).hasSize(2);
    assertThat(selfheal.stop()).isZero();
    assertThat(selfheal.log()).doesNotContain("ghp_test", "PRIVATE KEY", "Traceback");
  }

  private List<Issue> open() {
    return issues.all().stream()
        .filter(issue -> issue.status() == IssueStatus.PULL_REQUEST_OPEN)
        .toList();
  }

  private void log(List<String> messages) {
    long now = System.currentTimeMillis();
    logs.putLogEvents(
        put ->
            put.logGroupName(GROUP)
                .logStreamName(STREAM)
                .logEvents(
                    messages.stream()
                        .map(
                            message ->
                                InputLogEvent.builder().timestamp(now).message(message).build())
                        .toList()));
  }
}
