package dev.trunkline.cli;

import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import dev.trunkline.wire.pfs.StartCommitRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/// Commits and commit sets.
final class CommitCommands {
  private CommitCommands() {}

  static List<Command> all() {
    var starting = "parent/p* message/m* description*";
    var finishing = "message/m* description* force/f";
    var listing = Raw.FLAGS + " from/f* number/n* all expand/x origin*";
    return List.of(
        new Command(
            "start-commit", starting, 1, 2, "REPO [BRANCH]", (s, a) -> start(s, a, oldTarget(a))),
        new Command(
            "start commit", starting, 1, 1, "REPO@BRANCH", (s, a) -> start(s, a, a.word(0))),
        new Command(
            "finish-commit",
            finishing,
            2,
            2,
            "REPO COMMIT",
            (s, a) -> finish(s, a, a.word(0) + "@" + a.word(1))),
        new Command(
            "finish commit", finishing, 1, 1, "REPO@COMMIT", (s, a) -> finish(s, a, a.word(0))),
        new Command(
            "inspect-commit",
            "raw",
            2,
            2,
            "REPO COMMIT",
            (s, a) -> inspect(s, a, a.word(0) + "@" + a.word(1))),
        new Command(
            "inspect commit", Raw.FLAGS, 1, 1, "REPO@COMMIT", (s, a) -> inspect(s, a, a.word(0))),
        new Command(
            "list-commit",
            "raw from/f* number/n*",
            1,
            2,
            "REPO [BRANCH-OR-COMMIT]",
            CommitCommands::listOld),
        new Command("list commit", listing, 0, 1, "[ID or REPO[@COMMIT]]", CommitCommands::list),
        new Command("wait commit", Raw.FLAGS, 1, 1, "REPO@COMMIT or ID", CommitCommands::await),
        new Command(
            "flush-commit", "raw repos/r*", 1, 100, "REPO/COMMIT ...", CommitCommands::flush));
  }

  private static String oldTarget(Arguments arguments) {
    return arguments.word(0) + "@" + arguments.optional(1).orElse("master");
  }

  private static String description(Arguments arguments) {
    return arguments.value("message").or(() -> arguments.value("description")).orElse("");
  }

  private static void start(Session session, Arguments arguments, String target) {
    var branch = Refs.branch(session, target);
    var request =
        StartCommitRequest.newBuilder().setBranch(branch).setDescription(description(arguments));
    arguments
        .value("parent")
        .ifPresent(p -> request.setParent(Refs.commit(session, branch.getRepo().getName(), p)));
    session.print(session.pfs().startCommit(request.build()).getId());
  }

  private static void finish(Session session, Arguments arguments, String target) {
    session
        .pfs()
        .finishCommit(
            FinishCommitRequest.newBuilder()
                .setCommit(Refs.commit(session, target))
                .setDescription(description(arguments))
                .setForce(arguments.has("force"))
                .build());
  }

  private static CommitInfo look(Session session, Commit commit, CommitState wait) {
    return session
        .pfs()
        .inspectCommit(InspectCommitRequest.newBuilder().setCommit(commit).setWait(wait).build());
  }

  private static void inspect(Session session, Arguments arguments, String target) {
    var info = look(session, Refs.commit(session, target), CommitState.COMMIT_STATE_UNKNOWN);
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    var commit = info.getCommit();
    session.print("Commit: " + commit.getRepo().getName() + "@" + commit.getId());
    if (!info.getDescription().isEmpty()) {
      session.print("Description: " + info.getDescription());
    }
    if (info.hasParentCommit()) {
      session.print("Parent: " + info.getParentCommit().getId());
    }
    session.print("Started: " + Human.ago(true, info.getStarted(), false));
    if (info.hasFinished()) {
      session.print("Finished: " + Human.ago(true, info.getFinished(), false));
    }
    if (!info.getError().isEmpty()) {
      session.print("Error: " + info.getError());
    }
    session.print("Size: " + Human.size(info.getDetails().getSizeBytes()));
    info.getDirectProvenanceList()
        .forEach(p -> session.print("Provenance: " + p.getRepo().getName() + "@" + p.getId()));
  }

  private static Iterator<CommitInfo> commits(
      Session session, Arguments arguments, String repo, String to) {
    var request = ListCommitRequest.newBuilder().setRepo(Refs.repo(session, repo));
    if (!to.isEmpty()) {
      request.setTo(Refs.commit(session, repo, to));
    }
    arguments.value("from").ifPresent(f -> request.setFrom(Refs.commit(session, repo, f)));
    request.setNumber(number(arguments));
    return session.pfs().listCommit(request.build());
  }

  private static long number(Arguments arguments) {
    try {
      return Long.parseLong(arguments.value("number").orElse("0"));
    } catch (NumberFormatException e) {
      throw new UsageError("--number wants a number");
    }
  }

