package dev.trunkline.cli;

import dev.trunkline.base.Clock;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The programs `trunkline` and `pachctl`.
public final class Main {
  private static final int BUFFER = 1 << 16;

  private Main() {}

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    var out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
            false,
            StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    if (List.of(arguments).equals(List.of("version", "--client-only"))) {
      out.println(ClientVersion.text());
      out.flush();
      Runtime.getRuntime().halt(0);
    }
    boolean terminal = Boolean.getBoolean("trunkline.terminal");
    var streams = new Streams(System.in, out, err, terminal);
    var name = System.getProperty("trunkline.name", "trunkline");
    int code = new Cli(name, System.getenv(), streams, Clock.system()).run(List.of(arguments));
    out.flush();
    Runtime.getRuntime().halt(code);
  }
}
