package dev.trunkline.cli;

import java.util.List;

/// The programs `trunkline` and `pachctl`.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    var streams = new Streams(System.in, System.out, System.err);
    var name = System.getProperty("trunkline.name", "trunkline");
    int code = new Cli(name, System.getenv(), streams).run(List.of(arguments));
    System.out.flush();
    Runtime.getRuntime().halt(code);
  }
}
