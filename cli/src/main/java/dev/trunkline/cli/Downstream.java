package dev.trunkline.cli;

import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitState;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What follows from some commits: each commit that has all of them among its sources, near or far.
final class Downstream {
  private final Session session;
  private final Set<Commit> given = new LinkedHashSet<>();
  private final Map<Commit, List<Commit>> sources = new HashMap<>();

  private Downstream(Session session) {
    this.session = session;
  }

  /// What follows from the commits that the words name, each as `REPO/COMMIT`.
  static Downstream of(Session session, Arguments arguments) {
    var out = new Downstream(session);
    for (int i = 0; i < arguments.count(); i++) {
      var commit = Refs.commit(session, arguments.word(i).replaceFirst("/", "@"));
      out.given.add(out.learn(look(session, commit)));
    }
    return out;
  }

  private static CommitInfo look(Session session, Commit commit) {
    return CommitCommands.look(session, commit, CommitState.COMMIT_STATE_UNKNOWN);
  }

  /// The ids of the given commits, in which what follows from all of them is found: it was made
  /// when the last of them was.
  List<String> sets() {
    return given.stream().map(Commit::getId).distinct().toList();
  }

  boolean has(CommitInfo info) {
    return has(learn(info));
  }

  boolean has(Commit commit) {
    var seen = new HashSet<Commit>();
    var open = new ArrayDeque<>(List.of(name(commit)));
    while (!open.isEmpty()) {
      for (var source : sources(open.pop())) {
        if (seen.add(source)) {
          open.push(source);
        }
      }
    }
    return seen.containsAll(given);
  }

  private List<Commit> sources(Commit commit) {
    if (!sources.containsKey(commit)) {
      learn(look(session, commit));
    }
    return sources.getOrDefault(commit, List.of());
  }

  /// Keeps what a commit came from: data only, for specs come from nothing.
  private Commit learn(CommitInfo info) {
    var commit = name(info.getCommit());
    sources.put(
        commit,
        info.getDirectProvenanceList().stream()
            .filter(source -> source.getRepo().getType().equals("user"))
            .map(Downstream::name)
            .toList());
    return commit;
  }

  /// A commit by its repo and id alone, however it was reached.
  static Commit name(Commit commit) {
    return commit.toBuilder().clearBranch().build();
  }
}
