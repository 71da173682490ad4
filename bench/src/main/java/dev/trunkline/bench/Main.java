package dev.trunkline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The program `./dev bench [row...] [--quick]`: prints the table, and writes it to
/// `docs/performance.md` where all rows ran in full size.
public final class Main {
  private Main() {}

  /// Runs the rows that `arguments` name, or all; the working directory is the root of the tree.
  public static void main(String[] arguments) throws IOException {
    var words = new ArrayList<>(List.of(arguments));
    boolean quick = words.remove("--quick");
    boolean write = words.remove("--write");
    var scratch = Files.createTempDirectory(Path.of(scratchHome()), "trunkline-bench");
    var report = new Report(quick);
    try (var bench = new Bench(Path.of("dist"), scratch, new Scale(quick))) {
      for (var row : Rows.all()) {
        if (words.isEmpty() || words.contains(row.name())) {
          System.out.println("bench: " + row.name() + ", " + row.what());
          try {
            var measured = row.run(bench);
            double java = bench.bareJava();
            measured.forEach(measurement -> report.add(measurement, java));
          } catch (RuntimeException e) {
            e.printStackTrace();
            report.failed(row, e);
          }
          report.newest().forEach(System.out::println);
        }
      }
    } finally {
      Shell.run(scratch, "rm", "-rf", scratch.toString());
    }
    System.out.println(report.table());
    if (write || (words.isEmpty() && !quick)) {
      var file = Path.of("docs/performance.md");
      Files.writeString(file, report.page());
      System.out.println("bench: wrote " + file);
    }
  }

  private static String scratchHome() {
    return System.getProperty("java.io.tmpdir");
  }
}
