package dev.trunkline.cli;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.DeleteProjectRequest;
import dev.trunkline.wire.pfs.InspectProjectRequest;
import dev.trunkline.wire.pfs.ListProjectRequest;
import java.util.List;

/// Projects, which 1.7 did not have.
final class ProjectCommands {
  private ProjectCommands() {}

  static List<Command> all() {
    var described = "description/d* what the project is for";
    return List.of(
        new Command("create project", described, 1, 1, "NAME", (s, a) -> create(s, a, false)),
        new Command("update project", described, 1, 1, "NAME", (s, a) -> create(s, a, true)),
        new Command("inspect project", Raw.FLAGS, 1, 1, "NAME", ProjectCommands::inspect),
        new Command("list project", Raw.FLAGS, 0, 0, "", ProjectCommands::list),
        new Command(
            "delete project",
            "force/f accepted, without effect",
            1,
            1,
            "NAME",
            ProjectCommands::delete));
  }

  private static void create(Session session, Arguments arguments, boolean update) {
    session
        .pfs()
        .createProject(
            CreateProjectRequest.newBuilder()
                .setProject(Session.project(arguments.word(0)))
                .setDescription(arguments.value("description").orElse(""))
                .setUpdate(update)
                .build());
  }

  private static void inspect(Session session, Arguments arguments) {
    var project = Session.project(arguments.word(0));
    var info =
        session
            .pfs()
            .inspectProject(InspectProjectRequest.newBuilder().setProject(project).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("Name: " + info.getProject().getName());
    if (!info.getDescription().isEmpty()) {
      session.print("Description: " + info.getDescription());
    }
    session.print("Created at: " + session.age(true, info.getCreatedAt(), false));
  }

  private static void list(Session session, Arguments arguments) {
    var current = session.project().getName();
    Listing.print(
        session,
        session.stream(APIGrpc.getListProjectMethod(), ListProjectRequest.getDefaultInstance()),
        info ->
            new String[] {
              info.getProject().getName().equals(current) ? "*" : "",
              info.getProject().getName(),
              session.age(true, info.getCreatedAt(), false),
              info.getDescription()
            },
        "ACTIVE",
        "PROJECT",
        "CREATED",
        "DESCRIPTION");
  }

  private static void delete(Session session, Arguments arguments) {
    session
        .pfs()
        .deleteProject(
            DeleteProjectRequest.newBuilder()
                .setProject(Session.project(arguments.word(0)))
                .setForce(arguments.has("force"))
                .build());
  }
}