  private static void listOld(Session session, Arguments arguments) {
    var commits = commits(session, arguments, arguments.word(0), arguments.optional(1).orElse(""));
    var table = new Table(session, "REPO", "ID", "PARENT", "STARTED", "DURATION", "SIZE");
    while (commits.hasNext()) {
      var info = commits.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
      } else {
        table.row(oldRow(info));
      }
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static String[] oldRow(CommitInfo info) {
    boolean finished = info.hasFinished();
    var took =
        Duration.between(Human.instant(info.getStarted()), Human.instant(info.getFinished()));
    return new String[] {
      info.getCommit().getRepo().getName(),
      info.getCommit().getId(),
      info.hasParentCommit() ? info.getParentCommit().getId() : "<none>",
      Human.ago(true, info.getStarted(), true),
      finished ? Human.duration(took, true) : "-",
      finished ? Human.size(info.getDetails().getSizeBytes()) : "-"
    };
  }

  private static void list(Session session, Arguments arguments) {
    if (arguments.count() == 0) {
      sets(session, arguments);
      return;
    }
    var target = arguments.word(0);
    int at = target.indexOf('@');
    if (at < 0 && dev.trunkline.base.Ids.isId(target)) {
      print(session, arguments, set(session, target, false));
      return;
    }
    var repo = at < 0 ? target : target.substring(0, at);
    print(
        session,
        arguments,
        commits(session, arguments, repo, at < 0 ? "" : target.substring(at + 1)));
  }

  private static Iterator<CommitInfo> set(Session session, String id, boolean wait) {
    return session
        .pfs()
        .inspectCommitSet(
            InspectCommitSetRequest.newBuilder()
                .setCommitSet(CommitSet.newBuilder().setId(id))
                .setWait(wait)
                .build());
  }

  private static void print(Session session, Arguments arguments, Iterator<CommitInfo> commits) {
    var table =
        new Table(
            session,
            "PROJECT",
            "REPO",
            "COMMIT",
            "FINISHED",
            "SIZE",
            "ORIGIN",
            "CREATOR",
            "DESCRIPTION");
    while (commits.hasNext()) {
      var info = commits.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
        continue;
      }
      var repo = info.getCommit().getRepo();
      table.row(
          repo.getProject().getName(),
          repo.getName() + (repo.getType().equals("user") ? "" : "." + repo.getType()),
          info.getCommit().getId(),
          Human.ago(info.hasFinished(), info.getFinished(), false),
          info.hasFinished()
              ? Human.size(info.getDetails().getSizeBytes())
              : "≤ " + Human.size(info.getSizeBytesUpperBound()),
          info.getOrigin().getKind().name(),
          info.getCreatedBy(),
          info.getDescription());
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static void sets(Session session, Arguments arguments) {
    var table = new Table(session, "ID", "SUBCOMMITS", "PROGRESS", "CREATED", "MODIFIED");
    var sets = session.pfs().listCommitSet(ListCommitSetRequest.getDefaultInstance());
    while (sets.hasNext()) {
      var set = sets.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, set);
        continue;
      }
      long done = set.getCommitsList().stream().filter(CommitInfo::hasFinished).count();
      var newest = set.getCommits(set.getCommitsCount() - 1);
      table.row(
          set.getCommitSet().getId(),
          Integer.toString(set.getCommitsCount()),
          done + "/" + set.getCommitsCount(),
          Human.ago(true, newest.getStarted(), false),
          Human.ago(true, newest.getUpdatedAt(), false));
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static void await(Session session, Arguments arguments) {
    var target = arguments.word(0);
    if (!target.contains("@")) {
      print(session, arguments, set(session, target, true));
      return;
    }
    var info = look(session, Refs.commit(session, target), CommitState.FINISHED);
    print(session, arguments, List.of(info).iterator());
    if (!info.getError().isEmpty()) {
      throw new Ended(
          "commit " + info.getCommit().getId() + " finished with an error: " + info.getError());
    }
  }

  /// 1.7's way to wait: everything downstream of the commits, then a row each.
  private static void flush(Session session, Arguments arguments) {
    var table = new Table(session, "REPO", "ID", "PARENT", "STARTED", "DURATION", "SIZE");
    for (int i = 0; i < arguments.count(); i++) {
      var commit = Refs.commit(session, arguments.word(i).replaceFirst("/", "@"));
      var id = look(session, commit, CommitState.COMMIT_STATE_UNKNOWN).getCommit().getId();
      for (var rows = set(session, id, true); rows.hasNext(); ) {
        var info = rows.next();
        boolean own = info.getCommit().getRepo().getName().equals(commit.getRepo().getName());
        if (!own && info.getCommit().getRepo().getType().equals("user")) {
          table.row(oldRow(info));
        }
      }
    }
    table.end();
  }
}
