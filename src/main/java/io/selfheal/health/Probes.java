package io.selfheal.health;

import java.io.EOFException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import org.eclipse.jgit.transport.URIish;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What {@link Reachable} asks: light questions that cost next to nothing and change nothing. */
public final class Probes {
  /** The longest that a question takes. */
  public static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final int SSH_PORT = 22;
  private static final int GIT_PORT = 9418;

  private Probes() {}

  /**
   * Asks for the queue by its name.
   *
   * @param queueUrl {@code https://<host>/<account>/<name>}
   */
  public static Reachable.Probe queue(SqsClient client, String queueUrl) {
    String[] parts = queueUrl.split("/");
    String name = parts[parts.length - 1];
    String account = parts[parts.length - 2];
    return () ->
        client.getQueueUrl(
            get ->
                get.queueName(name)
                    .queueOwnerAWSAccountId(account.matches("\\d{12}") ? account : null)
                    .overrideConfiguration(override -> override.apiCallTimeout(TIMEOUT)));
  }

  /** Connects to the hosts of repositories; no key or token is shown. */
  public static Reachable.Probe repositories(Collection<String> urls) {
    return () -> {
      for (String url : urls) {
        repository(url);
      }
    };
  }

  private static void repository(String url) throws Exception {
    URIish uri = new URIish(url);
    if (uri.getHost() == null) {
      directory(Path.of(uri.getPath())).ask();
    } else if (uri.getScheme() != null && uri.getScheme().startsWith("http")) {
      String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
      server(uri.getScheme() + "://" + uri.getHost() + port + "/").ask();
    } else {
      boolean ssh = !"git".equals(uri.getScheme());
      int usual = ssh ? SSH_PORT : GIT_PORT;
      connect(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : usual, ssh);
    }
  }

  private static void connect(String host, int port, boolean greets) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) TIMEOUT.toMillis());
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      // A load balancer connects, too; an SSH server says its version first (RFC 4253, 4.2)
      if (greets && socket.getInputStream().read() < 0) {
        throw new EOFException("closed before a greeting");
      }
    } catch (IOException e) {
      throw new IOException(host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /** Asks an HTTP server for anything, without credentials; every answer will do. */
  public static Reachable.Probe server(String url) {
    return () -> {
      URI uri = URI.create(url);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      try {
        connection.setConnectTimeout((int) TIMEOUT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("HEAD");
        connection.getResponseCode();
      } catch (IOException e) {
        throw new IOException(uri.getHost() + ": " + e.getMessage(), e);
      } finally {
        connection.disconnect();
      }
    };
  }

  /** Looks whether a folder is there. */
  public static Reachable.Probe directory(Path folder) {
    return () -> {
      if (!Files.isDirectory(folder)) {
        throw new IOException(folder + " is not there");
      }
    };
  }
}
