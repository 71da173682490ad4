package dev.trunkline.cli;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.Trigger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Branches.
final class BranchCommands {
  private BranchCommands() {}

  static List<Command> all() {
    var creating =
        """
        provenance/p*  a branch that this one comes from; may be given again
        head*          the commit or branch where the branch begins
        """;
    var triggering =
        creating
            + """
            trigger/t*        move the head when this branch of the same repo has changed enough
            trigger-cron*     enough: so often, as in "@every 1h"
            trigger-size*     enough: so much more data, as in 100M
            trigger-commits*  enough: so many more commits
            trigger-all       wait for all of these conditions, not for any
            """;
    var forced = "force/f delete it even if other branches depend on it";
    return List.of(
        new Command("create-branch", creating, 2, 2, "REPO BRANCH", BranchCommands::createOld),
        new Command(
            "create branch",
            triggering,
            1,
            1,
            "REPO@BRANCH",
            (s, a) -> create(s, a, a.word(0), a.value("head").orElse(""))),
        new Command(
            "set-branch",
            "",
            3,
            3,
            "REPO COMMIT-OR-BRANCH NEWBRANCH",
            (s, a) -> create(s, a, a.word(0) + "@" + a.word(2), a.word(1))),
        new Command("list-branch", Raw.FLAGS, 1, 1, "REPO", BranchCommands::listOld),
        new Command("list branch", Raw.FLAGS, 1, 1, "REPO", BranchCommands::list),
        new Command("inspect branch", Raw.FLAGS, 1, 1, "REPO@BRANCH", BranchCommands::inspect),
        new Command(
            "delete-branch",
            forced,
            2,
            2,
            "REPO BRANCH",
            (s, a) -> delete(s, a, a.word(0) + "@" + a.word(1))),
        new Command(
            "delete branch", forced, 1, 1, "REPO@BRANCH", (s, a) -> delete(s, a, a.word(0))));
  }

  private static void createOld(Session session, Arguments arguments) {
    var target = arguments.word(0) + "@" + arguments.word(1);
    create(session, arguments, target, arguments.value("head").orElse(""));
  }

  private static void create(Session session, Arguments arguments, String name, String head) {
    var branch = Refs.branch(session, name);
    var request = CreateBranchRequest.newBuilder().setBranch(branch);
    arguments
        .values("provenance")
        .forEach(p -> request.addProvenance(Refs.branch(session, p.replace('/', '@'))));
    if (!head.isEmpty()) {
      request.setHead(Refs.commit(session, branch.getRepo().getName(), head));
    }
    if (arguments.value("trigger").isPresent()) {
      request.setTrigger(
          Trigger.newBuilder()
              .setBranch(arguments.value("trigger").get())
              .setCronSpec(arguments.value("trigger-cron").orElse(""))
              .setSize(arguments.value("trigger-size").orElse(""))
              .setCommits(arguments.number("trigger-commits"))
              .setAll(arguments.has("trigger-all")));
    }
    session.pfs().createBranch(request.build());
  }

  private static Iterator<BranchInfo> branches(Session session, Arguments arguments) {
    var repo = Refs.repo(session, arguments.word(0));
    return session.stream(
        APIGrpc.getListBranchMethod(), ListBranchRequest.newBuilder().setRepo(repo).build());
  }

  private static String head(BranchInfo info) {
    return info.hasHead() ? info.getHead().getId() : "-";
  }

  private static void listOld(Session session, Arguments arguments) {
    Listing.print(
        session,
        branches(session, arguments),
        info -> new String[] {info.getBranch().getName(), head(info)},
        "BRANCH",
        "HEAD");
  }

  private static void list(Session session, Arguments arguments) {
    Listing.print(
        session,
        branches(session, arguments),
        info ->
            new String[] {
              info.getBranch().getName(),
              head(info),
              trigger(info),
              info.getCreatedBy(),
              info.hasCreatedAt() ? Human.instant(info.getCreatedAt()).toString() : "-"
            },
        "BRANCH",
        "HEAD",
        "TRIGGER",
        "CREATOR",
        "CREATED");
  }

  private static String trigger(BranchInfo info) {
    if (!info.hasTrigger()) {
      return "-";
    }
    var trigger = info.getTrigger();
    var conditions = new ArrayList<String>();
    if (!trigger.getCronSpec().isEmpty()) {
      conditions.add("Cron(" + trigger.getCronSpec() + ")");
    }
    if (!trigger.getSize().isEmpty()) {
      conditions.add("Size(" + trigger.getSize() + ")");
    }
    if (trigger.getCommits() > 0) {
      conditions.add("Commits(" + trigger.getCommits() + ")");
    }
    var on = " on " + trigger.getBranch();
    return String.join(trigger.getAll() ? " and " : " or ", conditions) + on;
  }

  private static void inspect(Session session, Arguments arguments) {
    var branch = Refs.branch(session, arguments.word(0));
    var info =
        session.pfs().inspectBranch(InspectBranchRequest.newBuilder().setBranch(branch).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print(
        "Name: " + info.getBranch().getRepo().getName() + "@" + info.getBranch().getName());
    session.print("Head Commit: " + head(info));
    info.getDirectProvenanceList()
        .forEach(p -> session.print("Provenance: " + p.getRepo().getName() + "@" + p.getName()));
    if (info.hasTrigger()) {
      session.print("Trigger: " + trigger(info));
    }
    if (info.hasCreatedAt()) {
      session.print("Created: " + session.age(true, info.getCreatedAt(), false));
    }
  }

  private static void delete(Session session, Arguments arguments, String name) {
    session
        .pfs()
        .deleteBranch(
            DeleteBranchRequest.newBuilder()
                .setBranch(Refs.branch(session, name))
                .setForce(arguments.has("force"))
                .build());
  }
}
