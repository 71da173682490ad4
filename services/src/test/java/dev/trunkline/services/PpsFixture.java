package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.PipelineInfo;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What tests of the pipeline API do over and over, in the words of a client.
final class PpsFixture {
  private final TestServer server;

  PpsFixture(TestServer server) {
    this.server = server;
  }

  APIGrpc.APIBlockingStub pps() {
    return server.pps();
  }

  void repo(String name) {
    server
        .pfs()
        .createRepo(
            CreateRepoRequest.newBuilder().setRepo(Repo.newBuilder().setName(name)).build());
  }

  /// Puts files of one commit: pairs of path and text.
  void put(String repo, String... files) {
    var done = new CountDownLatch(1);
    var failures = new ArrayList<Throwable>();
    var requests =
        dev.trunkline.wire.pfs.APIGrpc.newStub(server.channel())
            .modifyFile(
                new io.grpc.stub.StreamObserver<>() {
                  @Override
                  public void onNext(com.google.protobuf.Empty empty) {}

                  @Override
                  public void onError(Throwable error) {
                    failures.add(error);
                    done.countDown();
                  }

                  @Override
                  public void onCompleted() {
                    done.countDown();
                  }
                });
    var branch =
        Branch.newBuilder()
            .setName("master")
            .setRepo(Repo.newBuilder().setName(repo).setType("user").setProject(project()));
    requests.onNext(
        ModifyFileRequest.newBuilder()
            .setSetCommit(Commit.newBuilder().setBranch(branch).setRepo(branch.getRepo()))
            .build());
    for (int i = 0; i < files.length; i += 2) {
      var raw = BytesValue.of(ByteString.copyFromUtf8(files[i + 1]));
      requests.onNext(
          ModifyFileRequest.newBuilder()
              .setAddFile(AddFile.newBuilder().setPath(files[i]).setRaw(raw))
              .build());
    }
    requests.onCompleted();
    try {
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(failures).isEmpty();
  }

  static Project project() {
    return Project.newBuilder().setName("default").build();
  }

  static Pipeline pipeline(String name) {
    return Pipeline.newBuilder().setName(name).build();
  }

  /// Creates or updates a pipeline from JSON, in which ' stands for ".
  String create(String json, boolean update) {
    return pps()
        .createPipelineV2(
            CreatePipelineV2Request.newBuilder()
                .setCreatePipelineRequestJson(json.replace('\'', '"'))
                .setUpdate(update)
                .build())
        .getEffectiveCreatePipelineRequestJson();
  }

  String create(String json) {
    return create(json, false);
  }

  /// A spec that copies the files of a repo one by one.
  static String copying(String name, String repo) {
    return """
    {'pipeline': {'name': '%s'}, 'input': {'pfs': {'repo': '%s', 'glob': '/*'}},
     'transform': {'cmd': ['sh'], 'stdin': ['echo copying', 'cp -r /pfs/%s/. /pfs/out/']}}
    """
        .formatted(name, repo, repo);
  }

  PipelineInfo inspect(String name) {
    return pps()
        .inspectPipeline(
            InspectPipelineRequest.newBuilder()
                .setPipeline(pipeline(name))
                .setDetails(true)
                .build());
  }

  List<JobInfo> jobs(String name) {
    return list(
        pps()
            .listJob(
                ListJobRequest.newBuilder().setPipeline(pipeline(name)).setHistory(-1).build()));
  }

  /// The newest job of a pipeline, once it is over.
  JobInfo finished(String name) {
    return await(jobs(name).getFirst().getJob());
  }

  JobInfo await(Job job) {
    return pps()
        .inspectJob(
            InspectJobRequest.newBuilder().setJob(job).setWait(true).setDetails(true).build());
  }

  static <T> List<T> list(Iterator<T> answers) {
    var all = new ArrayList<T>();
    answers.forEachRemaining(all::add);
    return all;
  }

  static void refused(Status.Code code, String text, Supplier<? extends Object> call) {
    Refusals.refused(code, text, call::get);
  }
}
