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
  private static final String USAGE =
      """
      trunkline server [FLAG...]     serves until Ctrl-C or SIGTERM; ready when /healthz answers 200

      --data DIR            everything is kept here; else $TRUNKLINE_HOME, else ~/.local/share/trunkline
      --listen HOST:PORT    else 127.0.0.1:30650
      --runner auto|process where programs run: auto refuses specs that name an image, process ignores the image
      --database URL        a PostgreSQL, postgres://USER:PASSWORD@HOST:PORT/NAME; else SQLite in DIR
      --config FILE         settings of the same names in YAML; else trunkline.yaml where there is one
      --detach              starts in the background, and returns when it is ready

      A flag comes before its variable (TRUNKLINE_LISTEN and so on), and that before the file.
      """;

  private Main() {}

  /// Runs a server until the process is asked to end; SIGTERM lets calls end and exits with 0.
  public static void main(String[] arguments) throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
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
