package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.RenewFileSetRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.WalkFileRequest;
import dev.trunkline.wire.pps.DeleteJobRequest;
import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a program finds in its environment, and what a client can do with it.
class DatumEnvironmentTest extends PpsTest {
  private static final String DIRECTORIES =
      copying("p", "in")
          .replace("'cp -r /pfs/in/. /pfs/out/'", "'cp /pfs/.env /pfs/out/$(ls /pfs/in)'");

  private static File file(String repo, String commit, String path) {
    var of = Repo.newBuilder().setName(repo).setType("user").setProject(PpsFixture.project());
    return File.newBuilder()
        .setCommit(Commit.newBuilder().setRepo(of).setId(commit))
        .setPath(path)
        .build();
  }

  private String text(File file) {
    var text = new StringBuilder();
    server
        .pfs()
        .getFile(GetFileRequest.newBuilder().setFile(file).build())
        .forEachRemaining(bytes -> text.append(bytes.getValue().toStringUtf8()));
    return text.toString();
  }

  private Map<String, String> environment(String job, String path) {
    var environment = new TreeMap<String, String>();
    text(file("p", job, path))
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(parts -> environment.put(parts[0], parts[1]));
    return environment;
  }

  private Map<String, String> fileSet(String id) {
    var found = new TreeMap<String, String>();
    var request = WalkFileRequest.newBuilder().setFile(file("__filesets__", id, "/")).build();
    for (FileInfo info : list(server.pfs().walkFile(request))) {
      if (info.getFileType() == FileType.FILE) {
        found.put(info.getFile().getPath(), text(info.getFile()));
      }
    }
    return found;
  }

  @Test
  void itNamesTheJobTheDatumAndTheInput() {
    pps.put("in", "/a", "1");
    pps.create(DIRECTORIES.replace("'cmd'", "'env': {'MINE': 'x y', 'HOME': '/mine'}, 'cmd'"));
    var job = pps.finished("p").getJob();
    var seen = environment(job.getId(), "/a");
    assertThat(seen)
        .containsEntry("PACH_JOB_ID", job.getId())
        .containsEntry("PACH_OUTPUT_COMMIT_ID", job.getId())
        .containsEntry("PPS_PIPELINE_NAME", "p")
        .containsEntry("PPS_PROJECT_NAME", "default")
        .containsEntry("PPS_SPEC_COMMIT", pps.inspect("p").getSpecCommit().getId())
        .containsEntry("in", "/pfs/in/a")
        .containsEntry("MINE", "x y")
        .containsEntry("HOME", "/mine");
    assertThat(seen.get("in_COMMIT")).hasSize(32);
    assertThat(seen.get("PACH_DATUM_ID")).hasSize(64);
  }

  @Test
  void theInputsOfADatumAreAFileSet() {
    pps.put("in", "/a", "1", "/d/b", "22", "/d/c/e", "333");
    pps.create(DIRECTORIES);
    var job = pps.finished("p").getJob();
    var one = environment(job.getId(), "/a").getOrDefault("FILESET_ID", "");
    var other = environment(job.getId(), "/d").getOrDefault("FILESET_ID", "");
    assertThat(fileSet(one)).isEqualTo(Map.of("/in/a", "1"));
    assertThat(fileSet(other)).isEqualTo(Map.of("/in/d/b", "22", "/in/d/c/e", "333"));
    pps.put("in", "/a", "new");
    pps.finished("p");
    assertThat(fileSet(one)).isEqualTo(Map.of("/in/a", "1"));
  }

  @Test
  void aFileSetOfADatumIsThereAsLongAsItsJob() {
    pps.put("in", "/a", "1");
    pps.create(DIRECTORIES);
    var job = pps.finished("p").getJob();
    var id = environment(job.getId(), "/a").getOrDefault("FILESET_ID", "");
    server
        .pfs()
        .renewFileSet(RenewFileSetRequest.newBuilder().setFileSetId(id).setTtlSeconds(60).build());
    assertThat(fileSet(id)).hasSize(1);
    var unknown = id.substring(0, 31) + (id.endsWith("0") ? "1" : "0");
    PpsFixture.refused(Status.Code.NOT_FOUND, "file set " + unknown, () -> fileSet(unknown));
    pps.put("in", "/b", "2");
    var second = pps.finished("p").getJob();
    var gone = environment(second.getId(), "/b").getOrDefault("FILESET_ID", "");
    pps.pps().deleteJob(DeleteJobRequest.newBuilder().setJob(second).build());
    PpsFixture.refused(Status.Code.NOT_FOUND, "file set " + gone, () -> fileSet(gone));
  }
}
