package io.selfheal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(EmbeddedAws.class)
class LocalServicesTest {
  @Test
  void listenOnLoopbackOnly(EmbeddedAws aws) throws Exception {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    Assumptions.assumeFalse(others.isEmpty(), "this machine has no other address");

    connect(InetAddress.getByName("127.0.0.1"), aws.endpoints().dynamoDb().getPort());
    connect(InetAddress.getByName("127.0.0.1"), aws.endpoints().sqs().getPort());
    for (InetAddress address : others) {
      assertThatThrownBy(() -> connect(address, aws.endpoints().dynamoDb().getPort()))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> connect(address, aws.endpoints().sqs().getPort()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theTableAloneStartsNoQueue(@TempDir Path folder) throws Exception {
    try (LocalServices services = new LocalServices(folder, false)) {
      assertThat(services.endpoints().sqs()).isNull();
      assertThat(services.endpoints().dynamoDb().getHost()).isEqualTo("127.0.0.1");
    }
  }

  private static void connect(InetAddress address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
    }
  }
}
