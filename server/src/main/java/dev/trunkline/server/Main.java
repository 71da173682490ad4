package dev.trunkline.server;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Refusal;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The program `trunkline server`.
public final class Main {
  private Main() {}

  /// Runs a server until the process is asked to end; SIGTERM lets calls end and exits with 0.
  public static void main(String[] arguments) throws InterruptedException {
    try {
      var agent = Path.of(System.getProperty("trunkline.agent", "trunkline-agent"));
      var settings = Settings.parse(arguments, System.getenv(), agent);
      if (settings.detach()) {
        var address = new Background(settings.data(), Clock.system()).start(same(arguments));
        announce(address, settings);
        return;
      }
      serve(settings);
    } catch (Refusal e) {
      System.err.println("trunkline: " + e.text());
      System.exit(2);
    } catch (Failure e) {
      System.err.println("trunkline: " + e.getMessage());
      System.exit(1);
    }
  }

  /// This very program with the same arguments, but in the foreground.
  private static List<String> same(String[] arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    Arrays.stream(arguments).filter(word -> !word.startsWith("--detach")).forEach(command::add);
    return command;
  }

  private static void announce(String address, Settings settings) {
    System.out.printf("trunkline is listening on %s, data in %s%n", address, settings.data());
  }

  private static void serve(Settings settings) throws InterruptedException {
    var installation = Installation.start(settings);
    announce(settings.host() + ":" + installation.port(), settings);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                installation.close();
              } catch (RuntimeException e) {
                System.err.println("trunkline: could not stop cleanly: " + e);
                Runtime.getRuntime().halt(1);
              }
              System.out.flush();
              Runtime.getRuntime().halt(0);
            }));
    Thread.currentThread().join();
  }
}
