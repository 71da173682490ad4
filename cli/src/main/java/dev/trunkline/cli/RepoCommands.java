package dev.trunkline.cli;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteReposRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.RepoInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/// Repos.
final class RepoCommands {
  private RepoCommands() {}

  static List<Command> all() {
    var described = "description/d* what the repo is for";
    var listing =
        Raw.FLAGS
            + """
            all             list the repos of the system too
            type*           list the repos of this type: user (the default), meta or spec
            all-projects/A  list the repos of every project
            """;
    var deleting =
        """
        force/f  delete even what others depend on
        all      delete every repo of the project
        """;
    var everywhere = deleting + "all-projects/A with --all: of every project";
    return List.of(
        new Command("create-repo", described, 1, 1, "NAME", RepoCommands::createOld),
        new Command("create repo", described, 1, 1, "NAME", (s, a) -> create(s, a, false)),
        new Command("update-repo", described, 1, 1, "NAME", (s, a) -> create(s, a, true)),
        new Command("update repo", described, 1, 1, "NAME", (s, a) -> create(s, a, true)),
        new Command("list-repo", Raw.FLAGS, 0, 0, "", RepoCommands::listOld),
        new Command("list repo", listing, 0, 0, "", RepoCommands::list),
        new Command("inspect-repo", Raw.FLAGS, 1, 1, "NAME", (s, a) -> inspect(s, a, true)),
        new Command("inspect repo", Raw.FLAGS, 1, 1, "NAME", (s, a) -> inspect(s, a, false)),
        new Command("delete-repo", deleting, 0, 1, "NAME or --all", RepoCommands::delete),
        new Command("delete repo", everywhere, 0, 1, "NAME or --all", RepoCommands::delete));
  }

  /// The words in which 1.7 says that a repo is there.
  private static void createOld(Session session, Arguments arguments) {
    try {
      create(session, arguments, false);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
      throw Status.ALREADY_EXISTS
          .withDescription("cannot create \"" + arguments.word(0) + "\" as it already exists")
          .asRuntimeException();
    }
  }

  private static void create(Session session, Arguments arguments, boolean update) {
    session
        .pfs()
        .createRepo(
            CreateRepoRequest.newBuilder()
                .setRepo(Refs.repo(session, arguments.word(0)))
                .setDescription(arguments.value("description").orElse(""))
                .setUpdate(update)
                .build());
  }

  /// Newest first. There are as many repos as people made, which fit in memory.
  private static Iterator<RepoInfo> repos(Session session, Arguments arguments) {
    var type = arguments.has("all") ? "" : arguments.value("type").orElse("user");
    var request = ListRepoRequest.newBuilder().setType(type);
    if (!arguments.has("all-projects")) {
      request.addProjects(session.project());
    }
    var repos = new ArrayList<RepoInfo>();
    session.stream(APIGrpc.getListRepoMethod(), request.build()).forEachRemaining(repos::add);
    repos.sort(Comparator.comparing((RepoInfo r) -> Human.instant(r.getCreated())).reversed());
    return repos.iterator();
  }

  private static void listOld(Session session, Arguments arguments) {
    Listing.print(
        session,
        repos(session, arguments),
        repo ->
            new String[] {
              repo.getRepo().getName(),
              session.age(true, repo.getCreated(), true),
              Human.size(oldSize(session, repo, repo.getSizeBytesUpperBound()))
            },
        "NAME",
        "CREATED",
        "SIZE");
  }

  /// In 2.12 a repo is as large as the head of its master, which has no size before it is finished.
  /// 1.7 counts what was finished before: the nearest such commit.
  private static long oldSize(Session session, RepoInfo repo, long size) {
    var master =
        repo.getBranchesList().stream().filter(b -> b.getName().equals("master")).findFirst();
    if (size > 0 || master.isEmpty()) {
      return size;
    }
    var head = Commit.newBuilder().setRepo(repo.getRepo()).setBranch(master.get());
    var request = ListCommitRequest.newBuilder().setRepo(repo.getRepo()).setTo(head).setAll(true);
    var commits = session.stream(APIGrpc.getListCommitMethod(), request.build());
    while (commits.hasNext()) {
      var commit = commits.next();
      if (commit.hasFinished()) {
        return commit.getDetails().getSizeBytes();
      }
    }
    return 0;
  }

  private static void list(Session session, Arguments arguments) {
    Listing.print(
        session,
        repos(session, arguments),
        repo ->
            new String[] {
              repo.getRepo().getProject().getName(),
              Refs.text(repo.getRepo()),
              session.age(true, repo.getCreated(), false),
              "≤ " + Human.size(repo.getSizeBytesUpperBound()),
              repo.getDescription()
            },
        "PROJECT",
        "NAME",
        "CREATED",
        "SIZE (MASTER)",
        "DESCRIPTION");
  }

  private static void inspect(Session session, Arguments arguments, boolean old) {
    var repo = Refs.repo(session, arguments.word(0));
    var info = session.pfs().inspectRepo(InspectRepoRequest.newBuilder().setRepo(repo).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("Name: " + info.getRepo().getName());
    if (!info.getDescription().isEmpty()) {
      session.print("Description: " + info.getDescription());
    }
    session.print("Created: " + session.age(true, info.getCreated(), old));
    if (old) {
      session.print(
          "Size: " + Human.size(oldSize(session, info, info.getDetails().getSizeBytes())));
    } else if (info.hasDetails()) {
      session.print("Size of HEAD on master: " + Human.size(info.getDetails().getSizeBytes()));
    }
  }

  private static void delete(Session session, Arguments arguments) {
    boolean force = arguments.has("force");
    if (arguments.has("all") == (arguments.count() == 1)) {
      throw new UsageError("expected either the name of a repo or --all");
    }
    if (!arguments.has("all")) {
      var repo = Refs.repo(session, arguments.word(0));
      var request = DeleteRepoRequest.newBuilder().setRepo(repo).setForce(force);
      if (!session.pfs().deleteRepo(request.build()).getDeleted()) {
        session.say(
            "nothing was deleted: there is no repo %s/%s"
                .formatted(repo.getProject().getName(), Refs.text(repo)));
      }
      return;
    }
    var request = DeleteReposRequest.newBuilder().setForce(force);
    if (arguments.has("all-projects")) {
      request.setAll(true);
    } else {
      request.addProjects(session.project());
    }
    session.pfs().deleteRepos(request.build());
  }
}
