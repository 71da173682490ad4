package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.trunkline.APIGrpc;
import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.LineageRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every output says where it comes from, through every pipeline on the way.
class LineageTest extends PpsTest {
  @BeforeEach
  void twoPipelinesAndWhatJoinsThem() {
    pps.put("in", "/a", "1", "/d/b", "22");
    pps.create(PpsFixture.copying("left", "in"));
    pps.create(PpsFixture.copying("right", "in"));
    pps.create(
        """
        {'pipeline': {'name': 'both'},
         'input': {'cross': [{'pfs': {'repo': 'left', 'glob': '/'}}, {'pfs': {'repo': 'right', 'glob': '/a'}}]},
         'transform': {'cmd': ['sh'], 'stdin': ['mkdir /pfs/out/x', 'cat /pfs/left/a /pfs/right/a > /pfs/out/x/sum']}}
        """);
    pps.finished("both");
  }

  private List<LineageNode> lineage(String repo, String path) {
    var of =
        Repo.newBuilder().setName(repo).setType("user").setProject(PpsFixture.project()).build();
    var commit = Commit.newBuilder().setBranch(Branch.newBuilder().setName("master").setRepo(of));
    var file = File.newBuilder().setPath(path).setCommit(commit.setRepo(of));
    return PpsFixture.list(
        APIGrpc.newBlockingStub(server.channel())
            .lineage(LineageRequest.newBuilder().setFile(file).build()));
  }

  private static String name(LineageNode node) {
    return node.getFile().getCommit().getRepo().getName() + ":" + node.getFile().getPath();
  }

  @Test
  void aFileComesFromItsDatumsInputsAndTheseFromTheirs() {
    var nodes = lineage("both", "/x/sum");
    assertThat(nodes).extracting(LineageTest::name).startsWith("both:/x/sum");
    var sum = nodes.getFirst();
    assertThat(sum.getMadeBy().getPipeline().getName()).isEqualTo("both");
    assertThat(sum.getMadeBy().getVersion()).isEqualTo(1);
    assertThat(sum.getSourcesList())
        .extracting(i -> name(nodes.get(i)))
        .containsExactlyInAnyOrder("left:/", "right:/a");
    assertThat(nodes)
        .extracting(LineageTest::name)
        .as("each once, also what both pipelines read")
        .containsExactlyInAnyOrder(
            "both:/x/sum",
            "left:/",
            "left:/a",
            "left:/d/",
            "left:/d/b",
            "right:/a",
            "in:/a",
            "in:/d/");
  }

  @Test
  void aDirectoryThatAPipelineWroteIsFollowedInto() {
    var nodes = lineage("left", "/");
    assertThat(nodes.getFirst().getContentsList())
        .extracting(i -> name(nodes.get(i)))
        .containsExactly("left:/a", "left:/d/");
    assertThat(nodes).extracting(LineageTest::name).contains("in:/a", "in:/d/");
  }

  @Test
  void whatPeoplePutInStandsForItself() {
    assertThat(lineage("in", "/d")).extracting(LineageTest::name).containsExactly("in:/d/");
  }

  @Test
  void whatIsNotThereIsRefused() {
    PpsFixture.refused(Status.Code.NOT_FOUND, "/none not found", () -> lineage("both", "/none"));
  }
}
