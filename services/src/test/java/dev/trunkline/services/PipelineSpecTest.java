package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static dev.trunkline.services.PpsFixture.pipeline;
import static dev.trunkline.services.PpsFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.GetClusterDefaultsRequest;
import dev.trunkline.wire.pps.GetProjectDefaultsRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.PFSInput;
import dev.trunkline.wire.pps.SetClusterDefaultsRequest;
import dev.trunkline.wire.pps.SetProjectDefaultsRequest;
import dev.trunkline.wire.pps.Transform;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

/// Specs: how layers of defaults become one.
class PipelineSpecTest extends PpsTest {
  private static CreatePipelineRequest parse(String json) throws Exception {
    var request = CreatePipelineRequest.newBuilder();
    JsonFormat.parser().merge(json, request);
    return request.build();
  }

  @Test
  void theEffectiveSpecShowsTheBuiltInDefaults() throws Exception {
    var spec = parse(pps.create(copying("p", "in")));
    assertThat(spec.getTransform().getImage()).isEqualTo("ubuntu:20.04");
    assertThat(spec.getOutputBranch()).isEqualTo("master");
    assertThat(spec.getDatumTries()).isEqualTo(3);
    assertThat(spec.getReprocessSpec()).isEqualTo("until_success");
    assertThat(spec.getPipeline().getProject().getName()).isEqualTo("default");
  }

  @Test
  void theUsersTextIsKeptByteForByte() {
    var text = copying("p", "in").replace('\'', '"');
    pps.create(text);
    var info = pps.inspect("p");
    assertThat(info.getUserSpecJson()).isEqualTo(text);
    assertThat(info.getEffectiveSpecJson())
        .contains("\"datumTries\":\"3\"")
        .doesNotContain("\"project\"");
  }

  @Test
  void bothSpellingsMeanTheSame() throws Exception {
    var snake = "'datum_tries': '2', 'parallelism_spec': {'constant': 2}, 'datum_timeout': '2.5s'";
    var camel = "'datumTries': 2, 'parallelismSpec': {'constant': '2'}, 'datumTimeout': '2.500s'";
    var one = pps.create(copying("p", "in").replace("'input'", snake + ", 'input'"));
    var two = pps.create(copying("q", "in").replace("'input'", camel + ", 'input'"));
    assertThat(parse(one).toBuilder().clearPipeline().build())
        .isEqualTo(parse(two).toBuilder().clearPipeline().build());
  }

  @Test
  void explicitZerosOverrideAndNullsDelete() throws Exception {
    pps.pps()
        .setClusterDefaults(
            cluster(
                """
                {"createPipelineRequest": {"autoscaling": true, "datum_tries": 7,
                 "resourceRequests": {"cpu": 1, "memory": "256Mi"}}}
                """));
    var spec =
        parse(
            pps.create(
                copying("p", "in")
                    .replace(
                        "'input'",
                        "'autoscaling': false, 'datumTries': null, 'resource_requests': {'memory':"
                            + " null}, 'input'")));
    assertThat(spec.getAutoscaling()).isFalse();
    assertThat(spec.getDatumTries()).isZero();
    assertThat(spec.getResourceRequests().getCpu()).isEqualTo(1);
    assertThat(spec.getResourceRequests().getMemory()).isEmpty();
  }

  @Test
  void aMessageLeavesZerosToTheDefaults() {
    var input = PFSInput.newBuilder().setRepo("in").setGlob("/*");
    pps.pps()
        .createPipeline(
            CreatePipelineRequest.newBuilder()
                .setPipeline(pipeline("p"))
                .setTransform(Transform.newBuilder().addCmd("true"))
                .setInput(Input.newBuilder().setPfs(input))
                .build());
    var info = pps.inspect("p");
    assertThat(info.getDetails().getTransform().getImage()).isEqualTo("ubuntu:20.04");
    assertThat(info.getDetails().getDatumTries()).isEqualTo(3);
    assertThat(info.getUserSpecJson()).contains("\"repo\":\"in\"");
    var leaf = info.getDetails().getInput().getPfs();
    assertThat(leaf.getName()).isEqualTo("in");
    assertThat(leaf.getBranch()).isEqualTo("master");
    assertThat(leaf.getProject()).isEqualTo("default");
    assertThat(leaf.getRepoType()).isEqualTo("user");
  }

