package dev.trunkline.services;

import dev.trunkline.versions.ProjectInfo;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.admin.APIGrpc;
import dev.trunkline.wire.admin.ClusterInfo;
import dev.trunkline.wire.admin.InspectClusterRequest;
import dev.trunkline.wire.admin.WebResource;
import io.grpc.stub.StreamObserver;

/// `admin_v2.API`: the first call that every client makes.
public final class AdminService extends APIGrpc.APIImplBase {
  private final Versions versions;
  private final String installation;

  /// Answers for the installation with this id.
  public AdminService(Versions versions, String installation) {
    this.versions = versions;
    this.installation = installation;
  }

  @Override
  public void inspectCluster(InspectClusterRequest request, StreamObserver<ClusterInfo> out) {
    Calls.unary(out, () -> cluster(request));
  }

  private ClusterInfo cluster(InspectClusterRequest request) {
    var info =
        ClusterInfo.newBuilder()
            .setId(installation)
            .setDeploymentId(installation)
            .setWarningsOk(true)
            .putAllMetadata(versions.notes().ofCluster())
            .setWebResources(WebResource.getDefaultInstance());
    var project = request.getCurrentProject().getName();
    boolean known =
        project.isEmpty()
            || versions.projects().list().stream().map(ProjectInfo::name).anyMatch(project::equals);
    if (!known) {
      info.addWarnings("your current project \"" + project + "\" does not exist");
    }
    return info.build();
  }
}
