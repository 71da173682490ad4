package dev.trunkline.cli;

import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.Transformation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The graph of a lineage as an indented list; what has been explained once is only named after.
final class LineageTree {
  private static final String STEP = "    ";

  private final Session session;
  private final List<LineageNode> nodes;
  private final Set<Integer> explained = new HashSet<>();

  LineageTree(Session session, List<LineageNode> nodes) {
    this.session = session;
    this.nodes = nodes;
  }

  void print() {
    print(nodes.getFirst(), "");
  }

  private void print(LineageNode node, String indent) {
    boolean more = node.hasMadeBy() || node.getContentsCount() > 0;
    boolean again = !explained.add(node.getIndex()) && more;
    session.print(indent + file(node) + (again ? "  (see above)" : ""));
    if (again) {
      return;
    }
    if (node.hasMadeBy()) {
      session.print(indent + "  made by " + transformation(node.getMadeBy()));
      session.print(indent + "  from");
    }
    for (int source : node.getSourcesList()) {
      print(nodes.get(source), indent + STEP);
    }
    for (int content : node.getContentsList()) {
      print(nodes.get(content), indent + STEP);
    }
  }

  private static String file(LineageNode node) {
    var commit = node.getFile().getCommit();
    var when = node.hasCommitted() ? Human.instant(node.getCommitted()).toString() : "not finished";
    return "%s@%s:%s  %s"
        .formatted(commit.getRepo().getName(), commit.getId(), node.getFile().getPath(), when);
  }

  private static String transformation(Transformation by) {
    return "%s version %d (of %s): %s%s, job %s"
        .formatted(
            by.getPipeline().getName(),
            by.getVersion(),
            Human.instant(by.getVersionCreated()),
            String.join(" ", by.getCmdList()),
            by.getImage().isEmpty() ? " on this machine" : " in " + by.getImage(),
            by.getJobId());
  }
}
