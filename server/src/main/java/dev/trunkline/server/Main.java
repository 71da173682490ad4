package dev.trunkline.server;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Refusal;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// The program `trunkline server`.
public final class Main {
  private Main() {}

  /// Runs a server until the process is asked to end.
  public static void main(String[] arguments) throws InterruptedException {
    try {
      var agent = Path.of(System.getProperty("trunkline.agent", "trunkline-agent"));
      serve(Settings.parse(arguments, System.getenv(), agent));
    } catch (Refusal e) {
      System.err.println("trunkline: " + e.text());
      System.exit(2);
    } catch (Failure e) {
      System.err.println("trunkline: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void serve(Settings settings) throws InterruptedException {
    var installation = new Installation(settings);
    System.out.printf(
        "trunkline is listening on %s:%d, data in %s%n",
        settings.host(), installation.port(), settings.data());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              installation.close();
              ended.countDown();
            }));
    ended.await();
  }
}
