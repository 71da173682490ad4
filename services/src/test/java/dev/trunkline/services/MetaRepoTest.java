package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.WalkFileRequest;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListDatumRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What the meta repo of a pipeline holds, read as a client reads it.
class MetaRepoTest extends PpsTest {
  private List<DatumInfo> datums(Job job) {
    return list(pps.pps().listDatum(ListDatumRequest.newBuilder().setJob(job).build()));
  }

  private static File meta(String pipeline, Job job, String path) {
    var repo = Repo.newBuilder().setName(pipeline).setType("meta").setProject(PpsFixture.project());
    return File.newBuilder()
        .setCommit(Commit.newBuilder().setRepo(repo).setId(job.getId()))
        .setPath(path)
        .build();
  }

  private Map<String, String> files(Job job) {
    var found = new TreeMap<String, String>();
    var request = WalkFileRequest.newBuilder().setFile(meta("p", job, "/")).build();
    for (FileInfo info : list(server.pfs().walkFile(request))) {
      if (info.getFileType() == FileType.FILE) {
        found.put(info.getFile().getPath(), text(info.getFile()));
      }
    }
    return found;
  }

  private String text(File file) {
    var text = new StringBuilder();
    server
        .pfs()
        .getFile(GetFileRequest.newBuilder().setFile(file).build())
        .forEachRemaining(bytes -> text.append(bytes.getValue().toStringUtf8()));
    return text.toString();
  }

  @Test
  void itHoldsWhatEachDatumSawAndWrote() throws Exception {
    pps.put("in", "/a", "1", "/d/b", "22", "/d/c", "333");
    pps.create(copying("p", "in").replace("cp -r", "mkdir -p /pfs/out/x; cp -r"));
    var job = pps.finished("p").getJob();
    var file = datums(job).stream().filter(d -> d.getData(0).getFile().getPath().equals("/a"));
    var one = file.findFirst().orElseThrow().getDatum();
    var all = files(job);
    assertThat(all).containsEntry("/pfs/" + one.getId() + "/in/a", "1");
    assertThat(all).containsEntry("/pfs/" + one.getId() + "/out/a", "1");
    assertThat(all.get("/pfs/" + one.getId() + "/.env"))
        .contains("PACH_DATUM_ID=" + one.getId(), "PACH_JOB_ID=" + job.getId(), "in=/pfs/in/a");
    var json = Struct.newBuilder();
    JsonFormat.parser().merge(all.get("/meta/" + one.getId() + "/meta"), json);
    var fields = json.build();
    assertThat(fields.getFieldsOrThrow("state").getStringValue()).isEqualTo("PROCESSED");
    assertThat(
            fields.getFieldsOrThrow("job").getStructValue().getFieldsOrThrow("id").getStringValue())
        .isEqualTo(job.getId());
    assertThat(fields.getFieldsOrThrow("hash").getStringValue()).hasSize(64);
    assertThat(
            fields
                .getFieldsOrThrow("inputs")
                .getListValue()
                .getValues(0)
                .getStructValue()
                .getFieldsMap())
        .containsKey("fileInfo")
        .hasEntrySatisfying("name", name -> assertThat(name.getStringValue()).isEqualTo("in"));
    var directory = datums(job).stream().filter(d -> !d.getDatum().equals(one)).findFirst();
    var other = directory.orElseThrow().getDatum().getId();
    assertThat(all)
        .containsEntry("/pfs/" + other + "/in/d/b", "22")
        .containsEntry("/pfs/" + other + "/in/d/c", "333")
        .containsEntry("/pfs/" + other + "/out/d/c", "333");
    assertThat(all).hasSize(4 + 6);
    var inspected = pps.pps().inspectDatum(InspectDatumRequest.newBuilder().setDatum(one).build());
    assertThat(inspected.getPfsState()).isEqualTo(meta("p", job, "/pfs/" + one.getId()));
    assertThat(Durations.toNanos(inspected.getStats().getDownloadTime())).isPositive();
    assertThat(Durations.toNanos(inspected.getStats().getProcessTime())).isPositive();
    assertThat(Durations.toNanos(inspected.getStats().getUploadTime())).isPositive();
    assertThat(inspected.getStats().getDownloadBytes()).isEqualTo(1);
    assertThat(inspected.getStats().getUploadBytes()).isEqualTo(1);
  }

  @Test
  void itFollowsTheDatumsOfEachJob() {
    pps.put("in", "/a", "1", "/b", "2");
    pps.create(copying("p", "in"));
    var first = files(pps.finished("p").getJob());
    pps.put("in", "/a", "x", "/c", "3");
    var second = files(pps.finished("p").getJob());
    assertThat(second).hasSize(12);
    var kept =
        first.keySet().stream()
            .filter(path -> Objects.equals(second.get(path), first.get(path)))
            .toList();
    assertThat(kept).as("what is kept of /b, and nothing else").hasSize(4);
    assertThat(second.values()).contains("1x", "3").doesNotContain("1");
  }

  @Test
  void aFailedJobShowsWhatItRan() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in").replace("/pfs/out/']", "/pfs/out/', 'test ! -e /pfs/in/b']"));
    pps.finished("p");
    pps.put("in", "/b", "2");
    var job = pps.finished("p");
    assertThat(job.getState()).isEqualTo(JobState.JOB_FAILURE);
    var failed = job.getReason().split(" ", -1)[1];
    assertThat(files(job.getJob()))
        .hasSize(4 + 3)
        .containsEntry("/pfs/" + failed + "/in/b", "2")
        .doesNotContainKey("/pfs/" + failed + "/out/b")
        .hasEntrySatisfying(
            "/meta/" + failed + "/meta", text -> assertThat(text).contains("\"FAILED\""));
    pps.put("in", "/c", "3");
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_FAILURE);
  }

  @Test
  void aPipelineMayReadIt() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.create(
        copying("q", "p")
            .replace("'repo': 'p'", "'repo': 'p', 'repo_type': 'meta', 'name': 'p'")
            .replace("'/*'", "'/pfs/*'"));
    var job = pps.finished("q");
    assertThat(job.getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(job.getDataProcessed()).isEqualTo(1);
  }
}
