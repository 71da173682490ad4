package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import dev.trunkline.base.Clock;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Scope;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileWriter;
import dev.trunkline.content.MemoryRecords;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.datum.Worker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Measures what a trivial datum costs beside the user's own processes: `DatumSpeed [DATUMS
/// [WORKERS]]`. It counts processor time, which a busy machine does not change much.
final class DatumSpeed {
  private static final double TICKS = 100;

  private DatumSpeed() {}

  /// Prints milliseconds per datum: passed, and spent by this process, by the agents, by programs.
  public static void main(String[] words) throws Exception {
    int datums = words.length > 0 ? Integer.parseInt(words[0]) : 10_000;
    int workers = words.length > 1 ? Integer.parseInt(words[1]) : 1;
    var folder = Files.createTempDirectory("trunkline-speed");
    var agent = AgentBinary.compile(folder.resolve("agent"), "-O2", "-static");
    var records = new MemoryRecords();
    var trees = new Trees(records, ChunkLimits.STANDARD);
    try (var runner =
        new ProcessRunner(agent, folder.resolve("scratch"), false, trees, List.of())) {
      run(runner, new Datums(tasks(datums / 5, records), trees, records), workers, false);
      run(runner, new Datums(tasks(datums, records), trees, records), workers, true);
    }
    Files.delete(folder.resolve("scratch"));
    Files.delete(agent);
    Files.delete(folder);
  }

  private static List<DatumTask> tasks(int count, MemoryRecords records) {
    var tasks = new ArrayList<DatumTask>();
    var program = RunnerContract.program(List.of("sh", "-c", "cp $in /pfs/out/"));
    for (int i = 0; i < count; i++) {
      var content = new FileWriter(records, ChunkLimits.STANDARD);
      var text = ("the content of file " + i).getBytes(UTF_8);
      content.write(text, 0, text.length);
      var file = new Entry.OfFile(FilePath.clean("/f" + i), "", content.finish());
      var input = new DatumTask.InputFile(0, "in", file, "commit");
      tasks.add(new DatumTask("d" + i, List.of(input), program, Map.of("PACH_JOB_ID", "job")));
    }
    return tasks;
  }

  private static void run(ProcessRunner runner, Datums datums, int workers, boolean print)
      throws IOException {
    var clock = Clock.system();
    int count = datums.left();
    var pool = new ArrayList<Worker>();
    for (int i = 0; i < workers; i++) {
      pool.add(runner.start("worker" + i, RunnerContract.sh("")));
    }
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = clock.nanos();
    long ours = system.getProcessCpuTime();
    try (var scope = Scope.open("worker")) {
      pool.forEach(worker -> scope.run(() -> worker.work(datums)));
      scope.join();
    }
    double passed = clock.since(start).toNanos() / 1e6 / count;
    double spent = (system.getProcessCpuTime() - ours) / 1e6 / count;
    var agents = agents();
    pool.forEach(Worker::close);
    if (print) {
      System.out.printf(
          "%d datums on %d workers, ms each: %.3f passed; processor: %.3f server, %.3f agents, %.3f programs%n",
          count,
          workers,
          passed,
          spent,
          agents[0] * 1000 / TICKS / count,
          agents[1] * 1000 / TICKS / count);
    }
  }

  /// Ticks of the agents themselves, and of what they started.
  private static double[] agents() throws IOException {
    var ticks = new double[2];
    for (var process : ProcessHandle.current().descendants().toList()) {
      var fields = Files.readString(Path.of("/proc/" + process.pid() + "/stat")).split(" ", -1);
      if (fields[1].equals("(agent)")) {
        ticks[0] += Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
        ticks[1] += Long.parseLong(fields[15]) + Long.parseLong(fields[16]);
      }
    }
    return ticks;
  }
}
