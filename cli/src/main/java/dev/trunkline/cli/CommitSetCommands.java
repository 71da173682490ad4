package dev.trunkline.cli;

import dev.trunkline.base.FilePath;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.DropCommitRequest;
import dev.trunkline.wire.pfs.DropCommitSetRequest;
import dev.trunkline.wire.pfs.FindCommitsRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import dev.trunkline.wire.pfs.SquashCommitRequest;
import dev.trunkline.wire.pfs.SquashCommitSetRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// What concerns commits of many repos: sets, waiting for what is downstream, removal and search.
final class CommitSetCommands {
  private CommitSetCommands() {}

  static List<Command> all() {
    var further = "recursive/r go on to the commits that come from it";
    var finding =
        """
        limit*  look for at most so many
        json    accepted, without effect
        """;
    return List.of(
        new Command("wait commit", Raw.FLAGS, 1, 1, "REPO@COMMIT or ID", CommitSetCommands::await),
        new Command(
            "flush-commit",
            Raw.FLAGS + "repos/r* show only commits of this repo; may be given again",
            1,
            Command.MANY,
            "REPO/COMMIT ...",
            CommitSetCommands::flush),
        new Command("squash commit", "", 1, 1, "ID", CommitSetCommands::squash),
        new Command("delete commit", "", 1, 1, "ID", CommitSetCommands::drop),
        new Command(
            "squash commitV2",
            further,
            1,
            1,
            "REPO@COMMIT",
            (s, a) ->
                s.pfs()
                    .squashCommit(
                        SquashCommitRequest.newBuilder()
                            .setCommit(Refs.commit(s, a.word(0)))
                            .setRecursive(a.has("recursive"))
                            .build())),
        new Command(
            "delete commitV2",
            further,
            1,
            1,
            "REPO@COMMIT",
            (s, a) -> drop(s, a.word(0), a.has("recursive"))),
        new Command(
            "delete-commit",
            "",
            2,
            2,
            "REPO COMMIT",
            (s, a) -> drop(s, a.word(0) + "@" + a.word(1), true)),
        new Command("find commit", finding, 1, 1, "REPO@COMMIT:/PATH", CommitSetCommands::find));
  }

  static Iterator<CommitInfo> commits(Session session, String id, boolean wait) {
    return session.stream(
        APIGrpc.getInspectCommitSetMethod(),
        InspectCommitSetRequest.newBuilder().setCommitSet(set(id)).setWait(wait).build());
  }

  private static CommitSet set(String id) {
    return CommitSet.newBuilder().setId(id).build();
  }

  static void inspect(Session session, String id) {
    CommitCommands.print(session, commits(session, id, false));
  }

  static void list(Session session, Arguments arguments) {
    var request = ListCommitSetRequest.newBuilder().setProject(session.project()).build();
    Listing.print(
        session,
        First.of(
            session.stream(APIGrpc.getListCommitSetMethod(), request), arguments.number("number")),
        set -> {
          var ended = set.getCommitsList().stream().filter(CommitInfo::hasFinished).toList();
          long bad = ended.stream().filter(info -> !info.getError().isEmpty()).count();
          var newest = set.getCommits(set.getCommitsCount() - 1);
          return new String[] {
            set.getCommitSet().getId(),
            Integer.toString(set.getCommitsCount()),
            bar(ended.size() - bad, bad, set.getCommitsCount()),
            session.age(true, newest.getStarted(), false),
            session.age(true, newest.getUpdatedAt(), false)
          };
        },
        "ID",
        "SUBCOMMITS",
        "PROGRESS",
        "CREATED",
        "MODIFIED");
  }

  /// Eight cells: full ones for the share that is done, an x for each part that went wrong (at
  /// least one, where anything did), and a dash for what is still to come. Nothing rests on colour.
  static String bar(long good, long bad, long total) {
    int cells = 8;
    int wrong = (int) Math.ceilDiv(bad * cells, Math.max(1, total));
    boolean ended = good + bad >= total;
    int full = ended ? cells - wrong : (int) Math.min(good * cells / total, cells - wrong);
    return "▇".repeat(full) + "x".repeat(wrong) + "-".repeat(cells - full - wrong);
  }

  private static void await(Session session, Arguments arguments) {
    var target = arguments.word(0);
    boolean one = target.contains("@");
    var commits =
        one
            ? List.of(
                    CommitCommands.look(
                        session, Refs.commit(session, target), CommitState.FINISHED))
                .iterator()
            : commits(session, target, true);
    var waited = new WaitedCommits(commits, info -> one || info.getCommit().getId().equals(target));
    CommitCommands.print(session, waited);
    waited.check();
  }

  /// 1.7's way to wait: all that follows from every one of the commits, then a row each.
  private static void flush(Session session, Arguments arguments) {
    var repos = arguments.values("repos");
    var downstream = Downstream.of(session, arguments);
    var following = new ArrayList<CommitInfo>();
    for (var id : downstream.sets()) {
      commits(session, id, true)
          .forEachRemaining(info -> {
            var repo = info.getCommit().getRepo();
            boolean wanted =
                repo.getType().equals("user")
                    && (repos.isEmpty() || repos.contains(repo.getName()));
            if (wanted && downstream.has(info)) {
              following.add(info);
            }
          });
    }
    var waited = new WaitedCommits(following.iterator(), _ -> true);
    Listing.print(
        session, waited, info -> CommitCommands.oldRow(session, info), CommitCommands.OLD_HEADER);
    waited.check();
  }

  /// Says where no commit has an id: to remove none of them is a success.
  private static void warn(Session session, String id, String done) {
    try {
      commits(session, id, false).forEachRemaining(_ -> {});
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
      session.say(
          "nothing was %s: no commit has the id %s; pachctl list commit shows the ids"
              .formatted(done, id));
    }
  }

  private static void squash(Session session, Arguments arguments) {
    warn(session, arguments.word(0), "squashed");
    var request = SquashCommitSetRequest.newBuilder().setCommitSet(set(arguments.word(0)));
    session.pfs().squashCommitSet(request.build());
  }

  private static void drop(Session session, Arguments arguments) {
    warn(session, arguments.word(0), "deleted");
    var request = DropCommitSetRequest.newBuilder().setCommitSet(set(arguments.word(0)));
    session.pfs().dropCommitSet(request.build());
  }

  private static void drop(Session session, String target, boolean recursive) {
    var commit = Refs.commit(session, target);
    session
        .pfs()
        .dropCommit(
            DropCommitRequest.newBuilder().setCommit(commit).setRecursive(recursive).build());
  }

  private static void find(Session session, Arguments arguments) {
    var file = Refs.file(session, arguments.word(0));
    var request =
        FindCommitsRequest.newBuilder()
            .setStart(file.getCommit())
            .setFilePath(FilePath.clean(file.getPath()).text())
            .setLimit((int) arguments.number("limit"));
    session.print("FOUND IN COMMITS");
    session.stream(APIGrpc.getFindCommitsMethod(), request.build())
        .forEachRemaining(answer -> {
          if (answer.hasFoundCommit()) {
            session.print(answer.getFoundCommit().getId());
          }
        });
  }
}
