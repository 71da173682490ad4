package dev.trunkline.pipelines;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Entry;
import dev.trunkline.datum.Cost;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.planning.Input;
import java.util.Base64;
import java.util.Locale;

/// The description of a datum that stands in the meta repo: JSON in the form that programs which
/// read meta repos know, `pps.md` 7.1.
final class MetaJson {
  private final JobContext context;
  private final JobInfo job;

  MetaJson(JobContext context, JobInfo job) {
    this.context = context;
    this.job = job;
  }

  String of(Hash hash, DatumTask task, DatumOutcome outcome) {
    var inputs = new JsonArray();
    for (var file : task.inputs()) {
      inputs.add(input(context.leaf(file.leaf()), file));
    }
    var meta = new JsonObject();
    meta.add("job", job());
    meta.add("inputs", inputs);
    meta.addProperty("hash", hash.hex());
    meta.addProperty("state", outcome.state().name());
    meta.addProperty("reason", outcome.reason());
    meta.add("stats", stats(outcome.cost()));
    meta.addProperty("index", "0");
    meta.addProperty("imageId", "");
    return meta + "\n";
  }

  private JsonObject job() {
    var pipeline = new JsonObject();
    pipeline.add("project", named(job.pipeline().project()));
    pipeline.addProperty("name", job.pipeline().name());
    var json = new JsonObject();
    json.add("pipeline", pipeline);
    json.addProperty("id", job.id());
    return json;
  }

  private static JsonObject named(String name) {
    var json = new JsonObject();
    json.addProperty("name", name);
    return json;
  }

  private static JsonObject input(Input.Pfs leaf, DatumTask.InputFile file) {
    var json = new JsonObject();
    json.add("fileInfo", fileInfo(leaf, file));
    json.addProperty("name", leaf.name());
    json.addProperty("branch", leaf.branch());
    json.addProperty("reference", leaf.reference());
    return json;
  }

  private static JsonObject fileInfo(Input.Pfs leaf, DatumTask.InputFile file) {
    var repo = named(leaf.repo());
    repo.addProperty("type", leaf.type());
    repo.add("project", named(leaf.project()));
    var commit = new JsonObject();
    commit.add("repo", repo);
    commit.addProperty("id", file.commit());
    var path = new JsonObject();
    path.add("commit", commit);
    path.addProperty("path", file.entry().shown());
    var info = new JsonObject();
    info.add("file", path);
    info.addProperty("fileType", file.entry() instanceof Entry.OfFile ? "FILE" : "DIR");
    info.addProperty("sizeBytes", String.valueOf(file.entry().size()));
    info.addProperty("hash", Base64.getEncoder().encodeToString(file.entry().hash().bytes()));
    return info;
  }

  private static JsonObject stats(Cost cost) {
    var json = new JsonObject();
    json.addProperty("downloadTime", seconds(cost.downloadNanos()));
    json.addProperty("processTime", seconds(cost.processNanos()));
    json.addProperty("uploadTime", seconds(cost.uploadNanos()));
    json.addProperty("downloadBytes", String.valueOf(cost.downloaded()));
    json.addProperty("uploadBytes", String.valueOf(cost.uploaded()));
    return json;
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%d.%09ds", nanos / 1_000_000_000, nanos % 1_000_000_000);
  }
}
