package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.FileSets;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.AddFileSetRequest;
import dev.trunkline.wire.pfs.ComposeFileSetRequest;
import dev.trunkline.wire.pfs.CreateFileSetResponse;
import dev.trunkline.wire.pfs.GetFileSetRequest;
import dev.trunkline.wire.pfs.PathRange;
import dev.trunkline.wire.pfs.ShardFileSetRequest;
import dev.trunkline.wire.pfs.ShardFileSetResponse;

/// The calls about file sets that belong to no commit.
final class FileSetCalls {
  private final Versions versions;

  FileSetCalls(Versions versions) {
    this.versions = versions;
  }

  private FileSets sets() {
    return versions.fileSets();
  }

  static CreateFileSetResponse created(String id) {
    return CreateFileSetResponse.newBuilder().setFileSetId(id).build();
  }

  CreateFileSetResponse get(GetFileSetRequest request) {
    var commit = PfsMessages.commit(request.hasCommit(), request.getCommit());
    try {
      return created(
          request.getType() == GetFileSetRequest.FileSetType.DIFF
              ? sets().ofDiff(commit)
              : sets().ofTotal(commit));
    } catch (Refusal e) {
      throw e.kind() == Refusal.Kind.NOT_FOUND ? e : new Refusal("get file set", e);
    }
  }

  void add(AddFileSetRequest request) {
    sets()
        .add(PfsMessages.commit(request.hasCommit(), request.getCommit()), request.getFileSetId());
  }

  CreateFileSetResponse compose(ComposeFileSetRequest request) {
    return created(sets().compose(request.getFileSetIdsList(), request.getTtlSeconds()));
  }

  ShardFileSetResponse shard(ShardFileSetRequest request) {
    var response = ShardFileSetResponse.newBuilder();
    sets()
        .shard(request.getFileSetId(), request.getNumFiles(), request.getSizeBytes())
        .forEach(range ->
            response.addShards(
                PathRange.newBuilder().setLower(range.lower()).setUpper(range.upper())));
    return response.build();
  }
}
