package io.selfheal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a program that is told where to listen. Between this and its start, no other server
 * that asks for any port gets it, nor does a connection: Linux gives those 32768 and above.
 */
public final class FreePort {
  private static final int FIRST = 20_000;
  private static final int BEHIND_LAST = 32_000;

  private FreePort() {}

  /** Nothing listens there now. */
  public static int next() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // Taken: another one
      }
    }
  }
}
