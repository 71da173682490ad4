package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Pool;
import dev.trunkline.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalCommandsTest {
  LocalCommandsTest() {}

  /// A read that ends: were the connection kept open, it would be waited for until the time is out.
  @Test
  void whoComesWhileNoServerAnswersIsHungUpOn() throws IOException {
    var nobody = new Address("127.0.0.1", Ports.free());
    try (var pool = Pool.of("forward", 1);
        var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      pool.submit(() -> {
        LocalCommands.accept(port, nobody);
        return true;
      });
      for (int i = 0; i < 2; i++) {
        try (var client = new Socket(port.getInetAddress(), port.getLocalPort())) {
          client.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
          assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
      }
    }
  }
}
