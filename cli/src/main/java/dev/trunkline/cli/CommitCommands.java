package dev.trunkline.cli;

import dev.trunkline.base.Ids;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pfs.SubscribeCommitRequest;
import dev.trunkline.wire.pfs.WalkCommitProvenanceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Commits of one repo.
final class CommitCommands {
  static final String[] OLD_HEADER = {"REPO", "ID", "PARENT", "STARTED", "DURATION", "SIZE"};
  private static final String[] HEADER = {
    "PROJECT", "REPO", "COMMIT", "FINISHED", "SIZE", "ORIGIN", "CREATOR", "DESCRIPTION"
  };

  private static final String SAYING =
      """
      message/m*    what the commit is about
      description*  another spelling of --message
      """;
  private static final String STARTING =
      SAYING + "parent/p* the commit or branch it continues, instead of the head";
  private static final String FINISHING = SAYING + "force/f finish it even if a pipeline writes it";
  private static final String SOME =
      Raw.FLAGS
          + """
          from/f*    list only what came after this commit
          number/n*  list at most so many; 0 means all
          """;
  private static final String CHOSEN =
      """
      all      show the commits that the system made for itself too
      origin*  show only commits made by USER, AUTO or FSCK
      """;
  private static final String LISTING =
      SOME + CHOSEN + "expand/x list the commits of all repos, not the sets they are in";
  private static final String SUBSCRIBING =
      Raw.FLAGS
          + """
          from*  begin after this commit
          new    begin after the head: show only commits to come
          """;

  private CommitCommands() {}

  static List<Command> all() {
    return List.of(
        new Command(
            "start-commit", STARTING, 1, 2, "REPO BRANCH", (s, a) -> start(s, a, oldTarget(a))),
        new Command(
            "start commit", STARTING, 1, 1, "REPO@BRANCH", (s, a) -> start(s, a, a.word(0))),
        new Command(
            "finish-commit", FINISHING, 2, 2, "REPO COMMIT", (s, a) -> finish(s, a, two(a))),
        new Command(
            "finish commit", FINISHING, 1, 1, "REPO@COMMIT", (s, a) -> finish(s, a, a.word(0))),
        new Command(
            "inspect-commit",
            Raw.FLAGS,
            2,
            2,
            "REPO COMMIT",
            (s, a) -> inspect(s, a, two(a), true)),
        new Command(
            "inspect commit",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT or ID",
            (s, a) -> inspect(s, a, a.word(0), false)),
        new Command("list-commit", SOME, 1, 2, "REPO [BRANCH-OR-COMMIT]", CommitCommands::listOld),
        new Command("list commit", LISTING, 0, 1, "[ID or REPO[@COMMIT]]", CommitCommands::list),
        new Command(
            "subscribe-commit",
            SUBSCRIBING,
            2,
            2,
            "REPO BRANCH",
            (s, a) -> subscribe(s, a, a.word(0), a.word(1), true)),
        new Command(
            "subscribe commit",
            SUBSCRIBING + CHOSEN,
            1,
            1,
            "REPO[@BRANCH]",
            CommitCommands::subscribe));
  }

  private static String two(Arguments arguments) {
    return arguments.word(0) + "@" + arguments.word(1);
  }

