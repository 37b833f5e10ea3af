package io.selfheal.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between the program and an SSH server. A connection that meets a fault is reset at once,
 * after a wait, or in the middle of what the server says.
 */
final class SshProxy implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int upstream;
  private final RandomMishaps mishaps;

  SshProxy(int upstream, RandomMishaps mishaps) throws IOException {
    this.upstream = upstream;
    this.mishaps = mishaps;
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    RandomMishaps.Kind kind = mishaps.next();
    mishaps.count(kind == null ? null : "ssh " + kind);
    long afterBytes = Long.MAX_VALUE;
    try {
      switch (kind == null ? RandomMishaps.Kind.SLOW : kind) {
        case ERROR, RESET -> afterBytes = 0;
        case TIMEOUT -> {
          Thread.sleep(mishaps.timeout().toMillis());
          afterBytes = 0;
        }
        // An SSH handshake takes about 2,000 bytes, a small fetch or push some hundred more.
        case THROTTLED, ANSWER_LOST -> afterBytes = 500 + mishaps.millis(3_000);
        case SLOW -> Thread.sleep(kind == null ? 0 : 500 + mishaps.millis(1_500));
      }
      if (afterBytes == 0) {
        reset(client);
        return;
      }
      Socket onward = new Socket(InetAddress.getLoopbackAddress(), upstream);
      open.add(onward);
      threads.execute(() -> copy(client, onward, Long.MAX_VALUE));
      copy(onward, client, afterBytes);
    } catch (IOException e) {
      close(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close(client);
    }
  }

  private void copy(Socket from, Socket to, long bytes) {
    byte[] buffer = new byte[8192];
    long left = bytes;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int read;
      while ((read = in.read(buffer)) >= 0) {
        out.write(buffer, 0, (int) Math.min(read, left));
        left -= read;
        if (left <= 0) {
          reset(to);
          close(from);
          return;
        }
      }
    } catch (IOException e) {
      // the other side has gone
    }
    close(from);
    close(to);
  }

  private void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // closed already
    }
    close(socket);
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // closed already
    }
  }
}
