package dev.trunkline.services;

import com.google.protobuf.ByteString;
import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.LogLine;
import dev.trunkline.pipelines.LogPages;
import dev.trunkline.pipelines.PipelineInfo;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.InputFile;
import dev.trunkline.wire.pps.LogMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// The call that reads what workers logged.
final class LogCalls {
  private static final Duration SINCE = Duration.ofHours(24);
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final Versions versions;
  private final Pipelines pipelines;
  private final LogPages pages;

  LogCalls(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
    this.pages = new LogPages(versions);
  }

  void logs(GetLogsRequest request, Calls.Outlet<LogMessage> out) {
    boolean ofJob = request.hasJob();
    boolean ofPipeline = request.hasPipeline() && !request.getPipeline().getName().isEmpty();
    if (!ofJob && !ofPipeline) {
      refuseOwn(request);
    }
    if (ofJob && request.getJob().getPipeline().getName().isEmpty()) {
      throw Refusal.invalid("pipeline must be specified for the given job");
    }
    var name = PpsMessages.pipeline(ofJob ? request.getJob().getPipeline() : request.getPipeline());
    if (ofJob && ofPipeline && !name.equals(PpsMessages.pipeline(request.getPipeline()))) {
      throw Refusal.invalid("job is from the wrong pipeline");
    }
    var job = ofJob ? Optional.of(job(request)) : Optional.<JobInfo>empty();
    PipelineInfo pipeline;
    try {
      pipeline = pipelines.inspect(name);
    } catch (Refusal e) {
      throw new Refusal("could not get pipeline information for " + name.name(), e);
    }
    var from = since(request, job);
    pages.read(
        pipeline,
        new LogPages.Which(job, from, request.getDatum().getId()),
        request.getFollow(),
        out::left,
        segment -> {
          for (var line : segment.lines()) {
            if (!line.time().isBefore(from) && wanted(request, line)) {
              out.send(message(pipeline, segment.jobId(), line));
            }
          }
          return true;
        });
  }

  private static void refuseOwn(GetLogsRequest request) {
    if (request.getDataFiltersCount() > 0 || request.hasDatum()) {
      throw Refusal.invalid(
          "must specify the Job or Pipeline that the datum is from to get logs for it");
    }
    throw new Refusal(
        Refusal.Kind.UNSUPPORTED,
        "the server's own logs are not built yet in this version: they are on its standard error;"
            + " name a pipeline or a job");
  }

  private JobInfo job(GetLogsRequest request) {
    var job = request.getJob();
    try {
      return pipelines.jobs().inspect(JobCalls.pipeline(job), job.getId());
    } catch (Refusal e) {
      throw new Refusal("could not get job information for \"" + job.getId() + "\"", e);
    }
  }

  private Instant since(GetLogsRequest request, Optional<JobInfo> job) {
    var asked = request.getSince();
    var span = Duration.ofSeconds(asked.getSeconds(), asked.getNanos());
    if (span.isZero() && job.isPresent()) {
      return job.get().created().minus(SKEW);
    }
    var now = versions.read(tx -> tx.now());
    return now.minus(span.isZero() ? SINCE : span);
  }

  private static boolean wanted(GetLogsRequest request, LogLine line) {
    var datum = request.getDatum().getId();
    return line.origin().master() == request.getMaster()
        && (datum.isEmpty() || line.datum().equals(datum))
        && request.getDataFiltersList().stream()
            .allMatch(filter -> line.data().stream().anyMatch(file -> matches(file, filter)));
  }

  /// Whether a filter names a file: by path, or by hash in hex or base64.
  static boolean matches(LogLine.File file, String filter) {
    return file.path().equals(filter)
        || file.hash().hex().equals(filter)
        || Base64.getEncoder().encodeToString(file.hash().bytes()).equals(filter);
  }

  private static LogMessage message(PipelineInfo pipeline, String job, LogLine line) {
    var name = pipeline.spec().name();
    var out =
        LogMessage.newBuilder()
            .setProjectName(name.project())
            .setPipelineName(name.name())
            .setJobId(job)
            .setWorkerId(line.origin().worker())
            .setDatumId(line.datum())
            .setMaster(line.origin().master())
            .setUser(line.user())
            .setTs(PfsMessages.time(line.time()))
            .setMessage(line.text());
    line.data().forEach(file -> out.addData(file(file)));
    return out.build();
  }

  static InputFile file(LogLine.File file) {
    return InputFile.newBuilder()
        .setPath(file.path())
        .setHash(ByteString.copyFrom(file.hash().bytes()))
        .build();
  }
}
