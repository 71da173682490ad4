package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.pipelines.Defaults;
import dev.trunkline.pipelines.PipelineInfo;
import dev.trunkline.pipelines.PipelineQuery;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Submitted;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pps.GetClusterDefaultsResponse;
import dev.trunkline.wire.pps.GetProjectDefaultsRequest;
import dev.trunkline.wire.pps.GetProjectDefaultsResponse;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.SetClusterDefaultsRequest;
import dev.trunkline.wire.pps.SetClusterDefaultsResponse;
import dev.trunkline.wire.pps.SetProjectDefaultsRequest;
import dev.trunkline.wire.pps.SetProjectDefaultsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The calls about what stands below the specs of users.
final class DefaultsCalls {
  private final Versions versions;
  private final Pipelines pipelines;

  DefaultsCalls(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
  }

  /// What stands below the specs of a project now.
  static EffectiveSpec.Layers layers(Tx tx, String project) {
    return new EffectiveSpec.Layers(
        Defaults.cluster(tx), Defaults.project(tx, project).map(Defaults.Text::json).orElse("{}"));
  }

  GetClusterDefaultsResponse cluster() {
    return GetClusterDefaultsResponse.newBuilder()
        .setClusterDefaultsJson(versions.read(Defaults::cluster))
        .build();
  }

  GetProjectDefaultsResponse project(GetProjectDefaultsRequest request) {
    var name = PfsMessages.project(request.getProject());
    var project = versions.projects().inspect(name);
    var text = versions.read(tx -> Defaults.project(tx, name));
    var out =
        GetProjectDefaultsResponse.newBuilder()
            .setProjectDefaultsJson(text.map(Defaults.Text::json).orElse("{}"))
            .setCreatedAt(PfsMessages.time(project.created()));
    text.ifPresent(set -> out.setCreatedAt(PfsMessages.time(set.created())));
    return out.build();
  }

  SetClusterDefaultsResponse set(SetClusterDefaultsRequest request) {
    var json = request.getClusterDefaultsJson();
    EffectiveSpec.checkCluster(json);
    var how = new How(request.getRegenerate(), request.getReprocess(), request.getDryRun());
    return SetClusterDefaultsResponse.newBuilder()
        .addAllAffectedPipelines(
            set(how, Optional.empty(), change -> Defaults.setCluster(change, json)))
        .build();
  }

  SetProjectDefaultsResponse set(SetProjectDefaultsRequest request) {
    var json = request.getProjectDefaultsJson();
    var project = PfsMessages.project(request.getProject());
    versions.projects().inspect(project);
    EffectiveSpec.checkProject(json, versions.read(Defaults::cluster));
    var how = new How(request.getRegenerate(), request.getReprocess(), request.getDryRun());
    return SetProjectDefaultsResponse.newBuilder()
        .addAllAffectedPipelines(
            set(how, Optional.of(project), change -> Defaults.setProject(change, project, json)))
        .build();
  }

  /// Sets defaults and, where asked to, updates every pipeline that they change: all of it in one
  /// transaction, which a dry run throws away.
  private List<Pipeline> set(How how, Optional<String> project, Consumer<Change> set) {
    var affected = new ArrayList<Pipeline>();
    try {
      versions.change(change -> {
        affected.clear();
        set.accept(change);
        if (how.regenerate) {
          var query = new PipelineQuery(Optional.empty(), project.stream().toList(), 0);
          for (var info : pipelines.all(change.tx(), query)) {
            regenerated(change.tx(), info)
                .ifPresent(submitted -> {
                  affected.add(PpsMessages.pipeline(info.spec().name()));
                  if (!how.dryRun) {
                    pipelines.create(change, submitted, true, how.reprocess);
                  }
                });
          }
        }
        if (how.dryRun) {
          throw new DryRun();
        }
        return true;
      });
    } catch (DryRun _) {
      return affected;
    }
    return affected;
  }

  /// The spec of a pipeline over the defaults as they are now, where that changes it.
  private static Optional<Submitted> regenerated(Tx tx, PipelineInfo info) {
    var name = info.spec().name();
    try {
      var effective = EffectiveSpec.of(info.userJson(), layers(tx, name.project()));
      var before = EffectiveSpec.of(info.effectiveJson(), EffectiveSpec.Layers.NONE);
      return effective.request().equals(before.request())
          ? Optional.empty()
          : Optional.of(SpecMessages.submitted(info.userJson(), effective, name));
    } catch (Refusal e) {
      throw new Refusal("could not regenerate pipeline " + name, e);
    }
  }

  private record How(boolean regenerate, boolean reprocess, boolean dryRun) {}

  /// Ends the transaction of a dry run.
  private static final class DryRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DryRun() {
      super("a dry run changes nothing", null, false, false);
    }
  }
}
