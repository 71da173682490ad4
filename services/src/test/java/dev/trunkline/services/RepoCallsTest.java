package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.repo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteProjectRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteReposRequest;
import dev.trunkline.wire.pfs.InspectProjectV2Request;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.ListProjectRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoInfo;
import dev.trunkline.wire.pfs.RepoPage;
import dev.trunkline.wire.pfs.ReposSummaryRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Projects and repos as clients see them.
class RepoCallsTest {
  @TempDir Path folder;
  private PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Project project(String name) {
    return Project.newBuilder().setName(name).build();
  }

  private void createProject(String name) {
    var _ =
        server.pfs.createProject(
            CreateProjectRequest.newBuilder().setProject(project(name)).build());
  }

  private static Status.Code code(Throwable failure) {
    return ((StatusRuntimeException) failure).getStatus().getCode();
  }

  @Test
  void aRepoWithoutAProjectIsInTheDefaultOne() {
    var _ =
        server.pfs.createRepo(
            CreateRepoRequest.newBuilder().setRepo(Repo.newBuilder().setName("a")).build());
    var _ =
        server.pfs.createRepo(
            CreateRepoRequest.newBuilder()
                .setRepo(Repo.newBuilder().setName("b").setProject(project("")))
                .build());
    var infos =
        server.list(APIGrpc.APIBlockingStub::listRepo, ListRepoRequest.getDefaultInstance());
    assertThat(infos).extracting(RepoInfo::getRepo).containsExactly(repo("a"), repo("b"));
    var info = server.pfs.inspectRepo(InspectRepoRequest.newBuilder().setRepo(repo("a")).build());
    assertThat(info.hasDetails()).isTrue();
    assertThat(info.getDetails().getSizeBytes()).isZero();
  }

  @Test
  void namesWhatIsMissingOrThereAlready() {
    server.createRepo("a");
    assertThatThrownBy(() -> server.createRepo("a"))
        .hasMessageContaining("repo default/a already exists")
        .matches(e -> code(e) == Status.Code.ALREADY_EXISTS);
    assertThatThrownBy(() ->
            server.pfs.inspectRepo(InspectRepoRequest.newBuilder().setRepo(repo("b")).build()))
        .hasMessageContaining("repo default/b not found")
        .hasMessageNotContaining("user")
        .matches(e -> code(e) == Status.Code.NOT_FOUND);
    assertThatThrownBy(() -> server.start("b", "master"))
        .hasMessageContaining("repo default/b not found");
    assertThatThrownBy(() -> server.createBranch("test", "master"))
        .hasMessageContaining("repo (id=0, project=default, name=test, type=user) not found");
    var missing = DeleteRepoRequest.newBuilder().setRepo(repo("b")).build();
    assertThat(server.pfs.deleteRepo(missing).getDeleted()).isFalse();
  }

  @Test
  void ofManyWhoCreateARepoAtOnceOneWins() {
    var won = new AtomicInteger();
    try (var scope = Scope.open("race")) {
      for (int i = 0; i < 1000; i++) {
        scope.run(() -> {
          try {
            server.createRepo("same");
            won.incrementAndGet();
          } catch (StatusRuntimeException e) {
            assertThat(code(e)).isEqualTo(Status.Code.ALREADY_EXISTS);
          }
        });
      }
      scope.join();
    }
    assertThat(won).hasValue(1);
  }

