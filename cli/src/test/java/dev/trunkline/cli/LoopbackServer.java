package dev.trunkline.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A port of this machine, on which tests answer calls byte by byte.
final class LoopbackServer implements AutoCloseable {
  private final ServerSocket socket = open();

  private static ServerSocket open() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Address address() {
    return new Address(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
  }

  Socket accept() throws IOException {
    return socket.accept();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
