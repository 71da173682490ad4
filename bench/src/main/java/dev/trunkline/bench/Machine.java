package dev.trunkline.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// The machine: what it is, and how much of it others are using.
final class Machine {
  private static final double TICKS_PER_SECOND = 100;

  /// The parent of all threads of a Linux kernel.
  private static final long KTHREADD = 2;

  private Machine() {}

  /// One line about processor, memory, system and Java.
  static String describe() {
    var model =
        lines("/proc/cpuinfo")
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
    var memory =
        lines("/proc/meminfo")
            .filter(line -> line.startsWith("MemTotal"))
            .map(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 20)
            .findFirst()
            .orElse(0L);
    return "%s, %d cores, %d GiB, %s %s, Java %s"
        .formatted(
            model,
            Runtime.getRuntime().availableProcessors(),
            memory,
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version());
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ticks that all processors spent working since the start of the machine.
  static double busyTicks() {
    var fields = lines("/proc/stat").findFirst().orElseThrow().split(" +", -1);
    return Stream.of(1, 2, 3, 6, 7).mapToDouble(i -> Double.parseDouble(fields[i])).sum();
  }

  /// Ticks that this process and all that it started have spent, and the kernel's own threads,
  /// which write back what was written.
  static double ownTicks() {
    var self = ProcessHandle.current();
    var kernel = ProcessHandle.of(KTHREADD).stream().flatMap(ProcessHandle::children);
    return Stream.of(Stream.of(self), self.descendants(), kernel)
        .flatMap(processes -> processes)
        .mapToDouble(process -> ticks(process.pid()))
        .sum();
  }

  private static double ticks(long process) {
    try {
      var stat = Files.readString(Path.of("/proc/" + process + "/stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Arrays.stream(fields, 11, 15).mapToDouble(Double::parseDouble).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /// The memory of a process that is not swapped out, in MiB.
  static double residentMebibytes(long process) {
    return lines("/proc/" + process + "/status")
        .filter(line -> line.startsWith("VmRSS"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  /// Cores that others used on average while `ticks` passed in `seconds`.
  static double cores(double ticks, double seconds) {
    return Math.max(0, ticks / TICKS_PER_SECOND / seconds);
  }
}
