package dev.trunkline.cli;

import com.google.protobuf.Empty;
import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.LineageRequest;
import java.util.ArrayList;
import java.util.List;

/// The version, and lineage.
final class OtherCommands {
  /// Our own version; what clients compare is that of the API.
  private static final String OWN = "0.1.0";

  private static final String SPOKEN = "2.12.2";

  private OtherCommands() {}

  static List<Command> all() {
    return List.of(
        new Command("version", "client-only raw", 0, 0, "[--client-only]", OtherCommands::version),
        new Command("lineage", Raw.FLAGS, 1, 1, "REPO@BRANCH:/PATH", OtherCommands::lineage));
  }

  private static void version(Session session, Arguments arguments) {
    var table = new Table(session, "COMPONENT", "VERSION");
    table.row("pachctl", SPOKEN);
    table.row("trunkline", OWN);
    if (!arguments.has("client-only")) {
      var version = session.version().getVersion(Empty.getDefaultInstance());
      table.row("pachd", version.getMajor() + "." + version.getMinor() + "." + version.getMicro());
    }
    table.end();
  }

  private static void lineage(Session session, Arguments arguments) {
    var nodes = new ArrayList<LineageNode>();
    session
        .trunkline()
        .lineage(LineageRequest.newBuilder().setFile(Refs.file(session, arguments.word(0))).build())
        .forEachRemaining(nodes::add);
    if (Raw.wanted(arguments)) {
      nodes.forEach(node -> Raw.print(session, node));
      return;
    }
    print(session, nodes, nodes.getFirst(), "");
  }

  private static void print(
      Session session, List<LineageNode> nodes, LineageNode node, String indent) {
    var commit = node.getFile().getCommit();
    session.print(
        "%s%s@%s:%s  %s"
            .formatted(
                indent,
                commit.getRepo().getName(),
                commit.getId(),
                node.getFile().getPath(),
                node.hasCommitted()
                    ? Human.instant(node.getCommitted()).toString()
                    : "not finished"));
    if (node.hasMadeBy()) {
      var by = node.getMadeBy();
      session.print(
          "%s  made by %s version %d (of %s): %s, job %s"
              .formatted(
                  indent,
                  by.getPipeline().getName(),
                  by.getVersion(),
                  Human.instant(by.getVersionCreated()),
                  String.join(" ", by.getCmdList()),
                  by.getJobId()));
      session.print(indent + "  from");
    }
    for (int source : node.getSourcesList()) {
      print(session, nodes, nodes.get(source), indent + "    ");
    }
  }
}