  @Test
  void listsReposByTypeProjectAndPage() {
    createProject("other");
    for (int i = 0; i < 5; i++) {
      server.createRepo("r" + i);
    }
    var _ =
        server.pfs.createRepo(
            CreateRepoRequest.newBuilder().setRepo(repo("r0").toBuilder().setType("meta")).build());
    var _ =
        server.pfs.createRepo(
            CreateRepoRequest.newBuilder()
                .setRepo(Repo.newBuilder().setName("z").setProject(project("other")))
                .build());
    var page = RepoPage.newBuilder().setPageSize(2).setPageIndex(1);
    var request = ListRepoRequest.newBuilder().setType("user").setPage(page).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::listRepo, request))
        .extracting(r -> r.getRepo().getName())
        .containsExactly("r2", "r3");
    var other = ListRepoRequest.newBuilder().addProjects(project("other")).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::listRepo, other)).hasSize(1);
    assertThat(server.list(APIGrpc.APIBlockingStub::listRepo, ListRepoRequest.getDefaultInstance()))
        .hasSize(7);
  }

  @Test
  void aRepoMadeAgainStartsEmpty() {
    server.createRepo("a");
    server.put("a", "master", "/x", "1");
    var _ = server.pfs.deleteRepo(DeleteRepoRequest.newBuilder().setRepo(repo("a")).build());
    server.createRepo("a");
    assertThat(server.commits("a")).isEmpty();
    assertThat(
            server.list(
                APIGrpc.APIBlockingStub::listBranch,
                ListBranchRequest.newBuilder().setRepo(repo("a")).build()))
        .isEmpty();
    assertThat(server.fsck()).isEmpty();
  }

  @Test
  void theDefaultProjectIsLikeAnyOther() {
    var update =
        CreateProjectRequest.newBuilder()
            .setProject(project("default"))
            .setDescription("d")
            .setUpdate(true);
    var _ = server.pfs.createProject(update.build());
    var inspect = InspectProjectV2Request.newBuilder().setProject(project("default")).build();
    var found = server.pfs.inspectProjectV2(inspect);
    assertThat(found.getInfo().getDescription()).isEqualTo("d");
    assertThat(found.getDefaultsJson()).isEqualTo("{}");
    var delete = DeleteProjectRequest.newBuilder().setProject(project("default")).build();
    server.createRepo("a");
    assertThatThrownBy(() -> server.pfs.deleteProject(delete.toBuilder().setForce(true).build()))
        .hasMessageContaining("cannot delete project default: repo default/a still exists")
        .matches(e -> code(e) == Status.Code.FAILED_PRECONDITION);
    var _ = server.pfs.deleteRepo(DeleteRepoRequest.newBuilder().setRepo(repo("a")).build());
    var _ = server.pfs.deleteProject(delete);
    assertThatThrownBy(() -> server.pfs.deleteProject(delete))
        .hasMessageContaining("project \"default\" not found");
    assertThatThrownBy(() -> createProject("_x"))
        .hasMessageContaining("project names must start with an alphanumeric character");
    assertThatThrownBy(() -> createProject("a b"))
        .hasMessageContaining("only alphanumeric characters, underscores, and dashes are allowed");
    assertThatThrownBy(() -> createProject("x".repeat(52)))
        .hasMessageContaining("is 1 characters longer than the 51 max");
  }

  @Test
  void deletesManyReposAndSumsThemUp() {
    createProject("p");
    createProject("q");
    server.createRepo("a");
    server.put("a", "master", "/x", "12345");
    var _ = server.await(PfsServer.commit("a", "master", ""));
    var summary =
        server.pfs.reposSummary(
            ReposSummaryRequest.newBuilder()
                .addProjects(ProjectPicker.newBuilder().setName("q"))
                .addProjects(ProjectPicker.newBuilder().setName("default"))
                .build());
    assertThat(summary.getSummariesList()).hasSize(1);
    assertThat(summary.getSummaries(0).getSizeBytes()).isEqualTo(5);
    assertThat(server.pfs.deleteRepos(DeleteReposRequest.getDefaultInstance()).getReposList())
        .isEmpty();
    assertThat(
            server
                .pfs
                .deleteRepos(DeleteReposRequest.newBuilder().addProjects(project("no")).build())
                .getReposList())
        .isEmpty();
    assertThat(
            server
                .pfs
                .deleteRepos(DeleteReposRequest.newBuilder().setAll(true).build())
                .getReposList())
        .containsExactly(repo("a"));
    server.createRepo("b");
    var _ = server.pfs.deleteAll(Empty.getDefaultInstance());
    assertThat(
            server.list(
                APIGrpc.APIBlockingStub::listProject, ListProjectRequest.getDefaultInstance()))
        .extracting(p -> p.getProject().getName())
        .containsExactly("default");
  }
}
