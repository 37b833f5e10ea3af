package io.selfheal.chaos;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.selfheal.BedrockServer;
import io.selfheal.GitHubServer;
import io.selfheal.SelfhealProcess;
import io.selfheal.issue.IssueTable;
import io.selfheal.local.LocalEndpoints;
import io.selfheal.local.LocalResources;
import io.selfheal.workspace.SshGitServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.git.pack.GitPackConfiguration;
import org.eclipse.jgit.api.Git;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * All that the program talks to, for {@link FaultyShop}: a table, a queue, a git server, a model,
 * secrets, GitHub. Any number of processes may share it.
 */
public final class OutsideWorld implements AutoCloseable {
  /** The stand-in for GitHub takes no other. */
  private static final String TOKEN = "ghp_test";

  private final Path folder;
  private final Path remote;
  private final String queue = "work-" + UUID.randomUUID();
  private final DynamoDbClient dynamoDb;
  private final SqsClient sqs;
  private final IssueTable issues;
  private final GitHubServer github = new GitHubServer();
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();

  private OutsideWorld(Path folder, LocalEndpoints aws, int bugs, int attempts) throws Exception {
    this.folder = Files.createDirectories(folder);
    FaultyShop shop = FaultyShop.in(folder.resolve("shop"), bugs);
    remote = Files.createDirectories(folder.resolve("git")).resolve("shop.git");
    Git.cloneRepository()
        .setBare(true)
        .setURI(shop.repository().toUri().toString())
        .setDirectory(remote.toFile())
        .call()
        .close();
    dynamoDb = at(DynamoDbClient.builder(), aws.dynamoDb());
    sqs = at(SqsClient.builder(), aws.sqs());
    toClose.push(dynamoDb);
    toClose.push(sqs);
    toClose.push(github);
    String table = "issues-" + UUID.randomUUID();
    new LocalResources(dynamoDb).createTable(table);
    LocalResources.createQueues(sqs, queue, attempts);
    issues = new IssueTable(dynamoDb, table, Clock.systemUTC());
    keys.put("selfheal.sources", "http");
    keys.put("selfheal.issues.table", table);
    keys.put("selfheal.work.queue", queue);
    keys.put("selfheal.work.dir", folder.resolve("work").toString());
    keys.put("selfheal.work.wait-seconds", "1");
    keys.put("selfheal.logs.flush-after", "200ms");
    keys.put("selfheal.issues.count-interval", "500ms");
    keys.put("selfheal.issues.sweep-interval", "2s");
    keys.put("selfheal.issues.requeue-after", "20s");
    keys.put("selfheal.heal.max-attempts", Integer.toString(attempts));
    keys.put("selfheal.heal.retry-delay", "1s");
    // The brakes would end it
    keys.put("selfheal.heal.max-open-pull-requests", "100000");
    keys.put("selfheal.heal.max-repairs-per-day", "1000000");
    keys.put("selfheal.heal.max-tokens-per-day", "2000000000");
    keys.put("selfheal.heal.storm-errors", "0");
    keys.put("selfheal.apps.shop.scm", "github");
    keys.put("selfheal.replay.dir", shop.answers().toString());
  }

  /** Git by a directory, recorded answers, no secrets to fetch. */
  public static OutsideWorld simple(Path folder, LocalEndpoints aws, int bugs, int attempts)
      throws Exception {
    OutsideWorld world = new OutsideWorld(folder, aws, bugs, attempts);
    world.endpoint("DYNAMODB", aws.dynamoDb());
    world.endpoint("DYNAMODB_STREAMS", aws.dynamoDb());
    world.endpoint("SQS", aws.sqs());
    world.keys.put("selfheal.model", "replay");
    world.keys.put("selfheal.apps.shop.repository", world.remote.toUri().toString());
    world.keys.put("selfheal.apps.shop.scm-api-url", world.github.apiUrl());
    world.keys.put("selfheal.apps.shop.scm-token", TOKEN);
    return world;
  }

