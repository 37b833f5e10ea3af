package io.selfheal.local;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
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

  /** Kept here, because Java forgets the level of a logger that nobody holds. */
  private static final java.util.logging.Logger OLD_SDK =
      java.util.logging.Logger.getLogger("com.amazonaws");

  private final DynamoDBProxyServer dynamoDb;
  private final SQSRestServer sqs;
  private final LocalEndpoints endpoints;

  /**
   * @param directory where the table is kept
   * @param withQueue whether ElasticMQ is needed too
   * @param nativeLibraries folder with SQLite's native library, which the table needs to outlive
   *     the process
   */
  EmbeddedServices(Path directory, boolean withQueue, Path nativeLibraries) throws Exception {
    // DynamoDB Local's copy of the old SDK misses a library that it does not need
    OLD_SDK.setLevel(java.util.logging.Level.SEVERE);
    Files.createDirectories(directory);
    String[] storage = storage(directory, nativeLibraries);
    String[] arguments = Arrays.copyOf(storage, storage.length + 1);
    arguments[storage.length] = "-disableTelemetry";
    dynamoDb = quietly(() -> ServerRunner.createServerFromCommandLineArgs(arguments));
    ServerConnector connector = connector(dynamoDb);
    // It has no options for these and would listen on every address of the machine
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    dynamoDb.start();
    URI table = at(connector.getLocalPort());
    if (withQueue) {
      sqs = SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
      endpoints = new LocalEndpoints(table, at(sqs.waitUntilStarted().localAddress().getPort()));
    } else {
      sqs = null;
      endpoints = new LocalEndpoints(table, null);
    }
  }

  private static URI at(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public LocalEndpoints get() {
    return endpoints;
  }

  @Override
  public void close() throws Exception {
    try {
      // Waiting would take ten seconds for connections that nobody uses any more.
      if (sqs != null) {
        sqs.stopAndGetFuture().apply();
      }
    } finally {
      dynamoDb.stop();
    }
  }

  private static ServerConnector connector(DynamoDBProxyServer dynamoDb)
      throws ReflectiveOperationException {
    Field field = DynamoDBProxyServer.class.getDeclaredField("server");
    field.setAccessible(true);
    return (ServerConnector) ((Server) field.get(dynamoDb)).getConnectors()[0];
  }

  /** DynamoDB Local greets on the standard output, which belongs to the command. */
  private static <T> T quietly(Callable<T> start) throws Exception {
    PrintStream before = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      return start.call();
    } finally {
      System.setOut(before);
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
}
