package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What users note about projects, repos, branches, commits and the installation: names and values
/// that mean something to them alone.
public final class Notes {
  private final Versions versions;

  Notes(Versions versions) {
    this.versions = versions;
  }

  /// Does all edits, in order, or none: the refusal names every one that cannot be done.
  public void edit(List<Edit> edits) {
    versions.change(change -> {
      var refused = new ArrayList<Refusal>();
      for (int i = 0; i < edits.size(); i++) {
        try {
          apply(change.tx(), edits.get(i));
        } catch (Refusal e) {
          refused.add(new Refusal("edit #" + i, e));
        }
      }
      if (!refused.isEmpty()) {
        var texts = refused.stream().map(Refusal::text).collect(Collectors.joining("\n"));
        throw new Refusal(refused.getFirst().kind(), "apply edits: " + texts);
      }
      return true;
    });
  }

  private static void apply(Tx tx, Edit edit) {
    var kind = edit.target().kind();
    long key = key(tx, edit.target());
    switch (edit.act()) {
      case Act.Replace(var notes) -> {
        MetadataRows.clear(tx, kind, key);
        notes.entrySet().forEach(note -> MetadataRows.add(tx, kind, key, note));
      }
      case Act.Add(var name, var value) -> {
        if (!MetadataRows.add(tx, kind, key, Map.entry(name, value))) {
          throw Refusal.forbiddenNow(
              "add_key target key \"" + name + "\" already exists; use edit_key instead");
        }
      }
      case Act.Put(var name, var value) -> {
        MetadataRows.remove(tx, kind, key, name);
        MetadataRows.add(tx, kind, key, Map.entry(name, value));
      }
      case Act.Remove(var name) -> MetadataRows.remove(tx, kind, key, name);
    }
  }

  private static long key(Tx tx, Target target) {
    return switch (target) {
      case Target.OfCluster _ -> 0;
      case Target.OfProject(var name) ->
          RepoRows.project(tx, name).orElseThrow(() -> Missing.project(name)).key();
      case Target.OfRepo(var name) ->
          RepoRows.find(tx, name).orElseThrow(() -> Missing.repo(name)).key();
      case Target.OfBranch(var name) ->
          BranchRows.find(tx, name).orElseThrow(() -> Missing.branch(name)).key();
      case Target.OfCommit(var handle) -> Resolver.resolve(tx, handle, false).key();
    };
  }

  /// What is noted about the installation.
  public Map<String, String> ofCluster() {
    return versions.read(
        tx -> MetadataRows.of(tx, MetadataRows.CLUSTER, List.of(0L)).getOrDefault(0L, Map.of()));
  }

  /// One edit.
  public record Edit(Target target, Act act) {}

  /// What is noted something about.
  public sealed interface Target {
    /// The word for this kind of object in the table.
    default String kind() {
      return switch (this) {
        case OfCluster _ -> MetadataRows.CLUSTER;
        case OfProject _ -> MetadataRows.PROJECT;
        case OfRepo _ -> MetadataRows.REPO;
        case OfBranch _ -> MetadataRows.BRANCH;
        case OfCommit _ -> MetadataRows.COMMIT;
      };
    }

    /// The installation.
    record OfCluster() implements Target {}

    /// A project.
    record OfProject(String name) implements Target {}

    /// A repo.
    record OfRepo(RepoName name) implements Target {}

    /// A branch.
    record OfBranch(BranchName name) implements Target {}

    /// A commit.
    record OfCommit(CommitHandle handle) implements Target {}
  }

  /// What is done to the notes of an object.
  public sealed interface Act {
    /// These are all from now on.
    record Replace(Map<String, String> notes) implements Act {}

    /// One that must be new.
    record Add(String name, String value) implements Act {}

    /// One, new or not.
    record Put(String name, String value) implements Act {}

    /// One goes, where there is one.
    record Remove(String name) implements Act {}
  }
}
