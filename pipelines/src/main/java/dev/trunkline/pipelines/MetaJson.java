package dev.trunkline.pipelines;

import dev.trunkline.base.Hash;
import dev.trunkline.content.Entry;
import dev.trunkline.datum.Cost;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.planning.Input;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
    var name = job.pipeline();
    var pipeline =
        object("\"project\":" + object(text("name", name.project())), text("name", name.name()));
    var inputs = new ArrayList<String>();
    for (int i = 0; i < task.inputs().size(); i++) {
      inputs.add(input(context.leaf(task.inputs().get(i).leaf()), task.inputs().get(i)));
    }
    var parts = new ArrayList<String>();
    parts.add("\"job\":" + object("\"pipeline\":" + pipeline, text("id", job.id())));
    parts.add("\"inputs\":[" + String.join(",", inputs) + "]");
    parts.add(text("hash", hash.hex()));
    parts.add(text("state", outcome.state().name()));
    parts.add(text("reason", outcome.reason()));
    parts.add("\"stats\":" + stats(outcome.cost()));
    parts.add(text("index", "0"));
    parts.add(text("imageId", ""));
    return object(parts.toArray(String[]::new)) + "\n";
  }

  private static String input(Input.Pfs leaf, DatumTask.InputFile file) {
    var entry = file.entry();
    var repo =
        object(
            text("name", leaf.repo()),
            text("type", leaf.type()),
            "\"project\":" + object(text("name", leaf.project())));
    var commit = object("\"repo\":" + repo, text("id", file.commit()));
    var info =
        object(
            "\"file\":" + object("\"commit\":" + commit, text("path", entry.shown())),
            text("fileType", entry instanceof Entry.OfFile ? "FILE" : "DIR"),
            text("sizeBytes", String.valueOf(entry.size())),
            text("hash", Base64.getEncoder().encodeToString(entry.hash().bytes())));
    return object(
        "\"fileInfo\":" + info,
        text("name", leaf.name()),
        text("branch", leaf.branch()),
        "\"reference\":" + leaf.reference());
  }

  private static String stats(Cost cost) {
    return object(
        text("downloadTime", seconds(cost.downloadNanos())),
        text("processTime", seconds(cost.processNanos())),
        text("uploadTime", seconds(cost.uploadNanos())),
        text("downloadBytes", String.valueOf(cost.downloaded())),
        text("uploadBytes", String.valueOf(cost.uploaded())));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%d.%09ds", nanos / 1_000_000_000, nanos % 1_000_000_000);
  }

  private static String object(String... parts) {
    return "{" + String.join(",", List.of(parts)) + "}";
  }

  private static String text(String key, String value) {
    var out = new StringBuilder("\"").append(key).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
