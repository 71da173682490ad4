package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.Defaults;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Repos;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteProjectRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteReposRequest;
import dev.trunkline.wire.pfs.DeleteReposResponse;
import dev.trunkline.wire.pfs.InspectProjectV2Request;
import dev.trunkline.wire.pfs.InspectProjectV2Response;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.RepoInfo;
import dev.trunkline.wire.pfs.ReposSummary;
import dev.trunkline.wire.pfs.ReposSummaryRequest;
import dev.trunkline.wire.pfs.ReposSummaryResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The calls about projects and repos.
final class RepoCalls {
  private final Versions versions;
  private final Predicate<RepoName> ownedByPipeline;

  RepoCalls(Versions versions, Predicate<RepoName> ownedByPipeline) {
    this.versions = versions;
    this.ownedByPipeline = ownedByPipeline;
  }

  void createProject(CreateProjectRequest request) {
    if (!request.hasProject()) {
      throw Refusal.invalid("nil project");
    }
    var name = request.getProject().getName();
    versions.projects().create(name, request.getDescription(), request.getUpdate());
  }

  InspectProjectV2Response inspectProject(InspectProjectV2Request request) {
    var name = PfsMessages.project(request.getProject());
    var info = versions.projects().inspect(name);
    return InspectProjectV2Response.newBuilder()
        .setInfo(PfsMessages.project(info))
        .setDefaultsJson(
            versions.read(tx -> Defaults.project(tx, name).map(Defaults.Text::json).orElse("{}")))
        .build();
  }

  void deleteProject(DeleteProjectRequest request) {
    if (!request.hasProject()) {
      throw Refusal.invalid("nil project");
    }
    versions.projects().delete(PfsMessages.project(request.getProject()));
  }

  ReposSummaryResponse summarize(ReposSummaryRequest request) {
    var response = ReposSummaryResponse.newBuilder();
    for (var picker : request.getProjectsList()) {
      var name = versions.projects().inspect(PickerMessages.project(picker)).name();
      versions
          .repos()
          .summary(name)
          .ifPresent(summary ->
              response.addSummaries(
                  ReposSummary.newBuilder()
                      .setProject(PfsMessages.project(summary.project()))
                      .setUserRepoCount(summary.repos())
                      .setSizeBytes(summary.bytes())));
    }
    return response.build();
  }

  void create(Change change, CreateRepoRequest request) {
    var repo = PfsMessages.repo(request.hasRepo(), request.getRepo());
    change.createRepo(repo, request.getDescription(), request.getUpdate());
  }

  RepoInfo inspect(InspectRepoRequest request) {
    var repo = PfsMessages.repo(request.hasRepo(), request.getRepo());
    var info = versions.repos().inspect(repo);
    return PfsMessages.repo(info)
        .setDetails(RepoInfo.Details.newBuilder().setSizeBytes(info.size()))
        .build();
  }

  void list(ListRepoRequest request, Calls.Outlet<RepoInfo> out) {
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    var page = request.getPage();
    versions
        .repos()
        .list(
            request.getType(),
            projects,
            Repos.slice(page.getPageIndex(), page.getPageSize()),
            repo -> out.send(PfsMessages.repo(repo).setSizeBytesUpperBound(repo.size()).build()));
  }

  boolean delete(Change change, DeleteRepoRequest request) {
    if (!request.hasRepo()) {
      throw Refusal.invalid("no repo specified");
    }
    var repo = PfsMessages.repo(request.getRepo());
    checkUnowned(List.of(repo));
    return change.deleteRepo(repo, request.getForce());
  }

  private void checkUnowned(List<RepoName> repos) {
    for (var repo : repos) {
      if (ownedByPipeline.test(repo)) {
        throw Refusal.forbiddenNow(
            "cannot delete a repo associated with a pipeline - delete the pipeline instead");
      }
    }
  }

  DeleteReposResponse deleteMany(DeleteReposRequest request) {
    var response = DeleteReposResponse.newBuilder();
    if (!request.getAll() && request.getProjectsCount() == 0) {
      return response.build();
    }
    var projects =
        request.getAll()
            ? List.<String>of()
            : request.getProjectsList().stream().map(PfsMessages::project).toList();
    var doomed = new ArrayList<RepoName>();
    versions.repos().list("", projects, Repos.slice(0, 0), repo -> doomed.add(repo.name()));
    checkUnowned(doomed);
    var gone = versions.change(change -> change.deleteRepos(doomed, request.getForce()));
    gone.forEach(repo -> response.addRepos(PfsMessages.repo(repo)));
    return response.build();
  }

  void deleteAll() {
    versions
        .repos()
        .list("", List.of(), Repos.slice(0, 0), repo -> checkUnowned(List.of(repo.name())));
    versions.projects().deleteAll();
  }
}
