package io.selfheal.local;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DynamoDB Local and ElasticMQ in this JVM. Loaded by {@link LocalServices} from the jars of {@code
 * lib-local/} only, so that nothing else sees their classes.
 */
final class EmbeddedServices implements Supplier<LocalEndpoints>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServices.class);

  private final DynamoDBProxyServer dynamoDb;
  private final SQSRestServer sqs;
  private final LocalEndpoints endpoints;

  /**
   * @param directory where the table is kept
   * @param nativeLibraries folder with SQLite's native library, which the table needs to outlive
   *     the process
   */
  EmbeddedServices(Path directory, Path nativeLibraries) throws Exception {
    Files.createDirectories(directory);
    int port = freePort();
    String[] storage = storage(directory, nativeLibraries);
    String[] arguments = new String[storage.length + 3];
    System.arraycopy(storage, 0, arguments, 0, storage.length);
    arguments[storage.length] = "-port";
    arguments[storage.length + 1] = Integer.toString(port);
    arguments[storage.length + 2] = "-disableTelemetry";
    dynamoDb = ServerRunner.createServerFromCommandLineArgs(arguments);
    dynamoDb.start();
    sqs = SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    int sqsPort = sqs.waitUntilStarted().localAddress().getPort();
    endpoints =
        new LocalEndpoints(
            URI.create("http://127.0.0.1:" + port), URI.create("http://127.0.0.1:" + sqsPort));
  }

  @Override
  public LocalEndpoints get() {
    return endpoints;
  }

  @Override
  public void close() throws Exception {
    try {
      sqs.stopAndWait();
    } finally {
      dynamoDb.stop();
    }
  }

  private static String[] storage(Path directory, Path nativeLibraries) {
    String system = System.getProperty("os.name") + "/" + System.getProperty("os.arch");
    boolean supported = system.equals("Linux/amd64") || system.equals("Mac OS X/x86_64");
    if (!supported || !Files.isDirectory(nativeLibraries)) {
      LOG.warn(
          "The embedded table is kept in memory only: SQLite's native library is not there for {}",
          system);
      return new String[] {"-inMemory"};
    }
    System.setProperty("sqlite4java.library.path", nativeLibraries.toString());
    return new String[] {"-sharedDb", "-dbPath", directory.toString()};
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
