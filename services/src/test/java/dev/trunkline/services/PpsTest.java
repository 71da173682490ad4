package dev.trunkline.services;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of the pipeline API begin with: a server with an empty repo `in`, fresh for each
/// test.
abstract class PpsTest {
  @TempDir Path folder;
  TestServer server;
  PpsFixture pps;

  @BeforeEach
  void open() throws Exception {
    server = new TestServer(folder);
    pps = new PpsFixture(server);
    pps.repo("in");
  }

  @AfterEach
  void close() {
    server.close();
  }
}
