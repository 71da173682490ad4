package dev.trunkline.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import dev.trunkline.testkit.Await;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListJobRequest;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server is to the programs that it runs.
class PeerTest {
  private static final Repo IN =
      Repo.newBuilder()
          .setName("in")
          .setType("user")
          .setProject(Project.newBuilder().setName("default"))
          .build();

  private static final String ASKING =
      """
      {"pipeline": {"name": "p"}, "input": {"pfs": {"repo": "in", "glob": "/"}}, "datum_tries": 1,
       "transform": {"cmd": ["bash", "-eu"], "stdin": [
         "exec 3<>/dev/tcp/$PACHD_PEER_SERVICE_HOST/$PACHD_PEER_SERVICE_PORT",
         "printf 'GET /healthz HTTP/1.0\\\\r\\\\n\\\\r\\\\n' >&3",
         "grep -q '^ok' <&3"]}}
      """;

  @TempDir static Path folder;

  @Test
  void userCodeReachesTheServerThatRunsIt() throws Exception {
    var settings =
        new Settings(
            folder.resolve("data"), "127.0.0.1", 0, "auto", Optional.empty(), false, agent());
    try (var installation = Installation.start(settings)) {
      var channel =
          OkHttpChannelBuilder.forAddress(
                  "127.0.0.1", installation.port(), InsecureChannelCredentials.create())
              .build();
      put(channel);
      var job = run(channel);
      assertThat(job.getState()).as(job.getReason()).isEqualTo(JobState.JOB_SUCCESS);
      assertThat(job.getDataProcessed()).isEqualTo(1);
      channel.shutdownNow();
    }
  }

  private static Path agent() throws Exception {
    var agent = folder.resolve("agent");
    var compiler =
        new ProcessBuilder(
            "cc",
            "-static",
            "-o",
            agent.toString(),
            "../agent/agent.c",
            "../agent/sandbox.c",
            "../agent/tree.c");
    assertThat(compiler.inheritIO().start().waitFor()).isZero();
    return agent;
  }

  /// Makes the input: one file.
  private static void put(ManagedChannel channel) {
    var _ =
        APIGrpc.newBlockingStub(channel)
            .createRepo(CreateRepoRequest.newBuilder().setRepo(IN).build());
    var ended = new AtomicReference<>("");
    var edits =
        APIGrpc.newStub(channel)
            .modifyFile(
                new StreamObserver<>() {
                  @Override
                  public void onNext(Empty answer) {}

                  @Override
                  public void onError(Throwable failure) {
                    ended.set(failure.toString());
                  }

                  @Override
                  public void onCompleted() {
                    ended.set("done");
                  }
                });
    var branch = Branch.newBuilder().setRepo(IN).setName("master");
    edits.onNext(
        ModifyFileRequest.newBuilder()
            .setSetCommit(Commit.newBuilder().setRepo(IN).setBranch(branch))
            .build());
    edits.onNext(
        ModifyFileRequest.newBuilder().setAddFile(AddFile.newBuilder().setPath("/a")).build());
    edits.onCompleted();
    Await.until("the file is there", Duration.ofSeconds(60), () -> !ended.get().isEmpty());
    assertThat(ended).hasValue("done");
  }

  private static JobInfo run(ManagedChannel channel) {
    var pps = dev.trunkline.wire.pps.APIGrpc.newBlockingStub(channel);
    var _ =
        pps.createPipelineV2(
            CreatePipelineV2Request.newBuilder().setCreatePipelineRequestJson(ASKING).build());
    var job = pps.listJob(ListJobRequest.getDefaultInstance()).next().getJob();
    return pps.inspectJob(InspectJobRequest.newBuilder().setJob(job).setWait(true).build());
  }
}