  /// 1.7 could start a commit that was on no branch. Which branch would be meant instead is for its
  /// user to say: on a wrong one, jobs would start.
  private static String oldTarget(Arguments arguments) {
    if (arguments.count() < 2) {
      throw new UsageError(
          "a commit without a branch is gone since 2.0: name the BRANCH, as in start-commit "
              + arguments.word(0)
              + " master");
    }
    return two(arguments);
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

  static CommitInfo look(Session session, Commit commit, CommitState wait) {
    return session
        .pfs()
        .inspectCommit(InspectCommitRequest.newBuilder().setCommit(commit).setWait(wait).build());
  }

  private static void inspect(Session session, Arguments arguments, String target, boolean old) {
    if (!target.contains("@") && Ids.isId(target)) {
      CommitSetCommands.inspect(session, target);
      return;
    }
    var info = look(session, Refs.commit(session, target), CommitState.COMMIT_STATE_UNKNOWN);
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    var commit = info.getCommit();
    session.print("Commit: " + commit.getRepo().getName() + (old ? "/" : "@") + commit.getId());
    if (!info.getDescription().isEmpty()) {
      session.print("Description: " + info.getDescription());
    }
    if (info.hasParentCommit()) {
      session.print("Parent: " + info.getParentCommit().getId());
    }
    session.print("Started: " + session.age(true, info.getStarted(), old));
    if (info.hasFinished()) {
      session.print("Finished: " + session.age(true, info.getFinished(), old));
    }
    if (!info.getError().isEmpty()) {
      session.print("Error: " + info.getError());
    }
    session.print("Size: " + Human.size(info.getDetails().getSizeBytes()));
    var sources = old ? ancestry(session, info) : info.getDirectProvenanceList();
    if (!sources.isEmpty()) {
      session.print(
          sources.stream()
              .map(p -> Refs.text(p.getRepo()) + (old ? "/" : "@") + p.getId())
              .collect(Collectors.joining("  ", "Provenance: ", "")));
    }
  }

  /// 1.7 lists all that a commit came from, not only what was read for it: the nearest first.
  private static List<Commit> ancestry(Session session, CommitInfo info) {
    if (info.getDirectProvenanceCount() == 0) {
      return List.of();
    }
    var request = WalkCommitProvenanceRequest.newBuilder();
    request.addStartBuilder().setId(Refs.picker(info.getCommit()));
    var all = new ArrayList<Commit>();
    session.stream(APIGrpc.getWalkCommitProvenanceMethod(), request.build())
        .forEachRemaining(source -> all.add(source.getCommit()));
    return all;
  }

  private static Iterator<CommitInfo> commits(
      Session session, Arguments arguments, String repo, String to) {
    var request = ListCommitRequest.newBuilder().setRepo(Refs.repo(session, repo));
    if (!to.isEmpty()) {
      request.setTo(Refs.commit(session, repo, to));
    }
    arguments.value("from").ifPresent(f -> request.setFrom(Refs.commit(session, repo, f)));
    choose(request, arguments).setNumber(arguments.number("number"));
    return session.stream(APIGrpc.getListCommitMethod(), request.build());
  }

  private static ListCommitRequest.Builder choose(
      ListCommitRequest.Builder request, Arguments arguments) {
    arguments.value("origin").ifPresent(o -> request.setOriginKind(origin(o)));
    return request.setAll(arguments.has("all"));
  }

  /// The commits of every repo of the project. The server knows all projects or one repo, so what
  /// is of another project is left out here, and the rest counted here.
  private static Iterator<CommitInfo> everywhere(Session session, Arguments arguments) {
    var request = ListCommitRequest.newBuilder().setRepo(Repo.getDefaultInstance());
    var all = session.stream(APIGrpc.getListCommitMethod(), choose(request, arguments).build());
    return First.of(
        all,
        info -> info.getCommit().getRepo().getProject().equals(session.project()),
        arguments.number("number"));
  }

  private static OriginKind origin(String text) {
    try {
      return OriginKind.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw new UsageError("--origin is USER, AUTO or FSCK, not " + text);
    }
  }

  private static void listOld(Session session, Arguments arguments) {
    var commits = commits(session, arguments, arguments.word(0), arguments.optional(1).orElse(""));
    Listing.print(session, commits, info -> oldRow(session, info), OLD_HEADER);
  }

  static String[] oldRow(Session session, CommitInfo info) {
    boolean finished = info.hasFinished();
    var took =
        Duration.between(Human.instant(info.getStarted()), Human.instant(info.getFinished()));
    return new String[] {
      info.getCommit().getRepo().getName(),
      info.getCommit().getId(),
      info.hasParentCommit() ? info.getParentCommit().getId() : "<none>",
      session.age(true, info.getStarted(), true),
      finished ? Human.duration(took, true) : "-",
      finished ? Human.size(info.getDetails().getSizeBytes()) : "-"
    };
  }

  private static void list(Session session, Arguments arguments) {
    if (arguments.count() == 0 && arguments.has("expand")) {
      refuse(arguments, "from");
      print(session, everywhere(session, arguments));
      return;
    }
    if (arguments.count() == 0) {
      refuse(arguments, "from", "origin", "all");
      CommitSetCommands.list(session, arguments);
      return;
    }
    var target = arguments.word(0);
    int at = target.indexOf('@');
    if (at < 0 && Ids.isId(target)) {
      refuse(arguments, "from", "origin", "all", "number");
      CommitSetCommands.inspect(session, target);
      return;
    }
    var repo = at < 0 ? target : target.substring(0, at);
    print(session, commits(session, arguments, repo, at < 0 ? "" : target.substring(at + 1)));
  }

  /// A flag that chooses among the commits of a repo would be overheard where none is named.
  private static void refuse(Arguments arguments, String... flags) {
    for (var flag : flags) {
      if (arguments.has(flag)) {
        throw new UsageError(
            "--" + flag + " chooses among the commits of a repo: name one, as in REPO@BRANCH");
      }
    }
  }

  static void print(Session session, Iterator<CommitInfo> commits) {
    Listing.print(session, commits, info -> row(session, info), HEADER);
  }

  private static String[] row(Session session, CommitInfo info) {
    var repo = info.getCommit().getRepo();
    return new String[] {
      repo.getProject().getName(),
      Refs.text(repo),
      info.getCommit().getId(),
      session.age(info.hasFinished(), info.getFinished(), false),
      info.hasFinished()
          ? Human.size(info.getDetails().getSizeBytes())
          : "≤ " + Human.size(info.getSizeBytesUpperBound()),
      info.getOrigin().getKind().name(),
      info.getCreatedBy(),
      info.getDescription()
    };
  }

  private static void subscribe(Session session, Arguments arguments) {
    var target = arguments.word(0);
    int at = target.indexOf('@');
    subscribe(
        session,
        arguments,
        at < 0 ? target : target.substring(0, at),
        at < 0 ? "" : target.substring(at + 1),
        false);
  }

  /// Prints each commit as it appears, and never ends by itself.
  private static void subscribe(
      Session session, Arguments arguments, String repo, String branch, boolean old) {
    var request =
        SubscribeCommitRequest.newBuilder()
            .setRepo(Refs.repo(session, repo))
            .setBranch(branch)
            .setAll(arguments.has("all"))
            .setState(CommitState.STARTED);
    arguments.value("from").ifPresent(f -> request.setFrom(Refs.commit(session, repo, f)));
    arguments.value("origin").ifPresent(o -> request.setOriginKind(origin(o)));
    if (arguments.has("new")) {
      if (arguments.value("from").isPresent()) {
        throw new UsageError("--new and --from exclude each other");
      }
      request.setFrom(Refs.commit(session, repo, branch));
    }
    boolean raw = Raw.wanted(arguments);
    var table = new Table(session, old ? OLD_HEADER : HEADER).live();
    var commits = session.stream(APIGrpc.getSubscribeCommitMethod(), request.build());
    while (commits.hasNext()) {
      var info = commits.next();
      if (raw) {
        Raw.print(session, info);
      } else {
        table.row(old ? oldRow(session, info) : row(session, info));
      }
    }
  }
}
