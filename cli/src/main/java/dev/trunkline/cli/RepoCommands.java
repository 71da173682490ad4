package dev.trunkline.cli;

import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ListProjectRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Projects, repos and branches.
final class RepoCommands {
  private RepoCommands() {}

  static List<Command> all() {
    var listing = Raw.FLAGS + " all type* all-projects/A";
    return List.of(
        new Command("create-repo", "description/d*", 1, 1, "NAME", (s, a) -> create(s, a, false)),
        new Command("create repo", "description/d*", 1, 1, "NAME", (s, a) -> create(s, a, false)),
        new Command("update-repo", "description/d*", 1, 1, "NAME", (s, a) -> create(s, a, true)),
        new Command("update repo", "description/d*", 1, 1, "NAME", (s, a) -> create(s, a, true)),
        new Command("list-repo", "raw", 0, 0, "", RepoCommands::listOld),
        new Command("list repo", listing, 0, 0, "", RepoCommands::list),
        new Command("inspect-repo", "raw", 1, 1, "NAME", RepoCommands::inspect),
        new Command("inspect repo", Raw.FLAGS, 1, 1, "NAME", RepoCommands::inspect),
        new Command("delete-repo", "force/f", 1, 1, "NAME", RepoCommands::delete),
        new Command("delete repo", "force/f", 1, 1, "NAME", RepoCommands::delete),
        new Command("list project", Raw.FLAGS, 0, 0, "", RepoCommands::projects),
        new Command(
            "create-branch",
            "provenance/p* head*",
            2,
            2,
            "REPO BRANCH",
            (s, a) -> createBranch(s, a, a.word(0) + "@" + a.word(1))),
        new Command(
            "create branch",
            "provenance/p* head*",
            1,
            1,
            "REPO@BRANCH",
            (s, a) -> createBranch(s, a, a.word(0))),
        new Command("list-branch", "raw", 1, 1, "REPO", RepoCommands::listBranch),
        new Command("list branch", Raw.FLAGS, 1, 1, "REPO", RepoCommands::listBranch),
        new Command("inspect branch", Raw.FLAGS, 1, 1, "REPO@BRANCH", RepoCommands::inspectBranch),
        new Command(
            "delete-branch",
            "force/f",
            2,
            2,
            "REPO BRANCH",
            (s, a) -> deleteBranch(s, a, a.word(0) + "@" + a.word(1))),
        new Command(
            "delete branch",
            "force/f",
            1,
            1,
            "REPO@BRANCH",
            (s, a) -> deleteBranch(s, a, a.word(0))));
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

  private static List<RepoInfo> repos(Session session, Arguments arguments) {
    var request = ListRepoRequest.newBuilder().setType(arguments.has("all") ? "" : "user");
    if (!arguments.has("all-projects")) {
      request.addProjects(session.project());
    }
    var repos = new ArrayList<RepoInfo>();
    session.pfs().listRepo(request.build()).forEachRemaining(repos::add);
    repos.sort(Comparator.comparing((RepoInfo r) -> Human.instant(r.getCreated())).reversed());
    return repos;
  }

  private static void listOld(Session session, Arguments arguments) {
    if (Raw.wanted(arguments)) {
      repos(session, arguments).forEach(repo -> Raw.print(session, repo));
      return;
    }
    var table = new Table(session, "NAME", "CREATED", "SIZE");
    for (var repo : repos(session, arguments)) {
      table.row(
          repo.getRepo().getName(),
          Human.ago(true, repo.getCreated(), true),
          Human.size(total(session, repo.getRepo())));
    }
    table.end();
  }

  /// 1.7's running total: what every commit of the repo added.
  private static long total(Session session, Repo repo) {
    long total = 0;
    var commits =
        session.pfs().listCommit(ListCommitRequest.newBuilder().setRepo(repo).setNumber(1).build());
    while (commits.hasNext()) {
      CommitInfo commit = commits.next();
      total += commit.getDetails().getSizeBytes();
    }
    return total;
  }

  private static void list(Session session, Arguments arguments) {
    if (Raw.wanted(arguments)) {
      repos(session, arguments).forEach(repo -> Raw.print(session, repo));
      return;
    }
    var table = new Table(session, "PROJECT", "NAME", "CREATED", "SIZE (MASTER)", "DESCRIPTION");
    for (var repo : repos(session, arguments)) {
      table.row(
          repo.getRepo().getProject().getName(),
          repo.getRepo().getName(),
          Human.ago(true, repo.getCreated(), false),
          "≤ " + Human.size(repo.getSizeBytesUpperBound()),
          repo.getDescription());
    }
    table.end();
  }

  private static void inspect(Session session, Arguments arguments) {
    var info =
        session
            .pfs()
            .inspectRepo(
                InspectRepoRequest.newBuilder()
                    .setRepo(Refs.repo(session, arguments.word(0)))
                    .build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("Name: " + info.getRepo().getName());
    if (!info.getDescription().isEmpty()) {
      session.print("Description: " + info.getDescription());
    }
    session.print("Created: " + Human.ago(true, info.getCreated(), false));
    session.print("Size of HEAD on master: " + Human.size(info.getDetails().getSizeBytes()));
  }

  private static void delete(Session session, Arguments arguments) {
    session
        .pfs()
        .deleteRepo(
            DeleteRepoRequest.newBuilder()
                .setRepo(Refs.repo(session, arguments.word(0)))
                .setForce(arguments.has("force"))
                .build());
  }

  private static void projects(Session session, Arguments arguments) {
    var table = new Table(session, "ACTIVE", "PROJECT", "CREATED", "DESCRIPTION");
    var projects = session.pfs().listProject(ListProjectRequest.getDefaultInstance());
    while (projects.hasNext()) {
      var info = projects.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
      } else {
        var name = info.getProject().getName();
        table.row(
            name.equals(session.project().getName()) ? "*" : "",
            name,
            Human.ago(true, info.getCreatedAt(), false),
            info.getDescription());
      }
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static void createBranch(Session session, Arguments arguments, String name) {
    var branch = Refs.branch(session, name);
    var request = CreateBranchRequest.newBuilder().setBranch(branch);
    arguments
        .values("provenance")
        .forEach(p -> request.addProvenance(Refs.branch(session, p.replace('/', '@'))));
    arguments
        .value("head")
        .ifPresent(h -> request.setHead(Refs.commit(session, branch.getRepo().getName(), h)));
    session.pfs().createBranch(request.build());
  }

  private static void listBranch(Session session, Arguments arguments) {
    var table = new Table(session, "BRANCH", "HEAD");
    var branches =
        session
            .pfs()
            .listBranch(
                ListBranchRequest.newBuilder()
                    .setRepo(Refs.repo(session, arguments.word(0)))
                    .build());
    while (branches.hasNext()) {
      var info = branches.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
      } else {
        table.row(info.getBranch().getName(), info.hasHead() ? info.getHead().getId() : "-");
      }
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static void inspectBranch(Session session, Arguments arguments) {
    var info =
        session
            .pfs()
            .inspectBranch(
                InspectBranchRequest.newBuilder()
                    .setBranch(Refs.branch(session, arguments.word(0)))
                    .build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print(
        "Name: " + info.getBranch().getRepo().getName() + "@" + info.getBranch().getName());
    session.print("Head Commit: " + info.getHead().getId());
    info.getDirectProvenanceList()
        .forEach(p -> session.print("Provenance: " + p.getRepo().getName() + "@" + p.getName()));
  }

  private static void deleteBranch(Session session, Arguments arguments, String name) {
    session
        .pfs()
        .deleteBranch(
            DeleteBranchRequest.newBuilder()
                .setBranch(Refs.branch(session, name))
                .setForce(arguments.has("force"))
                .build());
  }
}
