package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.Notes;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.metadata.APIGrpc;
import dev.trunkline.wire.metadata.Edit;
import dev.trunkline.wire.metadata.EditMetadataRequest;
import dev.trunkline.wire.metadata.EditMetadataResponse;
import io.grpc.stub.StreamObserver;

/// `metadata.API`: what users note about objects.
public final class MetadataService extends APIGrpc.APIImplBase {
  private final Notes notes;

  /// Edits the notes in `versions`.
  public MetadataService(Versions versions) {
    notes = versions.notes();
  }

  @Override
  public void editMetadata(EditMetadataRequest request, StreamObserver<EditMetadataResponse> out) {
    Calls.unary(
        out,
        () -> {
          notes.edit(request.getEditsList().stream().map(MetadataService::edit).toList());
          return EditMetadataResponse.getDefaultInstance();
        });
  }

  private static Notes.Edit edit(Edit edit) {
    return new Notes.Edit(target(edit), act(edit));
  }

  private static Notes.Target target(Edit edit) {
    return switch (edit.getTargetCase()) {
      case PROJECT -> new Notes.Target.OfProject(PickerMessages.project(edit.getProject()));
      case COMMIT -> new Notes.Target.OfCommit(PickerMessages.commit(edit.getCommit()));
      case BRANCH -> new Notes.Target.OfBranch(PickerMessages.branch(edit.getBranch()));
      case REPO -> new Notes.Target.OfRepo(PickerMessages.repo(edit.getRepo()));
      case CLUSTER -> new Notes.Target.OfCluster();
      case PIPELINE ->
          throw new Refusal(
              Refusal.Kind.UNSUPPORTED, "metadata of pipelines is not built yet in this version");
      case TARGET_NOT_SET -> throw Refusal.invalid("an edit names no target");
    };
  }

  private static Notes.Act act(Edit edit) {
    return switch (edit.getOpCase()) {
      case REPLACE -> new Notes.Act.Replace(edit.getReplace().getReplacementMap());
      case ADD_KEY -> new Notes.Act.Add(edit.getAddKey().getKey(), edit.getAddKey().getValue());
      case EDIT_KEY -> new Notes.Act.Put(edit.getEditKey().getKey(), edit.getEditKey().getValue());
      case DELETE_KEY -> new Notes.Act.Remove(edit.getDeleteKey().getKey());
      case OP_NOT_SET -> throw Refusal.invalid("an edit says nothing to do");
    };
  }
}