  /**
   * Git over SSH, Bedrock, secrets from Parameter Store; a proxy before every service.
   *
   * @param ssh what befalls connections to the git server
   * @param pushes sees each fetch and each push at the git server
   */
  public static OutsideWorld behindProxies(
      Path folder,
      LocalEndpoints aws,
      int bugs,
      int attempts,
      Mishap mishap,
      RandomMishaps ssh,
      GitPackConfiguration pushes)
      throws Exception {
    OutsideWorld world = new OutsideWorld(folder, aws, bugs, attempts);
    BedrockServer bedrock = new BedrockServer();
    world.toClose.push(bedrock);
    for (int n = 0; n < bugs; n++) {
      bedrock.answer(FaultyShop.message(n), FaultyShop.proposal(n));
    }
    KeyPair key = SshGitServer.newKey("ssh-ed25519", 256);
    SshGitServer server =
        new SshGitServer(world.remote.getParent(), SshGitServer.newKey("ecdsa-sha2-nistp256", 256))
            .allow(key.getPublic())
            .watch(pushes);
    world.toClose.push(server);
    SshProxy sshProxy = new SshProxy(server.port(), ssh);
    world.toClose.push(sshProxy);
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "deploy", null, pem);
    URI parameters =
        world.parameters(
            Map.of("/shop/key", pem.toString(StandardCharsets.UTF_8), "/shop/token", TOKEN));
    world.endpoint("DYNAMODB", world.proxy("dynamodb", aws.dynamoDb(), mishap));
    world.endpoint("DYNAMODB_STREAMS", world.proxy("stream", aws.dynamoDb(), mishap));
    world.endpoint("SQS", world.proxy("sqs", aws.sqs(), mishap));
    world.endpoint("SSM", world.proxy("ssm", parameters, mishap));
    world.endpoint("BEDROCK_RUNTIME", world.proxy("bedrock", URI.create(bedrock.url()), mishap));
    URI api = URI.create(world.github.apiUrl());
    URI apiProxy = world.proxy("github", api.resolve("/"), mishap);
    world.keys.put("selfheal.model", "bedrock");
    String host = "localhost:" + server.port();
    String proxied = "localhost:" + sshProxy.port();
    world.keys.put("selfheal.apps.shop.repository", server.url("shop.git").replace(host, proxied));
    world.keys.put(
        "selfheal.apps.shop.ssh-known-hosts",
        server
            .knownHostsLine()
            .replace("[localhost]:" + server.port(), "[localhost]:" + sshProxy.port()));
    world.keys.put("selfheal.apps.shop.ssh-private-key", "{{aws-parameterstore:/shop/key}}");
    world.keys.put("selfheal.apps.shop.scm-token", "{{aws-parameterstore:/shop/token}}");
    world.keys.put("selfheal.apps.shop.scm-api-url", apiProxy + api.getPath());
    return world;
  }

  /** A process that is not started yet; settings may be changed before. */
  public SelfhealProcess process(String name) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    SelfhealProcess process =
        new SelfhealProcess(home)
            .jvmOption("-XX:+UseSerialGC")
            .jvmOption("-Djava.io.tmpdir=" + Files.createDirectories(home.resolve("tmp")));
    keys.forEach(process::set);
    environment.forEach(process::environment);
    return process;
  }

  public IssueTable issues() {
    return issues;
  }

  public GitHubServer github() {
    return github;
  }

  /** The bare repository. */
  public Path remote() {
    return remote;
  }

  Path folder() {
    return folder;
  }

  /** Messages of the work queue, in work or not. */
  public int queued() {
    return messages(queue);
  }

  /** Messages of the dead-letter queue. */
  public int deadLetters() {
    return messages(queue + "-dlq");
  }

  private int messages(String name) {
    String url = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
    return sqs
        .getQueueAttributes(
            get ->
                get.queueUrl(url)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  @Override
  public void close() throws Exception {
    while (!toClose.isEmpty()) {
      toClose.pop().close();
    }
  }

  private void endpoint(String service, URI uri) {
    environment.put("AWS_ENDPOINT_URL_" + service, uri.toString());
  }

  private URI proxy(String service, URI upstream, Mishap mishap) {
    String base = upstream.toString().replaceAll("/$", "");
    HttpProxy proxy = new HttpProxy(service, URI.create(base), mishap);
    toClose.push(proxy);
    return proxy.uri();
  }

  private URI parameters(Map<String, String> values) {
    WireMockServer server =
        new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    server.start();
    toClose.push(server::stop);
    JsonMapper json = JsonMapper.builder().build();
    values.forEach(
        (name, value) -> {
          ObjectNode answer = json.createObjectNode();
          answer
              .putObject("Parameter")
              .put("Name", name)
              .put("Type", "SecureString")
              .put("Value", value)
              .put("Version", 1);
          server.stubFor(
              any(anyUrl())
                  .withRequestBody(containing("\"" + name + "\""))
                  .willReturn(
                      okJson(answer.toString())
                          .withHeader("Content-Type", "application/x-amz-json-1.1")));
        });
    return URI.create(server.baseUrl());
  }

  private static <B extends AwsClientBuilder<B, C>, C> C at(B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .build();
  }
}
