package dev.trunkline.cli;

import com.google.protobuf.Duration;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.LogMessage;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/// What programs and their workers wrote.
final class LogCommands {
  private static final String SHOWN =
      """
      pipeline/p*  show what this pipeline says
      datum*       show only what concerns this datum
      inputs*      show only what concerns these input files, separated by commas
      master       show what the system says of the pipeline, instead of its workers
      raw          print messages of the API, as JSON, a line each
      follow/f     go on showing what is said from now on
      """;
  private static final String OLD_FLAGS =
      SHOWN
          + """
          job*     show what was said in this job
          tail/t*  show only so many lines, the last ones; 0 means all
          """;
  private static final String FLAGS =
      SHOWN
          + """
          job/j*   show what was said in this job
          worker   show what the workers say too
          since*   show only what is younger, as in 10m or 24h
          tail/t*  gone since 2.0: --since shows what is young
          """;

  /// What a worker says between two attempts of a datum: shown beside the program's own lines, for
  /// they would look as if they were said twice.
  private static final Pattern ATTEMPT = Pattern.compile("attempt \\d+ of \\d+");

  private LogCommands() {}

  static List<Command> all() {
    return List.of(
        new Command("get-logs", OLD_FLAGS, 0, 0, "--job ID or --pipeline NAME", LogCommands::old),
        new Command("logs", FLAGS, 0, 0, "-j PIPELINE@JOB or -p PIPELINE", LogCommands::current));
  }

  private static void old(Session session, Arguments arguments) {
    long tail = Math.max(0, arguments.number("tail"));
    if (tail > 0 && arguments.has("follow")) {
      session.say("--tail has no effect with --follow: every line is shown");
      tail = 0;
    }
    show(session, arguments, tail, true);
  }

  private static void current(Session session, Arguments arguments) {
    if (arguments.value("tail").isPresent()) {
      throw new UsageError(
          "--tail is gone since 2.0: --since shows what is young, as in --since 10m");
    }
    show(session, arguments, 0, false);
  }

  private static GetLogsRequest.Builder request(Session session, Arguments arguments) {
    var request =
        GetLogsRequest.newBuilder()
            .setMaster(arguments.has("master"))
            .setFollow(arguments.has("follow"));
    arguments.value("pipeline").ifPresent(p -> request.setPipeline(Refs.pipeline(session, p)));
    arguments.value("datum").ifPresent(d -> request.setDatum(Datum.newBuilder().setId(d)));
    arguments.value("inputs").ifPresent(i -> request.addAllDataFilters(List.of(i.split(","))));
    arguments
        .value("since")
        .ifPresent(s -> request.setSince(Duration.newBuilder().setSeconds(Durations.seconds(s))));
    return request;
  }

  /// The jobs whose logs are wanted. Of those that share an id, `--pipeline` chooses one.
  private static List<Job> jobs(Session session, Arguments arguments, String id) {
    var pipeline = arguments.value("pipeline");
    if (pipeline.isEmpty()) {
      return JobCommands.all(session, id);
    }
    if (id.contains("@")) {
      throw new UsageError("only one of pipeline or job should be specified");
    }
    return List.of(Refs.job(session, pipeline.get() + "@" + id));
  }

  private static Iterator<LogMessage> lines(Session session, Arguments arguments) {
    var request = request(session, arguments);
    var jobs = arguments.value("job").map(id -> jobs(session, arguments, id)).orElse(List.of());
    return jobs.isEmpty()
        ? session.stream(APIGrpc.getGetLogsMethod(), request.build())
        : lines(session, request, jobs.iterator());
  }

  /// What was said in each of the jobs, one after the other.
  private static Iterator<LogMessage> lines(
      Session session, GetLogsRequest.Builder request, Iterator<Job> jobs) {
    return new Iterator<>() {
      private Iterator<LogMessage> lines = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!lines.hasNext() && jobs.hasNext()) {
          var next = request.setJob(jobs.next()).build();
          lines = session.stream(APIGrpc.getGetLogsMethod(), next);
        }
        return lines.hasNext();
      }

      @Override
      public LogMessage next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return lines.next();
      }
    };
  }

  /// Shows lines as they come, or the last `tail` of them: the server knows no end to count from,
  /// so they pass through here, where no more of them are held than are shown.
  private static void show(Session session, Arguments arguments, long tail, boolean old) {
    var lines = lines(session, arguments);
    var last = new ArrayDeque<String>();
    boolean any = false;
    boolean others = false;
    while (lines.hasNext()) {
      var line = lines.next();
      var text = text(arguments, line, old);
      any |= text.isPresent();
      others |= text.isEmpty();
      if (text.isEmpty() && ATTEMPT.matcher(line.getMessage()).matches()) {
        session.say(line.getMessage());
      }
      text.ifPresent(tail == 0 ? session::print : last::add);
      if (last.size() > tail) {
        last.remove();
      }
      if (arguments.has("follow")) {
        session.flush();
      }
    }
    last.forEach(session::print);
    if (others && !any) {
      session.say("the program has written nothing; --worker shows what its worker says");
    }
  }

  /// How a line is shown, where it is.
  private static Optional<String> text(Arguments arguments, LogMessage line, boolean old) {
    if (arguments.has("raw")) {
      return Optional.of(old ? Raw.oldLine(line) : Raw.line(line));
    }
    boolean shown = line.getUser() || arguments.has("master") || arguments.has("worker");
    return shown ? Optional.of(line.getMessage().stripTrailing()) : Optional.empty();
  }
}