  @Test
  void aDryRunAnswersAndMakesNothing() throws Exception {
    var request =
        CreatePipelineV2Request.newBuilder()
            .setCreatePipelineRequestJson(copying("p", "absent").replace('\'', '"'))
            .setDryRun(true)
            .build();
    var answer = pps.pps().createPipelineV2(request);
    assertThat(parse(answer.getEffectiveCreatePipelineRequestJson()).getDatumTries()).isEqualTo(3);
    assertThat(list(pps.pps().listPipeline(ListPipelineRequest.getDefaultInstance()))).isEmpty();
  }

  private static SetClusterDefaultsRequest cluster(String json) {
    return SetClusterDefaultsRequest.newBuilder().setClusterDefaultsJson(json).build();
  }

  @Test
  void defaultsAreKeptVerbatimAndRefusedWithADetail() {
    var get = GetClusterDefaultsRequest.getDefaultInstance();
    assertThat(pps.pps().getClusterDefaults(get).getClusterDefaultsJson()).isEqualTo("{}");
    var text = "{ \"createPipelineRequest\" : {\"datum_tries\": 4} }";
    pps.pps().setClusterDefaults(cluster(text));
    assertThat(pps.pps().getClusterDefaults(get).getClusterDefaultsJson()).isEqualTo(text);
    for (var bad : new String[] {"", "{", "{\"bogus\":1}"}) {
      refused(
          Status.Code.INVALID_ARGUMENT,
          "invalid cluster defaults JSON",
          () -> pps.pps().setClusterDefaults(cluster(bad)));
    }
    refused(
        Status.Code.INVALID_ARGUMENT,
        "could not merge cluster defaults",
        () ->
            pps.pps()
                .setClusterDefaults(
                    cluster("{\"createPipelineRequest\":{\"reprocessSpec\":\"x\"}}")));
    assertThat(pps.pps().getClusterDefaults(get).getClusterDefaultsJson()).isEqualTo(text);
  }

  @Test
  void projectDefaultsStandAboveThoseOfTheCluster() throws Exception {
    pps.pps().setClusterDefaults(cluster("{\"createPipelineRequest\":{\"datumTries\":4}}"));
    var set =
        SetProjectDefaultsRequest.newBuilder()
            .setProjectDefaultsJson("{\"createPipelineRequest\":{\"datumTries\":\"5\"}}")
            .build();
    pps.pps().setProjectDefaults(set);
    assertThat(parse(pps.create(copying("p", "in"))).getDatumTries()).isEqualTo(5);
    var got = pps.pps().getProjectDefaults(GetProjectDefaultsRequest.getDefaultInstance());
    assertThat(got.getProjectDefaultsJson()).isEqualTo(set.getProjectDefaultsJson());
    assertThat(got.hasCreatedAt()).isTrue();
    refused(
        Status.Code.NOT_FOUND,
        "not found",
        () ->
            pps.pps()
                .setProjectDefaults(
                    set.toBuilder()
                        .setProject(dev.trunkline.wire.pfs.Project.newBuilder().setName("absent"))
                        .build()));
  }

  @Test
  void regeneratingUpdatesWhatChangesAndADryRunOnlyNamesIt() {
    pps.create(copying("p", "in"));
    pps.create(copying("q", "in").replace("'input'", "'datumTries': 4, 'input'"));
    var set =
        cluster("{\"createPipelineRequest\":{\"datumTries\":4}}").toBuilder().setRegenerate(true);
    var dry = pps.pps().setClusterDefaults(set.setDryRun(true).build());
    assertThat(dry.getAffectedPipelinesList()).extracting(p -> p.getName()).containsExactly("p");
    assertThat(pps.inspect("p").getVersion()).isEqualTo(1);
    var salt = pps.inspect("p").getDetails().getSalt();
    var wet = pps.pps().setClusterDefaults(set.setDryRun(false).setReprocess(true).build());
    assertThat(wet.getAffectedPipelinesList()).extracting(p -> p.getName()).containsExactly("p");
    assertThat(pps.inspect("p").getVersion()).isEqualTo(2);
    assertThat(pps.inspect("p").getDetails().getDatumTries()).isEqualTo(4);
    assertThat(pps.inspect("p").getDetails().getSalt()).isNotEqualTo(salt);
    assertThat(pps.inspect("q").getVersion()).isEqualTo(1);
  }
}
