package dev.trunkline.cli;

import com.google.protobuf.Empty;
import dev.trunkline.wire.admin.InspectClusterRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.transaction.DeleteAllRequest;
import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.LineageRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The version, the cluster as a whole, and lineage.
final class OtherCommands {
  private OtherCommands() {}

  static List<Command> all() {
    return List.of(
        new Command(
            "version",
            Raw.FLAGS
                + """
                client-only  show the version of this program alone
                timeout*     accepted, without effect
                """,
            0,
            0,
            "[--client-only]",
            OtherCommands::version),
        new Command("inspect cluster", Raw.FLAGS, 0, 0, "", OtherCommands::cluster),
        new Command("inspect-cluster", Raw.FLAGS, 0, 0, "", OtherCommands::cluster),
        new Command("delete all", "yes/y do not ask first", 0, 0, "", OtherCommands::deleteAll),
        new Command("delete-all", "", 0, 0, "", OtherCommands::deleteAll),
        new Command("lineage", Raw.FLAGS, 1, 1, "REPO@BRANCH:/PATH", OtherCommands::lineage));
  }

  private static void version(Session session, Arguments arguments) {
    if (arguments.has("client-only")) {
      session.print(ClientVersion.text());
      return;
    }
    var version = session.version().getVersion(Empty.getDefaultInstance());
    if (Raw.wanted(arguments)) {
      Raw.print(session, version);
      return;
    }
    session.print(ClientVersion.text());
    session.print(
        ClientVersion.row(
            "pachd", version.getMajor() + "." + version.getMinor() + "." + version.getMicro()));
  }

  private static void cluster(Session session, Arguments arguments) {
    var request = InspectClusterRequest.newBuilder().setCurrentProject(session.project()).build();
    var info = session.admin().inspectCluster(request);
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("ID: " + info.getId());
    session.print("Deployment ID: " + info.getDeploymentId());
    info.getWarningsList().forEach(session::say);
  }

  private static void deleteAll(Session session, Arguments arguments) throws IOException {
    if (!arguments.has("yes")) {
      doomed(session);
      if (!session.confirmed("Delete all repos, pipelines and their data?")) {
        session.say("nothing was deleted");
        return;
      }
    }
    session.pps().deleteAll(Empty.getDefaultInstance());
    session.pfs().deleteAll(Empty.getDefaultInstance());
    session.transactions().deleteAll(DeleteAllRequest.getDefaultInstance());
  }

  /// Names what there is to lose.
  private static void doomed(Session session) {
    var repos = ListRepoRequest.newBuilder().setType("user").build();
    session.stream(dev.trunkline.wire.pfs.APIGrpc.getListRepoMethod(), repos)
        .forEachRemaining(r -> session.say("repo " + r.getRepo().getName()));
    session.stream(
            dev.trunkline.wire.pps.APIGrpc.getListPipelineMethod(),
            ListPipelineRequest.getDefaultInstance())
        .forEachRemaining(p -> session.say("pipeline " + p.getPipeline().getName()));
  }

  private static void lineage(Session session, Arguments arguments) {
    var nodes = new ArrayList<LineageNode>();
    session.stream(
            dev.trunkline.wire.trunkline.APIGrpc.getLineageMethod(),
            LineageRequest.newBuilder().setFile(Refs.file(session, arguments.word(0))).build())
        .forEachRemaining(nodes::add);
    if (Raw.wanted(arguments)) {
      nodes.forEach(node -> Raw.print(session, node));
      return;
    }
    new LineageTree(session, nodes).print();
  }
}
