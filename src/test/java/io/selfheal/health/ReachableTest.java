package io.selfheal.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.selfheal.issue.IssueTable;
import io.selfheal.local.EmbeddedAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class ReachableTest {
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final Reachable check =
      new Reachable(
          "selfheal-git",
          "git",
          "check selfheal.apps.<app>.repository",
          () -> {
            mayAnswer.await();
            if (failure.get() != null) {
              throw failure.get();
            }
          },
          Duration.ofMillis(10));

  @AfterEach
  void stop() {
    check.close();
  }

  @Test
  void isStartingUntilTheFirstAnswer() {
    HealthCheck.Result result = check.call();

    assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(result.getMessage()).contains("starting: git has not answered yet");
    mayAnswer.countDown();
    await().until(() -> check.call().getState() == HealthCheck.State.UP);
  }

  @Test
  void goesDownWithTheReasonAndComesBackByItself() {
    mayAnswer.countDown();
    await().until(() -> check.call().getState() == HealthCheck.State.UP);

    failure.set(new IOException("git.example.com:22: Connection refused\nmore"));
    await().until(() -> check.call().getState() == HealthCheck.State.DOWN);
    assertThat(check.call().getMessage())
        .contains(
            "git unreachable: git.example.com:22: Connection refused; check selfheal.apps.<app>.repository");

    failure.set(null);
    await().until(() -> check.call().getState() == HealthCheck.State.UP);
  }

  @Test
  void isNoReasonToKillTheProcess() {
    assertThat(check.isLiveness()).isFalse();
    assertThat(check.isReadiness()).isTrue();
  }

  @Test
  void anyAnswerOfAServerWillDoAndNoneIsTold() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    assertThatCode(Probes.server(url + "/v1")::ask).doesNotThrowAnyException();
    assertThatCode(Probes.repositories(List.of(url + "/acme/shop.git"))::ask)
        .doesNotThrowAnyException();

    server.stop(0);

    assertThatThrownBy(Probes.server(url)::ask).hasMessageContaining("127.0.0.1: ");
  }

  @Test
  void aRepositorysHostIsConnectedToOrItsFolderLookedFor(@TempDir Path folder) throws Exception {
    Path repository = Files.createDirectory(folder.resolve("shop.git"));
    try (ServerSocket ssh = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Reachable.Probe probe =
          Probes.repositories(
              List.of(
                  "ssh://git@127.0.0.1:" + ssh.getLocalPort() + "/shop.git",
                  repository.toString(),
                  repository.toUri().toString()));
      assertThatCode(() -> answering(ssh, "SSH-2.0-test\r\n", probe)).doesNotThrowAnyException();
      assertThatThrownBy(() -> answering(ssh, "", probe))
          .hasMessageContaining("closed before a greeting");
      ssh.close();
      assertThatThrownBy(probe::ask).hasMessageContaining("127.0.0.1:" + ssh.getLocalPort());
    }
    Files.delete(repository);
    assertThatThrownBy(Probes.repositories(List.of(repository.toString()))::ask)
        .hasMessageContaining("is not there");
  }

  private static void answering(ServerSocket server, String greeting, Reachable.Probe probe)
      throws Exception {
    CompletableFuture<Void> answered =
        CompletableFuture.runAsync(
            () -> {
              try (Socket client = server.accept()) {
                client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    probe.ask();
    answered.join();
  }

  @Test
  @ExtendWith(EmbeddedAws.class)
  void theTableAndTheQueueAreAskedFor(EmbeddedAws aws) {
    String queue = aws.newQueue(3);
    String url = aws.sqs().getQueueUrl(get -> get.queueName(queue)).queueUrl();
    assertThatCode(() -> table(aws, aws.newTable()).reach(Probes.TIMEOUT))
        .doesNotThrowAnyException();
    assertThatCode(Probes.queue(aws.sqs(), url)::ask).doesNotThrowAnyException();

    assertThatThrownBy(() -> table(aws, "no-such-table").reach(Probes.TIMEOUT)).isNotNull();
    assertThatThrownBy(Probes.queue(aws.sqs(), url + "x")::ask).isNotNull();
  }

  private static IssueTable table(EmbeddedAws aws, String name) {
    return new IssueTable(aws.dynamoDb(), name, Clock.systemUTC());
  }
}
